"""Everything that a plugin author imports: the contract, the hooks, the short ways in.

A plugin imports this, `sweepbridge.space`, and its own vendor library; nothing else of sweepbridge. The checks that
hold a backend to the contract are in `sweepbridge.plugin.kit`, and `sweepbridge.plugin.testing` makes tests of them;
those of a stopper are in `sweepbridge.plugin.stopper_testing`.
"""

from sweepbridge.plugin.chance import in_32_bits, shared_chance
from sweepbridge.plugin.companion import Companion, CompanionSession
from sweepbridge.plugin.contract import (
    LARGEST_NOTE,
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
from sweepbridge.plugin.exporter import ExportedSweep, ExportedTrial, Exporter, Goal
from sweepbridge.plugin.hookspecs import Command, hookimpl, hookspec
from sweepbridge.plugin.launcher import Launched, Launcher
from sweepbridge.plugin.observer import Joins, ObservedSweep, Observer
from sweepbridge.plugin.options import Option, option_issues
from sweepbridge.plugin.shortcuts import Mutating, Replayed, from_function, too_many_objectives, unknown_options
from sweepbridge.plugin.stopper import Standing, Stopper, Verdict
from sweepbridge.space import Json, Space
from sweepbridge.trials import Note, Suggestion, Trial

__all__ = [
    "LARGEST_NOTE",
    "Backend",
    "Command",
    "Companion",
    "CompanionSession",
    "Curves",
    "Describes",
    "ExportedSweep",
    "ExportedTrial",
    "Exporter",
    "Goal",
    "HasProvenance",
    "Issue",
    "Joins",
    "Json",
    "Launched",
    "Launcher",
    "Mutating",
    "Native",
    "Note",
    "ObservedSweep",
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
    "too_many_objectives",
    "unknown_options",
]
