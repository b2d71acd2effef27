"""Everything that a plugin author imports: the contract, the hooks, the short ways in.

A plugin imports this, `sweepbridge.space`, and its own vendor library; nothing else of sweepbridge. The tests that
hold a backend to the contract are in `sweepbridge.plugin.testing`, those of a stopper in
`sweepbridge.plugin.stopper_testing`; both need pytest.
"""

from sweepbridge.plugin.chance import in_32_bits, shared_chance
from sweepbridge.plugin.companion import Companion, CompanionSession
from sweepbridge.plugin.contract import (
    Backend,
    Describes,
    HasProvenance,
    Issue,
    Native,
    Problem,
    Searcher,
    UsesLibraries,
)
from sweepbridge.plugin.curves import Curves
from sweepbridge.plugin.hookspecs import Command, hookimpl, hookspec
from sweepbridge.plugin.launcher import Launched, Launcher
from sweepbridge.plugin.observer import Observer
from sweepbridge.plugin.options import Option, option_issues
from sweepbridge.plugin.shortcuts import Mutating, Replayed, from_function, unknown_options
from sweepbridge.plugin.stopper import Standing, Stopper, Verdict
from sweepbridge.space import Json, Space
from sweepbridge.trials import Note, Suggestion, Trial

__all__ = [
    "Backend",
    "Command",
    "Companion",
    "CompanionSession",
    "Curves",
    "Describes",
    "HasProvenance",
    "Issue",
    "Json",
    "Launched",
    "Launcher",
    "Mutating",
    "Native",
    "Note",
    "Observer",
    "Option",
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
    "in_32_bits",
    "option_issues",
    "shared_chance",
    "unknown_options",
]
