"""Tables of trials, read back: our own export, and one that W&B's page gives."""

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweepbridge.engine import join, plan
from sweepbridge.errors import UsageError
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from sweepbridge.view.export import as_csv, as_json, rows
from sweepbridge.view.exported import earlier_in

OF_WANDB = """\
"Name","State","Notes","lr","optimizer.name","Sweep","score"
"light-sweep-1","finished","-","0.1","adam","s1","0.5"
"dark-sweep-2","crashed","-","0.2","sgd","s1",""
"cold-sweep-3","running","-","0.3","sgd","s1","0.7"
"old-sweep-4","killed","-","0.4","adam","s1","0.9"
"""


@pytest.fixture
def table(tmp_path):
    """A file with this text."""

    def written(text, name="runs.csv"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return written


@pytest.mark.parametrize("write", [as_csv, as_json])
def test_an_export_is_read_back_as_the_trials_that_it_was_made_of(begin, run, records, table, write):
    engine = begin()
    run(engine, {"score": 0.5}, {"score": 0.4})
    run(engine, {"score": 9.0}, state="failed", reason="exit code 1")
    engine.next("ann")

    found = earlier_in(table(write(rows(records(engine), engine.config.objectives))), engine.config)

    joined = join(engine.plan, found, seed=1)
    trials = [record.trial for record in records(engine)[:2]]
    assert [prior.params for prior in joined.priors] == [trial.params for trial in trials]
    assert [prior.ending.state for prior in joined.priors] == ["finished", "failed"]
    assert joined.priors[0].ending.losses == trials[0].losses
    assert joined.priors[1].ending.reason.endswith("of " + str(table("").parent / "runs.csv") + ": exit code 1")


def test_a_parameter_is_not_looked_for_among_the_columns_of_a_trial(table):
    """An export has each trial's `name`, and a space may have a constant of that name."""
    parameters = {"name": {"value": "mine"}, "x": {"min": 0.0, "max": 1.0}}
    config = load_object({"method": "random", "metric": {"name": "score"}, "parameters": parameters}).config

    (found,) = earlier_in(table("number,name,objective.score,params.x\n0,swift-sweep-1,0.5,0.25\n"), config)

    assert found.values == {"x": "0.25"}


def test_a_table_of_wandbs_is_read_with_its_own_words_for_states(begin, table):
    engine = begin()

    found = earlier_in(table("\ufeff" + OF_WANDB), engine.config)

    assert [(one.result.state, one.result.summary.get("score")) for one in found] == [
        ("finished", 0.5),
        ("failed", None),
        ("stopped", 0.9),
    ]
    assert [prior.params for prior in join(engine.plan, found, seed=1).priors] == [
        {"lr": 0.1, "optimizer/name": "adam"},
        {"lr": 0.2, "optimizer/name": "sgd"},
        {"lr": 0.4, "optimizer/name": "adam"},
    ]
    assert found[2].origin.startswith("line 5 of ")


def test_a_table_without_states_has_trials_that_finished(begin, table):
    (one,) = earlier_in(table("lr,optimizer.name,score\n0.5,sgd,1\n"), begin().config)

    assert one.result.state == "finished"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xff\xfe\x00", "can't decode byte"),
        (b'{"lr": 1}', "JSON that is no list of objects"),
        (b"[1, 2]", "JSON that is no list of objects"),
        (b"[{", "Expecting property name"),
        (b'a,b\n"x,1\n', "unexpected end of data"),
    ],
)
def test_what_is_no_table_is_said_to_be_none(begin, tmp_path, content, found):
    file = tmp_path / "runs.csv"
    file.write_bytes(content)

    with pytest.raises(UsageError, match="can't read the trials in") as raised:
        earlier_in(file, begin().config)

    assert found in raised.value.found


CELLS = st.sampled_from(
    ["lr", "score", "state", "finished", "0.1", "nan", "", "x", "[1", '"', ",", "\n", "{}", "null", ":"]
)


@given(st.binary(max_size=60) | st.lists(CELLS, max_size=30).map(lambda cells: "".join(cells).encode()))
def test_no_file_raises_anything_but_a_usage_error(content):
    config = load_object(
        {"method": "random", "metric": {"name": "score"}, "parameters": {"lr": {"min": 0.0, "max": 1.0}}}
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "runs.csv"
        file.write_bytes(content)

        with contextlib.suppress(UsageError):
            join(plan(config.config, Registry()), earlier_in(file, config.config), seed=1)


def test_an_empty_table_has_no_trials(begin, table):
    assert earlier_in(table(""), begin().config) == []
