"""`sweepbridge status ID TRIAL` says how a trial stands with the stopper, in the metric's own sign."""

import re

import pytest

from sweepbridge.api import engine_for, store_at
from sweepbridge.engine import Result
from sweepbridge.registry import Registry

JUDGED = """\
program: train.py
method: random
metric: {name: accuracy, goal: maximize}
parameters: {lr: {min: 0.0, max: 1.0}}
early_terminate: {type: hyperband, min_iter: 2}
"""


@pytest.fixture
def sweep_of(call, write):
    """A sweep with four trials: one has finished, one was stopped, and two run, one of them before its first band."""

    def swept(config):
        write("", "train.py")
        found = call("sweep", write(config)).out.strip()
        engine = engine_for(found, store_at())
        good, bad, new, slow = (engine.next(agent) for agent in ("ann", "bob", "cat", "dan"))
        engine.record(good, [{"accuracy": 0.5}, {"accuracy": 0.9}])
        engine.end(good, Result("finished", {}))
        heard = engine.record(bad, [{"accuracy": 0.5}, {"accuracy": 0.6}])
        engine.end(bad, Result("stopped", {}, heard.stop.why if heard.stop else "for the test"))
        engine.record(new, [{"accuracy": 0.7}])
        engine.record(slow, [{"accuracy": 0.7}, {"accuracy": 0.8}])
        return found

    return swept


@pytest.fixture
def sweep_id(sweep_of):
    return sweep_of(JUDGED)


def test_a_finished_trial_shows_how_it_stands(call, sweep_id):
    out = call("status", sweep_id, 0).out

    assert "  stopper   band 2: accuracy 0.9 ranks 1 of 3 and is not below the threshold 0.8\n" in out


def test_a_stopped_trial_shows_why_it_was_stopped_and_how_it_stands_now(call, sweep_id):
    out = call("status", sweep_id, 1).out

    reason = "band 2: accuracy 0.6 ranks 2 of 2 and is below the threshold 0.9"
    assert re.fullmatch(f"trial 1 [a-z]+-sweep-1  stopped: {reason}", out.splitlines()[0])
    assert "  stopper   band 2: accuracy 0.6 ranks 3 of 3 and is below the threshold 0.8\n" in out


def test_a_running_trial_shows_how_it_stands_now(call, sweep_id):
    early, later = call("status", sweep_id, 2).out, call("status", sweep_id, 3).out

    assert "  stopper   no band reached after 1 iterations; the first is at 2\n" in early
    assert "  stopper   band 2: accuracy 0.8 ranks 2 of 3 and is not below the threshold 0.8\n" in later


def test_without_a_stopper_nothing_is_said_of_one(call, tiny):
    engine = engine_for(tiny, store_at())
    engine.record(engine.next("ann"), [{"loss": 1}])

    assert "stopper" not in call("status", tiny, 0).out


@pytest.mark.parametrize(
    ("stopper", "said"),
    [
        ("{type: asha, min_iter: 2}", "rung 2: accuracy 0.6 ranks 3 of 3 and is below the threshold 0.9"),
        ("{type: median, min_trials: 1}", "iteration 2: accuracy 0.6 ranks 2 of 2 and is below the threshold 0.9"),
        ("{type: patience, patience: 1}", "the best went from 0.5 to 0.6 in 1 iterations"),
        ("{type: optuna-threshold, lower: 0.7}", "ThresholdPruner stops a trial with 0.6 at step 1"),
    ],
)
def test_every_stopper_says_how_a_trial_stands(call, write, sweep_of, stopper, said):
    found = sweep_of(JUDGED.replace("{type: hyperband, min_iter: 2}", stopper))

    assert f"  stopper   {said}\n" in call("status", found, 1).out


def test_without_its_plugin_a_stopper_says_nothing_and_all_else_is_shown(call, sweep_of, monkeypatch):
    found = sweep_of(JUDGED.replace("{type: hyperband, min_iter: 2}", "{type: optuna-threshold, lower: 0.7}"))
    monkeypatch.setattr("sweepbridge.api.Registry", lambda: Registry([]))

    out = call("status", found, 0).out

    assert "  result    accuracy=0.9\n" in out
    assert """  stopper   no stopper named "optuna-threshold": pip install 'sweepbridge[optuna]'\n""" in out
