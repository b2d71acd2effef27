"""The contract as a test class: subclass it, name your backend, run pytest.

    from sweepbridge.plugin.testing import BackendLaws

    class TestMine(BackendLaws):
        backend = MyBackend()

Each check of the kit is a test, for every method, and where it matters in every space. What a backend can't do is
declared, with a reason that pytest shows: in `cannot` and in `skips`. There is no other way to leave something out.

At the end of the session, pytest prints a card of what each method can do. Under pytest-xdist that takes
`pytest_plugins = ["sweepbridge.plugin.testing"]` in your conftest.py. The same checks run from the shell, without
pytest: `sweepbridge check-backend NAME`.
"""

from __future__ import annotations

import difflib
import inspect
import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

from sweepbridge.errors import UsageError
from sweepbridge.plugin.contract import Backend, Problem
from sweepbridge.plugin.kit.card import lines, measured
from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import Broken, Check, Promise, Skipped
from sweepbridge.plugin.kit.fresh import Address
from sweepbridge.plugin.kit.play import Play
from sweepbridge.plugin.kit.running import CHECKS, SPACES, carried_out
from sweepbridge.plugin.kit.spaces import FINITE, MIXED, NUMBERS
from sweepbridge.space import Json, Space, without_grid

__all__ = ["FINITE", "FOUR_LAWS", "MIXED", "NUMBERS", "BackendLaws", "Play"]

FOUR_LAWS: tuple[Promise, ...] = ("rebuild", "peek", "inside", "end")
"""The promises that are laws, for a class that leaves the rest to another."""

CHECKED, CARD = "sweepbridge-checked", "sweepbridge-card"
"""The properties that a test's report carries, so that they come home from the processes of pytest-xdist too."""


class BackendLaws:
    """Every check of the kit for one backend. Subclass it and set `backend`; the rest has defaults."""

    backend: ClassVar[Backend]
    """The backend to hold to the contract."""
    methods: ClassVar[tuple[str, ...]] = ()
    """The methods to test; empty means all that the backend offers."""
    options: ClassVar[Mapping[str, Mapping[str, Json]]] = {}
    """Options by method."""
    spaces: ClassVar[Mapping[str, Space]] = SPACES
    """The spaces to test in, by name."""
    cannot: ClassVar[Mapping[tuple[str, str], str]] = {}
    """Why a (method, space) pair is left out, such as `("cmaes", "finite"): "needs a number"`. Shown as skipped."""
    promises: ClassVar[tuple[Promise, ...]] = ()
    """The promises to test, such as `("rebuild", "peek")` for a second class with other options; empty means all."""
    skips: ClassVar[Mapping[str, str]] = {}
    """Why a check is left out, by its name, such as `"importing-it-loads-no-library": "numpy is all it is"`."""
    objectives: ClassVar[int] = 1
    """How many losses a trial has; a second class with more of them holds a backend to what it says of several."""
    trials: ClassVar[int] = 30
    """How many trials each play begins."""
    limit_s: ClassVar[float] = 100.0
    """How long one check may take."""
    _cases: ClassVar[dict[tuple[str, str], Case]] = {}
    """The cases so far, by method and space: what is played of one is looked at by many checks."""

    def __init_subclass__(cls, **more: Any) -> None:
        """Leave out what is not promised; refuse a skip of a check that does not exist, as it would skip nothing."""
        super().__init_subclass__(**more)
        cls._cases = {}
        for check in CHECKS:
            if cls.promises and check.promise not in cls.promises:
                setattr(cls, _name_of_test(check), None)  # pytest passes over what can't be called
        names = [check.name for check in CHECKS]
        for name in [name for name in cls.skips if name not in names]:
            near = difflib.get_close_matches(name, names, n=1)
            raise UsageError(
                f"{cls.__name__} skips a check that does not exist",
                found=f"skips: {name}",
                expected="the name of a check, as `sweepbridge check-backend` shows it",
                fix=f'did you mean "{near[0]}"?' if near else "remove it",
            )

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each method, or for each method in each space."""
        _print_cards(metafunc.config)
        cls = metafunc.cls
        assert cls is not None
        methods, names = list(cls.methods or cls.backend.methods), set(metafunc.fixturenames)
        if {"method", "space_name"} <= names:
            pairs = [(method, name) for method in methods for name in cls.spaces]
            metafunc.parametrize(("method", "space_name"), pairs, ids=["-".join(pair) for pair in pairs])
        elif "method" in names:
            metafunc.parametrize("method", methods)

    @pytest.fixture(autouse=True)
    def _is_counted(self, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> None:
        """Note in the test's report whose check it is, also where it is skipped before it begins."""
        if request.function.__name__ in map(_name_of_test, CHECKS):
            method = getattr(request.node, "callspec", None)
            named = method.params["method"] if method else (*self.methods, *self.backend.methods)[0]
            record_property(CHECKED, f"{self.backend.name} {named}")

    def problem_of(self, method: str, space: Space) -> Problem:
        """The problem of a method on a space. A subclass may make another, such as one without an end."""
        return Problem(space, method, self.options.get(method, {}), self.objectives, budget=self.trials)

    @pytest.fixture
    def problem(self, method: str, space_name: str) -> Problem:
        """The problem that a test plays; skipped, with its reason, if the subclass says so in `cannot`."""
        if (method, space_name) in self.cannot:
            pytest.skip(f"{self.backend.name} {method} on {space_name}: {self.cannot[method, space_name]}")
        space = self.spaces[space_name]
        if method == "grid" and without_grid(space):
            pytest.skip(f"no grid over {', '.join(without_grid(space))}")
        return self.problem_of(method, space)

    @pytest.fixture
    def play(self, problem: Problem) -> Callable[..., Play]:
        """Makes a play of the problem, with its own chance."""
        return lambda seed=0, workers=4: Play(self.backend, problem, random.Random(seed), workers)

    @pytest.fixture
    def case(self, method: str, space_name: str, problem: Problem) -> Case:
        """What a check looks at that runs in each space."""
        return self._case(method, space_name, problem)

    @pytest.fixture
    def case_of_method(self, method: str) -> Case:
        """What a check looks at that runs once for each method: the first space that the method can search."""
        return self._case_of(method)

    @pytest.fixture
    def case_of_backend(self) -> Case:
        """What a check looks at that runs once."""
        return self._case_of((*self.methods, *self.backend.methods)[0])

    def test_the_capability_card(self, case_of_method: Case, record_property: Callable[[str, object], None]) -> None:
        """What the method can do is measured, and shown at the end of the session."""
        try:
            card = lines(measured(case_of_method, trials=self.trials))
        except (Broken, Skipped) as stopped:
            pytest.skip(f"there is no card of what fails: {stopped}")
        record_property(CARD, "\n".join(card))

    def _case_of(self, method: str) -> Case:
        refused = ""
        for name, space in self.spaces.items():
            if (method, name) in self.cannot:
                continue
            try:
                return self._case(method, name, self.problem_of(method, space)).on(space)
            except Skipped as skipped:
                refused = refused or str(skipped)
        return pytest.skip(f"{self.backend.name} {method}: {refused or 'there is no space that it can search'}")

    def _case(self, method: str, space_name: str, problem: Problem) -> Case:
        """The case of a problem, which a subclass may have changed: made once."""
        made = self._cases.get((method, space_name))
        if made is None or made.problem != problem:
            made = self._cases[method, space_name] = Case(self.backend, problem, self.trials, _address(type(self)))
        return made


