"""Trials of other sweeps in a new one: which of them join, with what losses, and what their joining changes."""

import pytest

from sweepbridge.engine import Earlier, Engine, Over, Result, create, earlier_of, join, plan, replay
from sweepbridge.errors import UsageError
from sweepbridge.plugin import Replayed, Suggestion
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from sweepbridge.store import Claim
from tests.engine.made_up import Strange, config, registry

SPACE = {
    "lr": {"min": 0.0, "max": 1.0},
    "opt": {"parameters": {"name": {"values": ["adam", "sgd"]}}},
    "epochs": {"value": 10},
}
RANDOM = {"method": "random", "metric": {"name": "loss"}, "parameters": SPACE}
GRID = {"method": "grid", "metric": {"name": "loss"}, "parameters": {"a": {"values": [1, 2, 3]}, "c": {"value": 9}}}


def decided(given, offered=None):
    return plan(load_object(given).config, offered or Registry())


def earlier(values, state="finished", rows=(), origin="trial 0 of old", **summary):
    return Earlier(origin, values, Result(state, summary), rows)


def priors(given, *ones):
    return join(decided(given), ones, seed=1).priors


def several(*values, **summary):
    return [earlier(value, origin=f"trial {n} of old", **summary) for n, value in enumerate(values)]


@pytest.fixture
def begin_with(store):
    """An engine on a new sweep whose log begins with earlier trials."""

    def begun(given, *ones, offered=None):
        made = decided(given, offered)
        joined = join(made, ones, seed=1)
        return Engine(store, create(store, made, seed=1, priors=joined.priors), made, offered or Registry())

    return begun


def test_a_trial_joins_with_the_values_of_this_space_and_says_where_it_ran():
    values = {"lr": 1, "opt/name": "sgd", "epochs": 5, "gone": 3}

    (prior,) = priors(RANDOM, earlier(values, loss=0.5))

    assert prior.params == {"epochs": 5, "lr": 1.0, "opt/name": "sgd"}
    assert (prior.ending.state, prior.ending.losses, prior.ending.reason) == ("finished", (0.5,), "trial 0 of old")


def test_what_has_one_value_and_was_not_there_then_is_what_it_is_now():
    (prior,) = priors(RANDOM, earlier({"lr": 0.5, "opt/name": "sgd"}, loss=1))

    assert prior.params["epochs"] == 10


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"opt/name": "sgd"}, "no value for lr"),
        ({"lr": 0.5}, "no value for opt.name"),
        ({"lr": 2.0, "opt/name": "sgd"}, "lr = 2.0 is not from 0.0 to 1.0"),
        ({"lr": 0.5, "opt/name": "lion"}, "opt.name = 'lion' is not one of ['adam', 'sgd']"),
        ({"lr": "high", "opt/name": "sgd"}, "lr = 'high' is not a finite number"),
    ],
)
def test_a_trial_that_lies_outside_of_this_space_is_left_out_with_a_word(values, why):
    ones = [earlier({"lr": 0.5, "opt/name": "sgd"}, loss=1), earlier(values, origin="trial 1 of old")]

    joined = join(decided(RANDOM), ones, seed=1)

    assert len(joined.priors) == 1
    assert joined.notice == f"1 prior trial joins the sweep; left out: trial 1 of old: {why}"


@pytest.mark.parametrize("ones", [[], [earlier({"lr": 9.0, "opt/name": "sgd"})]])
def test_where_none_can_join_that_is_a_fault(ones):
    with pytest.raises(UsageError, match="no prior trial can join this sweep"):
        priors(RANDOM, *ones)


def test_one_that_is_named_twice_joins_once():
    assert len(priors(GRID, earlier({"a": 1}, loss=1), earlier({"a": 1}, loss=1))) == 1


def test_losses_are_those_of_this_sweeps_metric():
    maximized = {**RANDOM, "metric": {"name": "acc", "goal": "maximize"}}
    rows = [{"acc": 0.5, "loss": 1.0}, {"acc": 0.7}, {"acc": 0.6}]

    (prior,) = priors(maximized, earlier({"lr": 0.5, "opt/name": "sgd"}, rows=rows))

    assert (prior.ending.losses, prior.ending.observations) == ((-0.7,), (-0.5, -0.7, -0.6))


