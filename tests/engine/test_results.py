"""What a trial's end is made of: its losses, its failures and their reasons, and what failures are given instead."""

import math

import pytest

from sweepbridge.engine import Over, loss_of, value_of
from sweepbridge.spec import Objective
from sweepbridge.store import Claim

LOSS = {"method": "random", "metric": {"name": "loss"}, "parameters": {"x": {"min": 0.0, "max": 1.0}}}
SCORE = {**LOSS, "metric": {"name": "score", "goal": "maximize"}}


def imputing(how):
    return {**LOSS, "metric": {"name": "loss", "impute": how}}


@pytest.fixture
def trial(begin, end):
    """The one trial of a sweep, after it has logged these rows."""

    def ended(config, *rows, **how):
        engine = begin(config)
        return end(engine, engine.next("ann"), *rows, **how)

    return ended


def test_a_trials_loss_is_the_best_that_it_reached(trial):
    ended = trial(LOSS, {"loss": 3.0}, {"loss": 1.0}, {"loss": 2.0})

    assert ended.losses == (1.0,)
    assert ended.observations == (3.0, 1.0, 2.0)


def test_a_metric_to_maximize_is_made_smaller_is_better(trial):
    ended = trial(SCORE, {"score": 0.5}, {"score": 0.75})

    assert ended.losses == (-0.75,)
    assert ended.observations == (-0.5, -0.75)


def test_the_summary_counts_like_a_row(trial):
    assert trial(LOSS, {"loss": 3.0}, summary={"loss": 0.5}).losses == (0.5,)
    assert trial(LOSS, {"epoch": 1}, summary={"loss": 0.5}).losses == (0.5,)


def test_zero_and_whole_numbers_are_results(trial):
    assert trial(LOSS, {"loss": 0}).losses == (0.0,)


@pytest.mark.parametrize(
    "strange", [math.nan, math.inf, -math.inf, True, "0.5", None, [0.5], 10**400], ids=lambda value: f"{value!r:.10}"
)
def test_what_is_not_a_finite_number_fails_the_trial_and_the_reason_names_metric_and_value(trial, strange):
    ended = trial(LOSS, {"loss": strange})

    assert (ended.state, ended.losses, ended.observations) == ("failed", None, ())
    assert ended.reason == f"loss was last {strange!r}, and never a finite number"


def test_a_metric_that_was_never_logged_fails_the_trial_and_the_reason_says_what_was(trial):
    ended = trial(LOSS, {"val_loss": 0.5, "epoch": 1, "_step": 0})

    assert ended.state == "failed"
    assert ended.reason == "loss was never logged; logged: val_loss, epoch"


def test_a_trial_that_logged_nothing_says_so_and_what_to_do(trial):
    """A script may have logged all it has with W&B's own client, which nothing here reads."""
    assert trial(LOSS).reason == (
        'loss was never logged; logged: nothing. Call sweepbridge.log({"loss": value}); '
        "what goes to wandb.log() is read with `import sweepbridge as wandb`"
    )


def test_a_finite_value_beside_nan_is_a_result(trial):
    ended = trial(LOSS, {"loss": math.nan}, {"loss": 2.0}, {"loss": math.nan})

    assert (ended.state, ended.losses, ended.observations) == ("finished", (2.0,), (2.0,))


def test_a_sweep_without_a_metric_needs_no_results(trial):
    ended = trial({"method": "grid", "parameters": {"a": {"values": [1]}}}, {"anything": 1})

    assert (ended.state, ended.losses) == ("finished", None)


def test_every_one_of_several_objectives_is_needed(trial):
    two = {**LOSS, "metrics": [{"name": "loss"}, {"name": "score", "goal": "maximize"}]}
    del two["metric"]

    assert trial(two, {"loss": 1.0}, {"score": 2.0}).losses == (1.0, -2.0)
    assert trial(two, {"loss": 1.0}).reason == "score was never logged; logged: loss"


def test_a_program_that_failed_has_its_own_reason_and_no_result_of_its_own(trial):
    ended = trial(LOSS, {"loss": 0.5}, state="failed", reason="exit code 1")

    assert (ended.state, ended.reason, ended.losses) == ("failed", "exit code 1", None)


