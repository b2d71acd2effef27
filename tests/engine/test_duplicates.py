"""Finite spaces: each point runs once under every backend, and then the sweep is over."""

import pytest

from sweepbridge.engine import Over, Wait
from sweepbridge.engine.tried import Tried
from sweepbridge.plugin import Replayed, Suggestion
from sweepbridge.space import Beta, Choice, Constant, Integer, Normal, Space, Uniform, every_point, identity
from sweepbridge.store import Claim
from tests.engine.made_up import Strange, registry

THIRTY = {
    "units": {"min": 1, "max": 5},
    "net": {"parameters": {"act": {"values": ["relu", "tanh", 0], "probabilities": [0.9, 0.08, 0.02]}}},
    "flip": {"values": [True, False]},
}
SEARCHES = [
    ("random", {"method": "random"}),
    ("optuna random", {"method": "random", "backend": "optuna"}),
    ("optuna tpe", {"method": "tpe", "backend": "optuna"}),
    ("optuna nsga2", {"method": "nsga2", "backend": "optuna"}),
    ("hyperopt tpe", {"method": "tpe", "backend": "hyperopt"}),
    ("hyperopt anneal", {"method": "anneal", "backend": "hyperopt"}),
    ("gp", {"method": "bayes", "backend": "gp"}),
    ("nevergrad", {"method": "nevergrad", "backend": {"name": "nevergrad", "optimizer": "DE"}}),
    ("smac", {"method": "rf", "backend": {"name": "smac", "n_configs": 40, "max_ratio": 1, "challengers": 20}}),
]
SLOW = ("gp", "nevergrad", "smac")
every_search = pytest.mark.parametrize(
    "search",
    [pytest.param(search, id=name, marks=pytest.mark.slow if name in SLOW else ()) for name, search in SEARCHES],
)


def config(search, **more):
    return {**search, "metric": {"name": "loss"}, "parameters": THIRTY, **more}


def cost(params):
    return {"loss": params["units"] * (1 + params["flip"])}


def distinct(trials):
    return {identity(dict(trial.params)) for trial in trials}


@every_search
def test_thirty_points_make_thirty_trials_and_then_the_sweep_ends(begin, work, search):
    engine = begin(config(search))

    trials = work(engine, logs=cost)

    assert len(trials) == len(distinct(trials)) == 30
    assert engine.next("ann") == Over("all 30 points have run")


@every_search
def test_with_duplicates_allowed_points_come_again_and_there_is_no_end(begin, work, search):
    trials = work(begin(config(search, duplicates="allow")), logs=cost, count=45)

    assert len(trials) == 45
    # gp goes through all of them before it names one again.
    assert len(distinct(trials)) < 30 + (search["method"] == "bayes")


@every_search
def test_a_search_that_is_taken_up_again_goes_on_as_if_it_had_never_stopped(begin, join, work, search):
    through = work(begin(config(search)), logs=cost)
    first = begin(config(search))
    before = work(first, logs=cost, count=17)

    after = work(join(first), logs=cost)

    assert [trial.params for trial in before + after] == [trial.params for trial in through]
    assert [trial.seed for trial in before + after] == [trial.seed for trial in through]


def test_several_agents_at_once_never_hold_the_same_point(begin, join):
    one = begin(config({"method": "random"}))
    engines = [one, join(one), join(one)]

    claims = [engines[number % 3].next(f"agent {number}") for number in range(30)]

    assert len({identity(dict(claim.trial.params)) for claim in claims}) == 30
    assert engines[1].next("late") == Wait("all 30 points have run; 30 still running")


def test_a_failed_trial_has_taken_its_point(begin, work):
    trials = work(begin(config({"method": "random"})), logs=lambda params: {"other": 1})

    assert [trial.state for trial in trials] == ["failed"] * 30
    assert len(distinct(trials)) == 30


def test_a_seed_that_is_stored_is_the_one_whose_ask_gave_the_point(begin, work):
    """A backend that is rebuilt by asking again, as `Replayed` is, then comes to what is stored."""
    engine = begin(config({"method": "random"}))
    trials = work(engine, count=12)
    fresh = engine.plan.start()

    asked_again = [dict(fresh.ask(trial.seed).params) == dict(trial.params) for trial in trials]

    assert sum(asked_again) >= 11