def test_one_without_this_sweeps_metric_has_failed():
    (prior,) = priors(RANDOM, earlier({"lr": 0.5, "opt/name": "sgd"}, acc=0.5))

    assert prior.ending.state == "failed"
    assert prior.ending.reason.startswith("trial 0 of old: loss was never logged; logged: acc")


def test_a_failed_one_is_given_the_worst_loss_of_those_before_it():
    good, bad = ({"lr": lr, "opt/name": "sgd"} for lr in (0.1, 0.2))

    found = priors(RANDOM, earlier(good, loss=3), earlier(bad, "failed", origin="trial 1 of old"))

    assert [prior.ending.losses for prior in found] == [(3.0,), (3.0,)]


def test_a_grid_skips_their_points_and_ends_with_its_last_own_trial(begin_with, work):
    engine = begin_with(GRID, *several({"a": 2, "c": 9}, {"a": 3}, {"a": 3}, loss=1.0))

    trials = work(engine, count=1)

    assert [(trial.number, trial.params) for trial in trials] == [(3, {"a": 1, "c": 9})]
    assert engine.store.sweep(engine.sweep.id).state == "finished"


def test_a_constant_from_a_table_is_the_constant(begin_with, work):
    engine = begin_with(GRID, earlier({"a": "2", "c": "9"}, loss=1.0))

    assert [trial.params["a"] for trial in work(engine)] == [1, 3]


def test_a_grid_does_not_take_a_point_with_another_constant_for_its_own(begin_with, work):
    engine = begin_with(GRID, earlier({"a": 2, "c": 8}, loss=1.0))

    assert [trial.params["a"] for trial in work(engine)] == [1, 2, 3]


def test_a_grid_of_which_all_points_have_run_is_over_at_once(begin_with):
    engine = begin_with(GRID, *several({"a": 1}, {"a": 2}, {"a": 3}, loss=1.0))

    assert isinstance(engine.next("ann"), Over)


def test_a_finite_space_is_not_searched_where_it_was(begin_with, work):
    finite = {**GRID, "method": "bayes", "backend": "optuna"}
    engine = begin_with(finite, *several({"a": 1}, {"a": 3}, loss=1.0))

    assert [trial.params["a"] for trial in work(engine)] == [2]
    assert engine.store.sweep(engine.sweep.id).reason == "all 3 points have run"


def test_a_searcher_hears_of_them_before_it_is_asked(begin_with):
    told = []
    strange = registry(backends=[Strange(tell=told.append, ask=lambda seed: Suggestion({"x": len(told) / 10}))])

    claim = begin_with(config(), earlier({"x": 0.5}, loss=2), offered=strange).next("ann")

    assert [(trial.number, trial.state, trial.losses) for trial in told[:2]] == [
        (0, "running", None),
        (0, "finished", (2.0,)),
    ]
    assert (claim.trial.number, claim.trial.params) == (1, {"x": 0.2})


class Counting:
    """An optimizer that names one point after the other, and changes when it is asked."""

    def __init__(self):
        self.asked = 0

    def ask(self, seed):
        self.asked += 1
        return Suggestion({"x": self.asked / 100})

    def began(self, trial):
        pass

    def ended(self, trial):
        pass


def test_a_backend_that_replays_its_log_is_not_told_that_its_library_has_changed(begin_with, work):
    """It suggested none of them, so that they differ is no reason to warn, and a warning would fail this test."""
    offered = registry(backends=[Strange(start=lambda problem: Replayed(Counting))])
    engine = begin_with(config(), *[earlier({"x": x}, origin=f"row {x}", loss=1) for x in (0.5, 0.6)], offered=offered)

    assert [trial.params["x"] for trial in work(engine, count=2)] == [0.03, 0.04]


