"""Who holds which trial: coming back, giving back, giving up, and reports that come too late."""

import pytest

from sweepbridge.store import Ending, Row
from sweepbridge.store.tables import trials

MINUTE_S = 60.0


def test_an_agent_that_comes_back_gets_the_run_that_it_has_not_ended(store, sweep, begin):
    begin("ann"), begin("bob")

    claim = store.own(sweep.id, "bob")

    assert (claim.trial.number, claim.run, claim.agent) == (1, 1, "bob")


def test_an_agent_without_a_run_owns_none(store, sweep, begin):
    store.end(begin("ann"), Ending("finished"))

    assert store.own(sweep.id, "ann") is None
    assert store.own(sweep.id, "bob") is None


def test_a_run_that_is_given_back_leaves_its_trial_waiting_with_its_params(store, sweep, begin):
    claim = begin("ann", a=1)

    assert store.give_back(claim, "interrupted by the user")
    assert store.trial(sweep.id, 0).state == "waiting"
    assert store.trial(sweep.id, 0).trial == claim.trial
    (run,) = store.runs(sweep.id)
    assert (run.state, run.reason) == ("interrupted", "interrupted by the user")


def test_a_waiting_trial_is_taken_as_the_next_run_with_the_same_params(store, sweep, begin):
    store.give_back(begin("ann", a=1), "interrupted")

    claim = store.take_waiting(sweep.id, "bob")

    assert (claim.trial.number, claim.trial.params, claim.run, claim.agent) == (0, {"a": 1}, 2, "bob")
    assert [(run.run, run.agent, run.state) for run in store.runs(sweep.id, 0)] == [
        (1, "ann", "interrupted"),
        (2, "bob", "running"),
    ]
    assert store.own(sweep.id, "bob") == claim


def test_the_oldest_waiting_trial_is_taken_first_and_each_once(store, sweep, begin):
    claims = [begin() for _ in range(3)]
    for claim in reversed(claims):
        store.give_back(claim, "interrupted")

    taken = [store.take_waiting(sweep.id, agent) for agent in ("ann", "bob", "cyd", "dan")]

    assert [claim and claim.trial.number for claim in taken] == [0, 1, 2, None]


def test_a_trial_that_another_agent_took_a_moment_before_is_not_taken_again(store, sweep, begin, monkeypatch):
    store.give_back(begin(), "interrupted")
    looks = iter([store._oldest_waiting(sweep.id), None])
    monkeypatch.setattr(store, "_oldest_waiting", lambda _: next(looks))
    with store._database.claiming() as connection:
        connection.execute(trials.update().values(state="running"))

    assert store.take_waiting(sweep.id, "bob") is None
    assert store.trial(sweep.id, 0).agent == "ann"


@pytest.mark.parametrize("state", ["paused", "stopped", "cancelled", "finished"])
def test_no_waiting_trial_is_handed_out_in_a_sweep_that_does_not_run(store, sweep, begin, state):
    store.give_back(begin(), "interrupted")
    store.set_state(sweep.id, state)

    assert store.take_waiting(sweep.id, "bob") is None


def test_waiting_is_no_event(store, sweep, begin):
    store.give_back(begin(), "interrupted")
    store.take_waiting(sweep.id, "bob")

    assert len(store.events(sweep.id)) == 1


def test_a_run_that_was_not_heard_of_is_lost_and_its_trial_waits(store, sweep, begin, an_hour_passes):
    begin("ann")
    an_hour_passes()

    assert store.expire(sweep.id, MINUTE_S) == [(0, 1)]
    assert (store.runs(sweep.id)[0].state, store.runs(sweep.id)[0].reason) == ("lost", "not heard of for 60 seconds")
    assert store.trial(sweep.id, 0).is_waiting
    assert store.expire(sweep.id, MINUTE_S) == []


def test_a_run_that_was_heard_of_lately_is_kept(store, sweep, begin):
    begin("ann")

    assert store.expire(sweep.id, MINUTE_S) == []
    assert store.own(sweep.id, "ann") is not None


def test_a_heartbeat_keeps_the_runs_of_that_agent_alone(store, sweep, begin, an_hour_passes):
    begin("ann"), begin("bob")
    an_hour_passes()

    store.beat(sweep.id, "ann")

    assert store.expire(sweep.id, MINUTE_S) == [(1, 1)]


def test_what_a_run_logs_keeps_it_too(store, sweep, begin, an_hour_passes):
    ann, _ = begin("ann"), begin("bob")
    an_hour_passes()

    store.record(ann, [])

    assert store.expire(sweep.id, MINUTE_S) == [(1, 1)]


def test_a_heartbeat_is_answered_with_the_state_of_the_sweep(store, sweep):
    store.set_state(sweep.id, "cancelled")

    assert store.beat(sweep.id, "ann") == "cancelled"


def test_a_report_on_a_run_that_was_given_up_on_is_refused_and_changes_nothing(store, sweep, begin, an_hour_passes):
    late = begin("ann")
    an_hour_passes()
    store.expire(sweep.id, MINUTE_S)
    before = (store.sweep(sweep.id), store.trials(sweep.id), store.runs(sweep.id))

    assert store.record(late, [Row(0, {"loss": 1.0}, 1.0)]) is False
    assert store.end(late, Ending("finished", (1.0,))) is None
    assert store.give_back(late, "interrupted") is False
    assert (store.sweep(sweep.id), store.trials(sweep.id), store.runs(sweep.id)) == before


def test_a_late_report_does_not_end_the_run_that_came_after(store, sweep, begin, an_hour_passes):
    late = begin("ann")
    an_hour_passes()
    store.expire(sweep.id, MINUTE_S)
    claim = store.take_waiting(sweep.id, "ann")

    assert store.end(late, Ending("finished", (1.0,))) is None
    assert store.end(claim, Ending("finished", (2.0,))).trial.losses == (2.0,)