def _test_of(check: Check) -> Callable[..., None]:
    """The test that carries out a check. Its parameter's name tells pytest how often it runs."""

    def for_space(self: BackendLaws, case: Case) -> None:
        _hold(self, check, case)

    def for_method(self: BackendLaws, case_of_method: Case) -> None:
        _hold(self, check, case_of_method)

    def for_backend(self: BackendLaws, case_of_backend: Case) -> None:
        _hold(self, check, case_of_backend)

    test = {"space": for_space, "method": for_method, "backend": for_backend}[check.per]
    test.__name__ = _name_of_test(check)
    test.__qualname__ = f"BackendLaws.{test.__name__}"
    test.__doc__ = check.shows
    return test


def _name_of_test(check: Check) -> str:
    return f"test_{check.name.replace('-', '_')}"


for _check in CHECKS:
    setattr(BackendLaws, _name_of_test(_check), _test_of(_check))


def _hold(laws: BackendLaws, check: Check, case: Case) -> None:
    if check.name in laws.skips:
        pytest.skip(f"{laws.backend.name}: {laws.skips[check.name]}")
    result = carried_out(check, case, limit_s=laws.limit_s)
    title = f"{laws.backend.name} {case.problem.method}"
    if result.outcome == "failed":
        pytest.fail(f"{title}: {result.why}\n  the promise: {check.shows}", pytrace=False)
    if result.outcome == "skipped":
        pytest.skip(f"{title}: {result.why}")


def _address(laws: type[BackendLaws]) -> Address | None:
    """Where a new process finds the backend: in the test class. None if that is not at the top of a module."""
    module = sys.modules.get(laws.__module__)
    if getattr(module, laws.__qualname__, None) is not laws:
        return None
    attribute = f"{laws.__qualname__}.backend"
    return Address(f"sweepbridge_checked_{laws.__name__}", inspect.getfile(laws), attribute, is_of_tests=True)


# The plugin of pytest's


@dataclass(eq=False)  # pytest keeps its plugins in a set
class Cards:
    """Gathers what the tests' reports say of each method, and prints it."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    """By backend and method: how many checks passed, failed or were skipped."""
    cards: dict[str, str] = field(default_factory=dict)
    """By backend and method: the card, where there is one."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in one report."""
        properties = dict(report.user_properties)
        if CARD in properties and report.when == "call":
            card = str(properties[CARD])
            self.cards[card.partition("\n")[0]] = card
        if CHECKED in properties and (report.when == "call" or (report.when == "setup" and report.skipped)):
            self.outcomes.setdefault(str(properties[CHECKED]), Counter())[report.outcome] += 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print a card for each method."""
        titles = dict.fromkeys((*self.outcomes, *self.cards))
        if titles:
            terminalreporter.section("what the backends can do")
        for title in titles:
            counts = self.outcomes.get(title, Counter())
            told = ", ".join(f"{counts[name]} {name}" for name in ("passed", "failed", "skipped") if counts[name])
            terminalreporter.write_line(self.cards.get(title, title))
            terminalreporter.write_line(f"  {'checks':<16} {told or 'none'}")


def pytest_configure(config: pytest.Config) -> None:
    """Have the cards printed, where this module is named in `pytest_plugins`."""
    _print_cards(config)


def _print_cards(config: pytest.Config) -> None:
    if not config.pluginmanager.has_plugin("sweepbridge-cards"):
        config.pluginmanager.register(Cards(), "sweepbridge-cards")