@pytest.mark.parametrize("backend", ["optuna", "hyperopt"])
def test_bayes_learns_from_them(begin_with, work, backend):
    """Forty losses with a plain best at 0.8, and not one of the search's own: its first asks are near there."""
    given = {"method": "bayes", "backend": backend, "metric": {"name": "loss"}, "parameters": {"x": SPACE["lr"]}}
    places = [n / 40 for n in range(40)]
    ones = [earlier({"x": x}, origin=f"row {x}", loss=(x - 0.8) ** 2) for x in places]

    trials = work(begin_with(given, *ones), logs=lambda params: {"loss": (params["x"] - 0.8) ** 2}, count=10)

    assert sum(abs(trial.params["x"] - 0.8) < 0.2 for trial in trials) >= 7


def test_run_cap_counts_the_sweeps_own_trials(begin_with, work):
    engine = begin_with({**RANDOM, "run_cap": 2}, earlier({"lr": 0.5, "opt/name": "sgd"}, loss=1))

    assert len(work(engine)) == 2
    assert engine.next("ann") == Over("run_cap: 2 trials have begun")


def test_failures_before_the_sweep_are_none_that_may_not_be(begin_with):
    engine = begin_with({**RANDOM, "max_failures": 1}, earlier({"lr": 0.5, "opt/name": "sgd"}, "failed"))

    assert isinstance(engine.next("ann"), Claim)


def test_patience_begins_with_the_sweep_and_has_their_best_to_beat(begin_with, work):
    best = earlier({"lr": 0.5, "opt/name": "sgd"}, loss=-5)
    engine = begin_with({**RANDOM, "patience": 2}, best, earlier({"lr": 0.6, "opt/name": "sgd"}, origin="b", loss=1))

    assert len(work(engine)) == 2


def test_hyperband_holds_runs_against_their_curves(begin_with):
    early = {"early_terminate": {"type": "hyperband", "min_iter": 2}}
    engine = begin_with({**RANDOM, **early}, earlier({"lr": 0.5, "opt/name": "sgd"}, rows=[{"loss": 2}, {"loss": 1}]))
    claim = engine.next("ann")

    assert engine.record(claim, [{"loss": 9}]).stop is None
    assert engine.record(claim, [{"loss": 8}]).stop.why == "band 2: loss 8 ranks 2 of 2 and is above the threshold 1"


def test_replay_asks_for_none_of_them(begin_with, work):
    engine = begin_with({**GRID, "method": "random"}, *several({"a": 1}, {"a": 9.0}, {"a": 2}, loss=1.0))
    work(engine)

    derived = list(replay({0: engine.plan}, engine.sweep.seed, engine.store.events(engine.sweep.id)))

    assert [one.trial.number for one in derived] == [2]
    assert all(one.is_equal for one in derived)


def test_the_trials_of_a_sweep_that_have_ended_are_found_with_what_they_logged(begin, end, store):
    engine = begin(RANDOM)
    end(engine, engine.next("ann"), {"loss": 3.0, "acc": 0.1}, {"loss": 2.0})
    end(engine, engine.next("ann"), state="failed", reason="exit code 1")
    engine.next("ann")

    good, bad = earlier_of(store, engine.sweep.id, engine.config.objectives)

    assert (good.origin, good.rows) == (f"trial 0 of {engine.sweep.id}", [{"loss": 3.0, "acc": 0.1}, {"loss": 2.0}])
    assert (bad.result.state, bad.result.reason) == ("failed", "exit code 1")


def test_one_trial_of_a_sweep_is_found_by_its_number_if_it_has_ended(begin, end, store):
    engine = begin(RANDOM)
    end(engine, engine.next("ann"), {"loss": 3.0})
    engine.next("ann")

    assert len(earlier_of(store, engine.sweep.id, engine.config.objectives, 0)) == 1
    with pytest.raises(UsageError, match="has not ended"):
        earlier_of(store, engine.sweep.id, engine.config.objectives, 1)


def test_what_joined_one_sweep_joins_the_next_with_the_same_losses(begin_with, store):
    rows = [{"loss": 3.0}, {"loss": 1.0}, {"loss": 2.0}]
    first = begin_with(RANDOM, earlier({"lr": 0.5, "opt/name": "sgd"}, rows=rows))

    (again,) = priors(RANDOM, *earlier_of(store, first.sweep.id, first.config.objectives))

    assert (again.ending.losses, again.ending.observations[:3]) == ((1.0,), (3.0, 1.0, 2.0))
    assert again.ending.reason == f"trial 0 of {first.sweep.id}"
