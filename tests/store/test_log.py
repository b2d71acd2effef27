"""The log: trials begin by compare-and-append, end once, and read back as they were."""

import pytest

from sweepbridge.errors import StoreError
from sweepbridge.store import Ending
from sweepbridge.trials import Event, Suggestion, Trial

FINISHED = Ending("finished", (0.25,), (0.5, 0.25), {"loss": 0.25}, exit_code=0)


def test_a_trial_begins_if_the_log_stands_where_the_asker_read_it(store, sweep):
    claim = store.begin(sweep.id, Suggestion({"a": 0}, {"n": 1}), 2**63 - 1, at=0, agent="ann")

    assert claim.trial == Trial(0, 2**63 - 1, "running", {"a": 0}, {"n": 1})
    assert (claim.sweep_id, claim.run, claim.agent) == (sweep.id, 1, "ann")
    assert store.events(sweep.id) == [Event(0, claim.trial)]


@pytest.mark.parametrize("at", [0, 2])
def test_nothing_begins_where_the_log_stands_elsewhere(store, sweep, begin, at):
    begin()

    claim = store.begin(sweep.id, Suggestion({}), 1, at=at, agent="bob")

    assert claim is None
    assert (store.sweep(sweep.id).length, len(store.trials(sweep.id)), len(store.runs(sweep.id))) == (1, 1, 1)


@pytest.mark.parametrize("state", ["paused", "stopped", "cancelled", "finished"])
def test_nothing_begins_in_a_sweep_that_does_not_run(store, sweep, state):
    store.set_state(sweep.id, state)

    assert store.begin(sweep.id, Suggestion({}), 1, at=0, agent="ann") is None
    assert store.events(sweep.id) == []


def test_the_log_holds_every_beginning_and_every_end_in_order(store, sweep, begin):
    first, second = begin(a=1), begin(a=2)

    ended = store.end(second, FINISHED)

    assert store.events(sweep.id) == [Event(0, first.trial), Event(1, second.trial), ended]
    assert ended == Event(2, Trial(1, 1, "finished", {"a": 2}, losses=(0.25,), observations=(0.5, 0.25), reason=None))


def test_a_beginning_reads_as_it_was_also_after_the_end(store, sweep, begin):
    claim = begin(a=1)
    store.end(claim, Ending("failed", (9.0,), (9.0,), reason="out of memory"))

    assert store.events(sweep.id)[0] == Event(0, claim.trial)


def test_the_log_is_read_on_from_where_the_reader_stands(store, sweep, begin):
    claims = [begin() for _ in range(3)]

    assert store.events(sweep.id, since=2) == [Event(2, claims[2].trial)]
    assert store.events(sweep.id, since=3) == []


def test_two_sweeps_have_two_logs(store, sweep, new_sweep, begin):
    other = store.create(new_sweep)
    begin()

    claim = store.begin(other.id, Suggestion({"b": 1}), 1, at=0, agent="ann")

    assert claim.trial.number == 0
    assert store.events(other.id) == [Event(0, claim.trial)]


@pytest.mark.parametrize(
    "ending",
    [
        FINISHED,
        Ending("stopped", (0.5, 1e300), (0.5,), {"loss": 0.5}, "rung 1"),
        Ending("failed", None, (), {"loss": float("nan"), "traceback": "\udc80\0"}, "exit code 1", 1),
    ],
)
def test_a_trial_ends_as_it_was_told(store, sweep, begin, ending):
    event = store.end(begin(), ending)

    record, (run,) = store.trial(sweep.id, 0), store.runs(sweep.id)
    assert store.events(sweep.id)[1] == event
    assert record.trial == event.trial
    assert (record.trial.state, record.trial.losses, record.trial.reason) == (
        ending.state,
        ending.losses,
        ending.reason,
    )
    assert (run.state, run.exit_code, run.reason) == (ending.state, ending.exit_code, ending.reason)
    assert repr(record.summary) == repr(ending.summary)
    assert record.ended_at == pytest.approx(run.ended_at, abs=1)


def test_a_trial_ends_once(store, sweep, begin):
    claim = begin()
    store.end(claim, FINISHED)

    assert store.end(claim, Ending("failed")) is None
    assert store.trial(sweep.id, 0).state == "finished"
    assert store.sweep(sweep.id).length == 2


def test_a_trial_ends_also_when_its_sweep_is_over(store, sweep, begin):
    claim = begin()
    store.set_state(sweep.id, "stopped")

    assert store.end(claim, FINISHED).position == 1


def test_trials_are_listed_by_number_and_counted_by_state(store, sweep, begin):
    store.end(begin(), FINISHED)
    store.end(begin(), Ending("failed"))
    store.give_back(begin(), "interrupted")
    begin()

    assert [record.state for record in store.trials(sweep.id)] == ["finished", "failed", "waiting", "running"]
    assert store.counts(sweep.id) == {"waiting": 1, "running": 1, "finished": 1, "stopped": 0, "failed": 1}


def test_a_trial_that_has_not_begun_is_an_error_that_says_which_have(store, sweep, begin):
    begin()

    with pytest.raises(StoreError) as raised:
        store.trial(sweep.id, 1)

    assert (raised.value.what, raised.value.found) == (f"no trial 1 in sweep {sweep.id}", "trials 0 to 0")
