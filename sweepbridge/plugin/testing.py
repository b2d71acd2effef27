"""The four laws of the contract as a test class: subclass it, name your backend, run pytest.

    from sweepbridge.plugin.testing import BackendLaws

    class TestMine(BackendLaws):
        backend = MyBackend()

Each law runs for every method and every space. What a method can't do is declared in `cannot`, with a reason
that pytest shows; there is no other way to skip.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import pytest

from sweepbridge.plugin.contract import Backend, Problem, Searcher
from sweepbridge.space import Beta, Choice, Constant, Grid, Integer, Json, Normal, Params, Space, Uniform, without_grid
from sweepbridge.trials import Suggestion, Trial, seed_of

MIXED = Space(
    {
        "batch": Uniform(16, 256, log=True, quantum=8),
        "constant": Constant([1, None]),
        "depth": Integer(1, 9),
        "dropout": Uniform(0.0, 0.5, quantum=0.1),
        "lr": Uniform(1e-5, 1e-1, log=True),
        "momentum": Uniform(0.0, 1.0),
        "noise": Normal(0.0, 2.0),
        "optimizer/kind": Choice(("adam", None, 0, [1, "x"])),
        "optimizer/warm": Choice((True, False), (0.7, 0.3)),
        "split": Beta(2.0, 5.0),
    }
)
"""One parameter of nearly every kind, nested ones and falsy values among them."""

NUMBERS = Space({"x": Uniform(-1.0, 1.0), "y": Uniform(1e-3, 1e3, log=True), "k": Integer(-3, 3)})
"""Numbers only, for what needs a vector."""

FINITE = Space({"a": Choice((1, 2, "2")), "b": Integer(0, 3), "c": Uniform(0, 1, quantum=0.5), "d": Constant(None)})
"""Thirty-six points."""


@dataclass
class Play:
    """A searcher at work: several trials running at once, ended in any order, some of them failed or stopped."""

    backend: Backend
    problem: Problem
    chance: random.Random
    workers: int = 4
    log: list[Trial] = field(default_factory=list)
    running: list[Trial] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.searcher = self.backend.start(self.problem)
        self.began = 0

    @property
    def next_seed(self) -> int:
        """The seed that the next trial will be asked with."""
        return seed_of(5, self.began)

    def rebuilt(self) -> Searcher:
        """A fresh searcher that is told the log."""
        fresh = self.backend.start(self.problem)
        for trial in self.log:
            fresh.tell(trial)
        return fresh

    def moments(self, trials: int) -> Iterator[int]:
        """Play until `trials` have begun; yields before each one begins. Ends early when nothing is left."""
        while self.began < trials:
            if self.running and (len(self.running) >= self.workers or self.chance.random() < 0.4):
                self.end_one()
                continue
            yield self.began
            suggestion = self.searcher.ask(self.next_seed)
            if suggestion is not None:
                self.begin(suggestion)
            elif self.running:
                self.end_one()
            else:
                return

    def begin(self, suggestion: Suggestion) -> None:
        """Take a suggestion up as the next trial."""
        trial = Trial(self.began, self.next_seed, "running", suggestion.params, suggestion.note)
        self.running.append(trial)
        self.began += 1
        self._tell(trial)

    def end_one(self) -> None:
        """End any one of the running trials."""
        trial = self.running.pop(self.chance.randrange(len(self.running)))
        self._tell(self._ended(trial))

    def _ended(self, trial: Trial) -> Trial:
        losses = tuple(_loss(trial.params) + i for i in range(self.problem.objectives))
        match self.chance.random():
            case luck if luck < 0.08:
                return replace(trial, state="failed", reason="for the test")
            case luck if luck < 0.16:
                return replace(trial, state="failed", losses=losses, reason="for the test, with imputed losses")
            case luck if luck < 0.3:
                return replace(trial, state="stopped", losses=losses, observations=(losses[0] + 1, losses[0]))
            case _:
                return replace(trial, state="finished", losses=losses, observations=losses[:1])

    def _tell(self, trial: Trial) -> None:
        self.log.append(trial)
        self.searcher.tell(trial)


def _loss(params: Params) -> float:
    """Any smooth-ish function of whatever is in the params."""
    return sum(_weight(path, value) for path, value in params.items())


def _weight(path: str, value: Json) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return math.sin(len(path)) * math.atan(value)
    return (len(repr(value)) % 7) / 7.0


class BackendLaws:
    """The four laws for one backend. Subclass it and set `backend`; the rest has defaults."""

    backend: ClassVar[Backend]
    """The backend to hold to the contract."""
    methods: ClassVar[tuple[str, ...]] = ()
    """The methods to test; empty means all that the backend offers."""
    options: ClassVar[Mapping[str, Mapping[str, Json]]] = {}
    """Options by method."""
    spaces: ClassVar[Mapping[str, Space]] = {"mixed": MIXED, "numbers": NUMBERS, "finite": FINITE}
    """The spaces to test in, by name."""
    cannot: ClassVar[Mapping[tuple[str, str], str]] = {}
    """Why a (method, space) pair is left out, such as `("cmaes", "finite"): "needs a number"`. Shown as skipped."""
    trials: ClassVar[int] = 30
    """How many trials each play begins."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each method in each space."""
        if not {"method", "space_name"} <= set(metafunc.fixturenames):
            return
        cls = metafunc.cls
        assert cls is not None
        pairs = [(method, name) for method in cls.methods or cls.backend.methods for name in cls.spaces]
        metafunc.parametrize(("method", "space_name"), pairs, ids=["-".join(pair) for pair in pairs])

    @pytest.fixture
    def problem(self, method: str, space_name: str) -> Problem:
        """The problem that a test plays; skipped, with its reason, if the subclass says so in `cannot`."""
        if (method, space_name) in self.cannot:
            pytest.skip(f"{self.backend.name} {method} on {space_name}: {self.cannot[method, space_name]}")
        space = self.spaces[space_name]
        if method == "grid" and without_grid(space):
            pytest.skip(f"no grid over {', '.join(without_grid(space))}")
        return Problem(space, method, self.options.get(method, {}), budget=self.trials)

    @pytest.fixture
    def play(self, problem: Problem) -> Callable[..., Play]:
        """Makes a play of the problem, with its own chance."""
        return lambda seed=0, workers=4: Play(self.backend, problem, random.Random(seed), workers)

    def test_the_backend_accepts_the_problem(self, problem: Problem) -> None:
        """What `check` refuses, the core never starts."""
        refused = [issue for issue in self.backend.check(problem) if issue.refuses]

        assert refused == []

    @pytest.mark.parametrize("seed", [0, 1])
    def test_law_1_a_searcher_rebuilt_from_the_log_answers_as_the_one_that_lived_through_it(
        self, play: Callable[..., Play], seed: int
    ) -> None:
        """Crash, restart and hand-over are then all the same thing."""
        game = play(seed)

        for moment in game.moments(self.trials):
            if moment % 3 == 0 or moment > self.trials - 3:
                assert _answer(game.rebuilt(), game.next_seed) == _answer(game.searcher, game.next_seed)

    def test_law_2_asking_changes_nothing(self, play: Callable[..., Play]) -> None:
        """A suggestion that nobody took up must leave no trace, in this searcher or in a rebuilt one."""
        game = play(2)
        other_seeds = random.Random(3)

        for moment in game.moments(self.trials):
            if moment % 4 == 0:
                first = _answer(game.searcher, game.next_seed)
                game.searcher.ask(other_seeds.getrandbits(63))
                assert _answer(game.searcher, game.next_seed) == first
                assert _answer(game.rebuilt(), game.next_seed) == first

    def test_law_3_every_suggestion_lies_in_the_space(self, play: Callable[..., Play]) -> None:
        """In plain Python types, so that every store and every command line can carry it."""
        game = play(4)

        for _ in game.moments(self.trials):
            suggestion = game.searcher.ask(game.next_seed)
            assert suggestion is None or game.problem.space.outside(suggestion.params) == []
            assert suggestion is None or set(suggestion.params) == set(game.problem.space)

    def test_law_4_no_suggestion_and_nothing_running_is_the_end(self, play: Callable[..., Play]) -> None:
        """Once over, a search stays over; a grid has then handed out each of its points, once."""
        game = play(5)

        for _ in game.moments(200 if game.problem.method == "grid" else self.trials):
            pass
        while game.running:
            game.end_one()

        if game.searcher.ask(game.next_seed) is None:
            assert [game.searcher.ask(seed) for seed in range(3)] == [None] * 3
        if game.problem.method == "grid":
            grid = Grid(game.problem.space)
            taken = [dict(trial.params) for trial in game.log if trial.is_running]
            assert len(taken) == grid.size
            assert all(grid.point(index) in taken for index in range(grid.size))

    def test_a_trial_without_a_note_or_with_a_parameter_missing_is_taken_in(self, play: Callable[..., Play]) -> None:
        """Trials made by hand have no note, and a parameter may be inactive in a trial."""
        game = play(6)
        suggestion = game.searcher.ask(game.next_seed)
        assert suggestion is not None
        params = dict(suggestion.params)
        if game.problem.method != "grid":
            params.pop(next(iter(game.problem.space.axes)))

        game.begin(Suggestion(params))
        game.end_one()

        assert _answer(game.rebuilt(), game.next_seed) == _answer(game.searcher, game.next_seed)

    def test_notes_are_json(self, play: Callable[..., Play]) -> None:
        """They are stored as JSON and come back as JSON."""
        game = play(7)

        for _ in game.moments(10):
            suggestion = game.searcher.ask(game.next_seed)
            assert suggestion is None or _is_json(dict(suggestion.note))


def _answer(searcher: Searcher, seed: int) -> tuple[dict[str, Json], dict[str, Json]] | None:
    suggestion = searcher.ask(seed)
    return None if suggestion is None else (dict(suggestion.params), dict(suggestion.note))


def _is_json(value: object) -> bool:
    if type(value) is list:
        return all(_is_json(item) for item in value)
    if type(value) is dict:
        return all(type(key) is str and _is_json(item) for key, item in value.items())
    return value is None or type(value) in (bool, int, str) or (type(value) is float and math.isfinite(value))
