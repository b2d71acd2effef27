"""What a check is: a function that looks at one backend, with what it promises and whether the backend kept it.

A check is written once. `sweepbridge.plugin.testing` runs it as a test of pytest's, and `sweepbridge check-backend`
runs it from the shell; neither knows more of it than this record.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from sweepbridge.plugin.kit.case import Case

Promise: TypeAlias = Literal[
    "claims", "rebuild", "peek", "inside", "end", "tells", "draws", "objectives", "bounds", "manners"
]
"""What a check is about: one of the four laws, or one of the promises around them."""

PROMISES: dict[Promise, str] = {
    "claims": "It is what it says of itself, and says before trial 1 what it can't do",
    "rebuild": "A searcher that is rebuilt from the log answers as the one that lived through it",
    "peek": "Asking changes nothing",
    "inside": "Every suggestion lies in the space, in plain Python types",
    "end": "Waiting and ending are two things, and a finite grid hands out each point once",
    "tells": "Whatever may stand in a log is taken in",
    "draws": "What is drawn before there are results is distributed as the config says",
    "objectives": "Several objectives are searched, or refused before trial 1",
    "bounds": "Time and memory stay in bounds as a sweep goes on",
    "manners": "Nothing outside of the searcher is touched",
}
"""Each promise in a sentence, in the order in which they are checked."""

Per: TypeAlias = Literal["backend", "method", "space"]
"""How often a check runs: once for a backend, once for each method, or for each method in each space."""


class Broken(Exception):
    """The backend broke a promise. The message is one plain sentence, with the numbers in it."""


class Skipped(Exception):
    """The check has nothing to say of this backend. The message is the reason, for people."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a backend must do."""

    name: str
    """Words with dashes, such as `asked-twice-answers-alike`."""
    promise: Promise
    shows: str
    """What holds if it passes, in a sentence."""
    per: Per
    run: Callable[[Case], None]
    """Looks at a case. Raises Broken or Skipped; anything else is a fault of the check."""


def check(promise: Promise, *, per: Per) -> Callable[[Callable[[Case], None]], Check]:
    """Make a check of a function: its name is the check's, and its docstring says what holds."""

    def made(run: Callable[[Case], None]) -> Check:
        assert run.__doc__, f"{run.__name__} says what holds"
        return Check(run.__name__.replace("_", "-"), promise, inspect.cleandoc(run.__doc__), per, run)

    return made


def checks_in(*modules: ModuleType) -> tuple[Check, ...]:
    """Every check that stands in these modules, in the order in which it is written there."""
    return tuple(found for module in modules for found in vars(module).values() if isinstance(found, Check))