def test_a_space_of_constants_runs_once(begin, work):
    trials = work(begin({"method": "random", "metric": {"name": "loss"}, "parameters": {"x": {"value": 3}}}))

    assert len(trials) == 1


def test_a_preview_shows_what_the_sweep_will_try(begin, work):
    engine = begin(config({"method": "random"}), seed=4)

    shown = [suggestion.params for suggestion in engine.plan.first(4, 40)]

    assert shown == [trial.params for trial in work(engine)]
    assert len(shown) == 30


@pytest.mark.parametrize(
    "space",
    [
        {"x": Uniform(16, 256, log=True, quantum=8), "y": Choice((1, 1.0, True, "1"), (0.5, 0.2, 0.3, 0.0))},
        {"x": Beta(2.0, 5.0, quantum=0.1), "y": Constant(None), "z": Integer(-2, 2)},
        {"x": Choice(([1, 2], {"a": 1}, float("nan"))), "y": Uniform(-1.0, 1.0, quantum=0.3)},
        {"x": Choice(("only",)), "y": Integer(10**20, 10**20 + 2)},
    ],
)
def test_every_point_of_a_finite_space_has_a_number_of_its_own(space):
    points = every_point(Space(space))
    found = [points.point(number) for number in range(points.size)]

    assert [points.index(point) for point in found] == list(range(points.size))
    assert points.size == Space(space).size
    assert all(Space(space).outside(point) == [] for point in found)


def test_what_is_no_point_of_the_space_has_no_number():
    points = every_point(Space({"x": Uniform(0, 1, quantum=0.5), "y": Integer(1, 2)}))
    strangers = [{"x": 0.25, "y": 1}, {"x": 1.5, "y": 1}, {"x": True, "y": 1}, {"x": 0.5}, {"x": 0.5, "y": "1"}]

    assert [points.index(params) for params in strangers] == [None] * 5


def test_a_space_without_end_has_no_points_to_number():
    assert every_point(Space({"x": Normal(quantum=1)})) is None
    assert Tried(Space({"x": Normal()})).is_complete is False


def test_where_asking_again_comes_to_nothing_chance_picks_among_what_is_left():
    tried = Tried(Space({"x": Integer(1, 10**30)}))
    for x in range(1, 50):
        tried.add({"x": x})

    asked = tried.fresh(lambda seed: Suggestion({"x": 7}, {"mark": seed}), 1)

    assert asked.suggestion.params["x"] >= 50
    assert asked.suggestion.note == {"mark": asked.seed}


@pytest.mark.parametrize("left", [1, 2, 50, 99, 100])
def test_a_point_that_is_left_is_found_wherever_it_lies(left):
    tried = Tried(Space({"x": Integer(1, 100)}))
    for x in set(range(1, 101)) - {left}:
        tried.add({"x": x})

    asked = tried.fresh(lambda seed: Suggestion({"x": 3}), 1)

    assert asked.suggestion.params == {"x": left}


def test_a_claim_that_was_beaten_to_the_log_asks_again_and_takes_another_point(begin, join):
    one = begin(config({"method": "random"}))
    other = join(one)
    first, second = one.next("ann"), other.next("bob")

    assert isinstance(first, Claim)
    assert isinstance(second, Claim)
    assert identity(dict(first.trial.params)) != identity(dict(second.trial.params))


class Stubborn:
    """An optimizer that knows two points of the four, and changes when it is asked."""

    def __init__(self):
        self.asked = 0

    def ask(self, seed):
        self.asked += 1
        return Suggestion({"x": 1 + self.asked % 2})

    def began(self, trial):
        assert self.asked

    def ended(self, trial):
        assert self.asked


def test_a_backend_that_replays_its_log_is_not_told_that_its_library_has_changed(begin, join, work):
    """Its own answer was put aside for a point that is left: no reason to warn, and a warning would fail this test."""
    backend = Strange(start=lambda problem: Replayed(Stubborn))
    four = {"method": "strange", "metric": {"name": "loss"}, "parameters": {"x": {"min": 1, "max": 4}}}
    first = begin(four, registry=registry(backends=[backend]))
    before = work(first, logs=lambda params: {"loss": params["x"]}, count=3)

    after = work(join(first), logs=lambda params: {"loss": params["x"]})

    assert sorted(trial.params["x"] for trial in before + after) == [1, 2, 3, 4]
