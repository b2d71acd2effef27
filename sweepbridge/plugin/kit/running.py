"""All checks, and how one is carried out: the one place that pytest and the command line take them from."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from typing_extensions import assert_never

from sweepbridge.plugin.border import TookTooLong
from sweepbridge.plugin.contract import Backend, Issue, Problem
from sweepbridge.plugin.kit import (
    bounds,
    claims,
    draws,
    end,
    inside,
    manners,
    objectives,
    peek,
    rebuild,
    spaces,
    tells,
)
from sweepbridge.plugin.kit.card import Capabilities, measured, needs
from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import Broken, Check, Skipped, checks_in
from sweepbridge.plugin.kit.fresh import Address
from sweepbridge.plugin.kit.limits import within
from sweepbridge.space import Json, Space

CHECKS = checks_in(claims, rebuild, peek, inside, end, tells, draws, objectives, bounds, manners)
"""Every check, in the order in which they are carried out."""

SPACES: Mapping[str, Space] = {"mixed": spaces.MIXED, "numbers": spaces.NUMBERS, "finite": spaces.FINITE}
"""The spaces that a backend is checked in, by name."""

LIMIT_S = 60.0
"""How long one check may take, unless someone says otherwise."""

Outcome = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found."""

    outcome: Outcome
    why: str = ""
    """How the promise was broken, or why there is nothing to say; a sentence each. Empty for what passed."""
    seconds: float = 0.0
    is_late: bool = False
    """Whether it failed because it took too long."""


def carried_out(check: Check, case: Case, *, limit_s: float = LIMIT_S) -> Result:
    """What a check finds of a case."""
    began = time.perf_counter()
    try:
        with within(limit_s):
            check.run(case)
    except Broken as broken:
        return Result("failed", str(broken), time.perf_counter() - began)
    except Skipped as skipped:
        return Result("skipped", str(skipped), time.perf_counter() - began)
    except TookTooLong:
        why = f"it did not answer within {limit_s:g} seconds"
        return Result("failed", why, time.perf_counter() - began, is_late=True)
    return Result("passed", "", time.perf_counter() - began)


@dataclass(frozen=True, slots=True)
class Task:
    """A check to carry out: with which method, and in which space if that matters."""

    check: Check
    method: str
    space: str | None = None


def tasks(methods: Sequence[str], checks: Sequence[Check] = CHECKS) -> list[Task]:
    """Every check for each method: those of the backend itself once, those of a space in each space."""
    found = [Task(check, methods[0]) for check in checks if check.per == "backend"]
    for method in methods:
        for check in checks:
            match check.per:
                case "method":
                    found.append(Task(check, method))
                case "space":
                    found += [Task(check, method, space) for space in SPACES]
                case "backend":
                    pass
                case unknown:
                    assert_never(unknown)
    return found


@dataclass
class Bench:
    """One backend under its checks: makes each case once, and knows which spaces the backend takes."""

    backend: Backend
    address: Address | None = None
    options: Mapping[str, Json] = field(default_factory=dict)
    trials: int = 30
    _cases: dict[tuple[str, str], Case | Skipped] = field(default_factory=dict)

    def carry_out(self, task: Task, *, limit_s: float = LIMIT_S) -> Result:
        """What a task's check finds; skipped where the backend refuses the space, as it may."""
        try:
            case = self.case(task.method, task.space)
        except (Broken, Skipped) as stopped:
            return Result("failed" if isinstance(stopped, Broken) else "skipped", str(stopped))
        return carried_out(task.check, case, limit_s=limit_s)

    def refusal(self, method: str) -> Issue | None:
        """Why a method can't search any space, by its own word; None if it can. Broken if it fails."""
        try:
            self.case(method)
        except Skipped:
            case = self._unlooked(method, next(iter(SPACES)))
            return next((issue for issue in case.checked(case.problem) if issue.refuses), None)
        return None

    def card(self, method: str) -> Capabilities:
        """What a method can do; why it can't search, if it refuses every space. Broken if it fails."""
        issue, backend = self.refusal(method), self.backend
        if issue is None:
            return measured(self.case(method))
        return Capabilities(backend.name, method, needs=needs(backend), unavailable=issue.found, remedy=issue.fix)

    def case(self, method: str, space: str | None = None) -> Case:
        """A method in a space, or in the first that it takes. Skipped if there is none."""
        if space is not None:
            return self._in(method, space)
        names = list(SPACES)
        taken = next((name for name in names if not isinstance(self._made_once(method, name), Skipped)), names[0])
        return self._in(method, taken)

    def _in(self, method: str, space: str) -> Case:
        found = self._made_once(method, space)
        if isinstance(found, Skipped):
            raise found
        return found

    def _made_once(self, method: str, space: str) -> Case | Skipped:
        if (method, space) not in self._cases:
            self._cases[method, space] = self._made(method, space)
        return self._cases[method, space]

    def _made(self, method: str, space: str) -> Case | Skipped:
        try:
            return self._unlooked(method, space).on(SPACES[space])
        except Skipped as skipped:
            return skipped

    def _unlooked(self, method: str, space: str) -> Case:
        """A case that may be refused."""
        problem = Problem(SPACES[space], method, self.options, budget=self.trials)
        return Case(self.backend, problem, self.trials, self.address)
