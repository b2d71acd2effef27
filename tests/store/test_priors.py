"""Trials that ran elsewhere: a new sweep's log begins with them, and they are nobody's to run."""

import pytest

from sweepbridge.store import Ending, Prior
from sweepbridge.trials import Suggestion

PRIORS = [
    Prior({"a": 1}, 11, Ending("finished", (0.5,), (0.7, 0.5), {"loss": 0.5}, "trial 0 of old")),
    Prior({"a": 2}, 12, Ending("failed", None, (), {}, "trial 1 of old: exit code 1")),
]


@pytest.fixture
def joined(store, new_sweep):
    return store.create(new_sweep, PRIORS)


def test_the_log_begins_with_the_beginning_and_the_end_of_each(store, joined):
    events = store.events(joined.id)

    assert (joined.length, joined.began, joined.state) == (4, 2, "running")
    assert [(event.position, event.trial.number, event.trial.state) for event in events] == [
        (0, 0, "running"),
        (1, 0, "finished"),
        (2, 1, "running"),
        (3, 1, "failed"),
    ]
    assert all(event.trial.is_prior for event in events)
    assert (events[1].trial.params, events[1].trial.losses, events[1].trial.observations) == (
        {"a": 1},
        (0.5,),
        (0.7, 0.5),
    )


def test_they_are_among_the_trials_without_a_run_and_do_not_count(store, joined):
    records = store.trials(joined.id)

    assert [(record.state, record.runs, record.agent, record.trial.is_prior) for record in records] == [
        ("finished", 0, "", True),
        ("failed", 0, "", True),
    ]
    assert records[0].summary == {"loss": 0.5}
    assert store.runs(joined.id) == []
    assert sum(store.counts(joined.id).values()) == 0
    assert [trial.seed for trial in store.priors(joined.id)] == [11, 12]


def test_the_first_trial_of_the_sweeps_own_comes_after_them(store, joined):
    claim = store.begin(joined.id, Suggestion({"a": 3}), 13, at=4, agent="ann")

    assert (claim.trial.number, claim.trial.is_prior) == (2, False)
    assert [trial.number for trial in store.priors(joined.id)] == [0, 1]


def test_a_trial_that_waits_for_its_first_run_is_no_prior(store, joined):
    store.begin_again(joined.id, store.trial(joined.id, 1).trial, at=4)

    assert not store.trial(joined.id, 2).trial.is_prior
    assert store.take_waiting(joined.id, "ann").run == 1


def test_a_sweep_without_any_has_none(store, sweep):
    assert store.priors(sweep.id) == []
