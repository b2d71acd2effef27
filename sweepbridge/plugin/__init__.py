"""Everything that a plugin author imports: the contract, the hooks, the short ways in.

A plugin imports this, `sweepbridge.space`, and its own vendor library; nothing else of sweepbridge. The tests that
hold a backend to the contract are in `sweepbridge.plugin.testing`, which needs pytest.
"""

from sweepbridge.plugin.companion import Companion, CompanionSession
from sweepbridge.plugin.contract import Backend, Describes, Issue, Native, Problem, Searcher, UsesLibraries
from sweepbridge.plugin.hookspecs import Command, hookimpl, hookspec
from sweepbridge.plugin.launcher import Launched, Launcher
from sweepbridge.plugin.observer import Observer
from sweepbridge.plugin.shortcuts import Mutating, Replayed, from_function, unknown_options
from sweepbridge.plugin.stopper import Curves, Standing, Stopper, Verdict
from sweepbridge.space import Json, Space
from sweepbridge.trials import Note, Suggestion, Trial

__all__ = [
    "Backend",
    "Command",
    "Companion",
    "CompanionSession",
    "Curves",
    "Describes",
    "Issue",
    "Json",
    "Launched",
    "Launcher",
    "Mutating",
    "Native",
    "Note",
    "Observer",
    "Problem",
    "Replayed",
    "Searcher",
    "Space",
    "Standing",
    "Stopper",
    "Suggestion",
    "Trial",
    "UsesLibraries",
    "Verdict",
    "from_function",
    "hookimpl",
    "hookspec",
    "unknown_options",
]
