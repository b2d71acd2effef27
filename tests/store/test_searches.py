"""The searches of a sweep: entered once each, switched between, and remembered by every trial."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from sweepbridge.errors import SweepNotFound
from sweepbridge.store import Ended, Ending, Search, open_store
from sweepbridge.trials import Suggestion

OTHER = Search(0, "optuna", "tpe", {"n": 1}, {"optuna": "5.0"})


def test_a_sweep_is_created_with_one_search(store, sweep):
    assert store.searches(sweep.id) == [Search(0, "random", "random", None, {})]
    assert sweep.search == 0


def test_a_search_is_entered_once(store, sweep):
    numbers = [store.enter(sweep.id, one) for one in (OTHER, replace(OTHER, number=7), store.searches(sweep.id)[0])]

    assert numbers == [1, 1, 0]
    assert store.searches(sweep.id)[1:] == [replace(OTHER, number=1)]


@pytest.mark.parametrize(
    "change", [{"backend": "b"}, {"method": "m"}, {"options": None}, {"options": {}}, {"provenance": {"optuna": "4.0"}}]
)
def test_one_that_differs_in_a_word_or_a_version_is_another_one(store, sweep, change):
    store.enter(sweep.id, OTHER)

    assert store.enter(sweep.id, replace(OTHER, **change)) == 2


def test_searches_that_are_entered_at_once_get_a_number_each(store, place, sweep):
    def enter(version):
        with open_store(place) as mine:
            return version, mine.enter(sweep.id, replace(OTHER, provenance={"optuna": version}))

    versions = [str(n % 4) for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        entered = set(pool.map(enter, versions))

    assert sorted(number for _, number in entered) == [1, 2, 3, 4]
    assert {(one.provenance["optuna"], one.number) for one in store.searches(sweep.id)[1:]} == entered


def test_a_switch_changes_what_the_sweep_says_and_no_trial(store, sweep, begin):
    begin()
    store.enter(sweep.id, OTHER)

    store.switch(sweep.id, 1)

    now = store.sweep(sweep.id)
    assert (now.search, now.backend, now.method, now.options, now.provenance) == (
        1,
        "optuna",
        "tpe",
        {"n": 1},
        {"optuna": "5.0"},
    )
    assert store.sweeps() == [now]
    assert store.trial(sweep.id, 0).backend == "random"


def test_a_sweep_that_is_not_there_is_not_switched_and_has_no_searches(store):
    with pytest.raises(SweepNotFound):
        store.switch("abcdefgh", 0)
    assert store.searches("abcdefgh") == []


def test_a_trial_remembers_its_search_in_the_log_and_in_its_record(store, sweep, begin):
    begin()
    store.enter(sweep.id, OTHER)
    claim = store.begin(sweep.id, Suggestion({}), 2, at=1, agent="bob", search=1)
    store.give_back(claim, "for the test")
    store.begin_again(sweep.id, claim.trial, at=2)

    records = store.trials(sweep.id)

    assert [event.trial.search for event in store.events(sweep.id)] == [0, 1, None]
    assert [(one.trial.search, one.backend, one.method) for one in records] == [
        (0, "random", "random"),
        (1, "optuna", "tpe"),
        (None, None, None),
    ]
    assert store.take_waiting(sweep.id, "cat").trial.search == 1


def test_two_searches_are_alike_whatever_their_versions():
    assert OTHER.is_like(replace(OTHER, number=3, provenance={}))
    assert replace(OTHER, options=None).is_like(replace(OTHER, options={}))
    assert not any(
        OTHER.is_like(replace(OTHER, **change)) for change in ({"backend": "b"}, {"method": "m"}, {"options": {"n": 2}})
    )


def test_the_ends_are_read_on_from_where_the_reader_stands(store, sweep, begin):
    claims = [begin() for _ in range(3)]
    store.end(claims[1], Ending("finished", (0.5,)))
    store.end(claims[0], Ending("failed"))

    assert store.ends(sweep.id) == [Ended(3, 1, "finished"), Ended(4, 0, "failed")]
    assert store.ends(sweep.id, since=4) == [Ended(4, 0, "failed")]