def test_a_stopped_trial_has_what_it_reached(trial):
    ended = trial(LOSS, {"loss": 2.0}, {"loss": 1.5}, state="stopped", reason="too slow")

    assert (ended.state, ended.losses, ended.reason) == ("stopped", (1.5,), "too slow")


def test_a_stopped_trial_that_reached_nothing_stays_stopped(trial):
    assert (trial(LOSS, state="stopped").state, trial(LOSS, state="stopped").losses) == ("stopped", None)


@pytest.mark.parametrize(
    ("how", "expected"),
    [("worst", (9.0,)), ("best", (3.0,)), ("latest", (4.0,))],
)
def test_a_failed_trial_is_given_what_impute_says(begin, end, how, expected):
    engine = begin(imputing(how))
    end(engine, engine.next("ann"), {"loss": 9.0})
    end(engine, engine.next("ann"), {"loss": 1.0})

    failed = end(engine, engine.next("ann"), {"loss": 5.0}, {"loss": 3.0}, {"loss": 4.0}, state="failed")

    assert failed.losses == expected


@pytest.mark.parametrize("how", ["best", "latest"])
def test_a_failed_trial_without_values_of_its_own_is_given_the_worst(begin, end, how):
    engine = begin(imputing(how))
    end(engine, engine.next("ann"), {"loss": 9.0})

    assert end(engine, engine.next("ann"), state="failed").losses == (9.0,)


def test_the_worst_is_that_of_trials_with_results_and_not_of_imputed_ones(begin, end, join):
    engine = begin({**SCORE, "metric": {"name": "score", "goal": "maximize"}})
    end(engine, engine.next("ann"), {"score": 4.0})
    end(engine, engine.next("ann"), {"score": 1.0}, state="failed")

    other = join(engine)

    assert end(other, other.next("ann"), state="failed").losses == (-4.0,)


def test_a_trial_ends_once(begin, end):
    engine = begin(LOSS)
    claim = engine.next("ann")

    assert end(engine, claim, {"loss": 1.0}).loss == 1.0
    assert end(engine, claim, {"loss": 0.0}) is None
    assert engine.store.trial(engine.sweep.id, 0).trial.loss == 1.0


def test_the_summary_holds_the_last_value_of_everything_and_the_runs_own_summary_wins(begin, end):
    engine = begin(LOSS)
    end(engine, engine.next("ann"), {"loss": 1.0, "epoch": 1}, {"loss": 2.0}, summary={"loss": 0.5, "note": "good"})

    assert engine.store.trial(engine.sweep.id, 0).summary == {"loss": 0.5, "epoch": 1, "note": "good"}


@pytest.mark.parametrize(
    ("goal", "target", "value", "is_reached"),
    [
        ("minimize", 0.1, 0.1, True),
        ("minimize", 0.1, 0.2, False),
        ("minimize", 0, -1, True),
        ("maximize", 0.9, 0.95, True),
        ("maximize", 0.9, 0.5, False),
        ("maximize", 0, 0, True),
    ],
)
def test_no_trial_begins_once_the_target_is_reached(begin, end, goal, target, value, is_reached):
    engine = begin({**LOSS, "metric": {"name": "m", "goal": goal, "target": target}})
    end(engine, engine.next("ann"), {"m": value})

    assert (engine.next("ann") == Over(f"target: m has reached {value:.6g}")) is is_reached


def test_a_failed_trial_does_not_reach_the_target(begin, end):
    engine = begin({**LOSS, "metric": {"name": "m", "target": 0.1, "impute": "best"}})
    end(engine, engine.next("ann"), {"m": 0.01}, state="failed")

    assert isinstance(engine.next("ann"), Claim)


@pytest.mark.parametrize("goal", ["minimize", "maximize"])
def test_a_loss_is_turned_back_into_the_metrics_own_value(goal):
    objective = Objective("m", goal)

    assert value_of(objective, loss_of(objective, {"m": 2.5})) == 2.5
