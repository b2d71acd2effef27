"""Stores as earlier versions of sweepbridge made them, upgraded to the one of today: all is there, and work goes on.

`versions/1.sql` holds the rows of a store that the code of schema version 1 has made: a random search of six trials,
of which one has failed and was put back and one runs, and a grid that has not begun.
"""

import shutil
from pathlib import Path

import pytest

from sweepbridge.api import derived, engine_for
from sweepbridge.engine import Result
from sweepbridge.store import Search, open_store
from sweepbridge.store.opening import database_at
from sweepbridge.store.upgrading import REVISIONS, migrate, scripts_in, upgrade_store

ROWS = Path(__file__).parent / "versions"


@pytest.fixture
def version_1(place, folder, tmp_path):
    """A store of schema version 1, upgraded and open."""
    revisions = tmp_path / "revisions"
    revisions.mkdir()
    shutil.copy(REVISIONS[0] / "revision_1.py", revisions)
    database = database_at(place, create=True)
    with database.changing_tables() as connection:
        migrate(connection, scripts_in([revisions]))
        for line in (ROWS / "1.sql").read_text().splitlines():
            connection.exec_driver_sql(line)
    database.close()
    upgrade_store(place)
    with open_store(place, folder=folder) as upgraded:
        yield upgraded


@pytest.fixture
def random_sweep(version_1):
    return version_1.sweeps()[0]


def test_a_sweep_of_version_1_has_one_search_which_suggested_what_no_person_put_back(version_1, random_sweep):
    (search,) = version_1.searches(random_sweep.id)

    assert search == Search(0, "random", "random", None, {"sweepbridge": "0.1.0"})
    assert (random_sweep.search, random_sweep.backend, random_sweep.provenance) == (0, "random", search.provenance)
    assert [record.trial.search for record in version_1.trials(random_sweep.id)] == [0, 0, 0, None, 0, 0]
    assert [sweep.method for sweep in version_1.sweeps()] == ["random", "grid"]


def test_what_it_remembered_is_all_there(version_1, random_sweep):
    records, runs = version_1.trials(random_sweep.id), version_1.runs(random_sweep.id)

    assert [record.state for record in records] == ["finished", "failed", "finished", "finished", "finished", "running"]
    assert (records[2].trial.note, records[2].trial.observations) == ({"mark": 1}, (0.5, 0.25))
    assert [event.position for event in version_1.events(random_sweep.id)] == list(range(11))
    assert [run.state for run in runs] == ["finished", "failed", "finished", "finished", "finished", "running"]
    assert [point.loss for point in version_1.curves(random_sweep.id)] == [1.0, 0.75, 0.5, 0.25, 0.75, 0.25, 0.0]


def test_its_search_goes_on_and_is_derived_again_with_what_came_before(version_1, random_sweep):
    engine = engine_for(random_sweep.id, version_1)

    left, new = engine.next("cat"), engine.next("dan")
    for claim in (left, new):
        engine.record(claim, [{"loss": 0.5}])
        engine.end(claim, Result("finished", {}))

    assert [(claim.trial.number, claim.run) for claim in (left, new)] == [(5, 2), (6, 1)]
    assert [(one.trial.number, one.is_equal) for one in derived(random_sweep.id, version_1)] == [
        (number, True) for number in (0, 1, 2, 4, 5, 6)
    ]
