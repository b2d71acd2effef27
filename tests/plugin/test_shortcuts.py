"""The short ways to a backend: a pure function, and an optimizer that changes when it is asked."""

import copy
import random
from typing import ClassVar

import pytest

from sweepbridge.plugin import Issue, Problem, Replayed, Suggestion, Trial, from_function
from sweepbridge.plugin.testing import NUMBERS, BackendLaws
from sweepbridge.space import Space, Uniform

SPACE = Space({"x": Uniform(0.0, 1.0)})


def suggest(problem, trials, seed):
    """Near the best so far, with as long a step as the method and the options say."""
    chance = random.Random(seed)
    step = problem.options.get("step", 0.5) if problem.method == "near" else 1.0
    best = min((trial for trial in trials if trial.losses), key=lambda trial: trial.loss, default=None)
    shares = {path: chance.random() * step for path in problem.space}
    return (
        problem.space.decode(shares) if best is None else Suggestion(problem.space.decode(shares), {"of": best.number})
    )


def no_step_of_0(problem):
    if problem.options.get("step") == 0:
        yield Issue(found="option step = 0", expected="a step", fix="step: 0.5")


FUNCTION = from_function("mine", suggest, methods=("near", "far"), options=("step",), check=no_step_of_0)


class TestFunction(BackendLaws):
    backend = FUNCTION
    options: ClassVar = {"near": {"step": 0.25}}


def issues(backend=FUNCTION, method="near", objectives=1, **options):
    return [issue.found for issue in backend.check(Problem(NUMBERS, method, options, objectives))]


def test_a_function_has_its_name_for_a_method_unless_it_says_otherwise():
    assert from_function("mine", suggest).methods == ("mine",)
    assert FUNCTION.methods == ("near", "far")


def test_a_function_is_given_the_method_and_the_options():
    near, far = (FUNCTION.start(Problem(SPACE, method, {"step": 0.01})) for method in FUNCTION.methods)

    assert near.ask(3).params["x"] == pytest.approx(far.ask(3).params["x"] / 100)


def test_options_that_are_not_named_are_refused_and_those_that_are_get_a_check_of_their_own():
    assert issues(step=0.5) == []
    assert issues(step=0, stop=1) == ["option stop = 1", "option step = 0"]
    assert issues(from_function("mine", suggest), method="mine", step=1) == ["option step = 1"]


def test_a_function_that_looks_at_one_loss_refuses_more_unless_it_says_that_it_takes_them():
    two, any_number = (from_function("mine", suggest, objectives=number) for number in (2, None))

    assert issues(objectives=2) == ["2 objectives"]
    assert [issues(two, "mine", objectives=number) for number in (2, 3)] == [[], ["3 objectives"]]
    assert issues(any_number, "mine", objectives=9) == []


def test_the_libraries_of_a_function_are_those_it_names():
    assert from_function("mine", suggest, libraries=["optuna"]).libraries == ("optuna",)


class Walk:
    """An optimizer that moves on when it is asked: each point is near the one before."""

    def __init__(self):
        self.at = 0.5
        self.asked = []

    def ask(self, seed):
        self.asked.append(seed)
        self.at = (self.at + random.Random(seed).random() / 10) % 1.0
        return Suggestion({"x": self.at})

    def began(self, trial):
        at = trial.params.get("x")
        self.at = at if isinstance(at, float) and 0 <= at <= 1 else self.at

    def ended(self, trial):
        if trial.losses:
            self.at = (self.at + trial.loss / 10) % 1.0


class Walking:
    """The backend of such an optimizer, by replaying or by copying."""

    methods = ("walk",)

    def __init__(self, name, **how):
        self.name = name
        self._how = how

    def check(self, problem):
        if set(problem.space) != {"x"}:
            yield Issue(found="other parameters", expected="x", fix="keep x")
        yield from FUNCTION.check(Problem(NUMBERS, "far", problem.options, problem.objectives))

    def start(self, problem):
        return Replayed(Walk, **self._how)


class TestReplayed(BackendLaws):
    backend = Walking("replayed")
    spaces: ClassVar = {"x": SPACE}
    skips: ClassVar = {"an-option-that-does-not-exist-is-refused": "it shares the options of another one"}


class TestCopied(BackendLaws):
    backend = Walking("copied", copy=copy.deepcopy)
    spaces: ClassVar = {"x": SPACE}


def counted(**how):
    """A searcher, and every optimizer that was made for it."""
    made = []

    def make():
        made.append(Walk())
        return made[-1]

    return Replayed(make, **how), made


def begin(searcher, number, seed=None):
    suggestion = searcher.ask(seed or number)
    searcher.tell(Trial(number, seed or number, "running", suggestion.params))


def test_an_ask_that_is_taken_up_costs_no_replay():
    searcher, made = counted()

    for number in range(20):
        begin(searcher, number)

    assert [len(optimizer.asked) for optimizer in made] == [20]


def test_an_ask_in_vain_costs_a_replay_of_all_that_was_taken_up():
    searcher, made = counted()
    for number in range(20):
        begin(searcher, number)

    searcher.ask(1000)
    begin(searcher, 20)

    assert [len(optimizer.asked) for optimizer in made] == [21, 21]


def test_with_a_copy_an_ask_in_vain_costs_no_replay():
    searcher, made = counted(copy=copy.deepcopy)

    for number in range(20):
        searcher.ask(1000)
        begin(searcher, number)

    assert len(made) == 1


def test_an_optimizer_that_fails_half_way_is_built_again():
    """It may have changed before it failed, and would answer from a state that no log has."""
    searcher, made = counted()
    begin(searcher, 0)
    made[0].ask = lambda seed: 1 / 0
    with pytest.raises(ZeroDivisionError):
        searcher.ask(1)

    answer = searcher.ask(1)

    fresh, _ = counted()
    begin(fresh, 0)
    assert (len(made), answer) == (2, fresh.ask(1))


def test_a_stored_trial_that_is_not_what_is_suggested_again_is_told_once_and_is_the_truth():
    searcher, _ = counted()

    with pytest.warns(UserWarning, match="trial 0 comes out different"):
        searcher.tell(Trial(0, 0, "running", {"x": 0.25}))
    searcher.tell(Trial(1, 1, "running", {"x": 0.5}))  # warnings are errors here

    assert searcher.ask(2).params["x"] == pytest.approx(0.5 + random.Random(2).random() / 10)


def test_a_trial_that_a_person_has_put_back_is_no_sign_of_another_version():
    searcher, _ = counted()
    begin(searcher, 0, seed=7)
    first = searcher.ask(8)

    searcher.tell(Trial(1, 7, "running", {"x": 0.9}, search=None))

    assert first is not None
