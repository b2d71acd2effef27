"""The run directory: what one side writes, the other reads, whole and once, whatever happens in between."""

import json
import math
import os
import subprocess
import sys
import threading

import numpy
import pytest

from sweepbridge.errors import RunError
from sweepbridge.rundir import Metrics, NotPlain, RunDir, RunInfo, Tail, plain


@pytest.fixture
def directory(tmp_path):
    return RunDir.make(tmp_path / "0-1", {"lr": 0.1, "opt": {"name": None}}, RunInfo("abcdefgh", 0, 1))


@pytest.fixture
def metrics(directory):
    made = Metrics(directory.metrics_file)
    yield made
    made.close()


def test_a_run_finds_its_parameters_and_its_numbers(directory):
    found = RunDir(directory.path)

    assert found.config() == {"lr": 0.1, "opt": {"name": None}}
    assert found.info() == RunInfo("abcdefgh", 0, 1)


def test_a_folder_serves_one_run_only_and_what_an_undone_one_left_is_set_aside(directory):
    directory.metrics_file.write_text('{"loss": 1}\n')
    RunDir.make(directory.path, {"lr": 0.2}, RunInfo())
    third = RunDir.make(directory.path, {"lr": 0.3}, RunInfo())

    assert (third.config(), third.metrics_file.exists()) == ({"lr": 0.3}, False)
    assert sorted(path.name for path in directory.path.parent.iterdir()) == ["0-1", "0-1.old-1", "0-1.old-2"]
    assert (directory.path.with_name("0-1.old-1") / "metrics.jsonl").read_text() == '{"loss": 1}\n'


def test_a_folder_that_no_agent_made_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(RunError) as error:
        RunDir(tmp_path).config()

    assert "config.json" in error.value.found
    assert "SWEEPBRIDGE_RUN_DIR" in error.value.fix


def test_rows_arrive_once_and_in_order(directory, metrics):
    tail = Tail(directory.metrics_file)

    metrics.append({"loss": 2})
    first = tail.read()
    metrics.append({"loss": 1})
    metrics.append({"loss": 0})

    assert first == [{"loss": 2}]
    assert tail.read() == [{"loss": 1}, {"loss": 0}]
    assert tail.read() == []


def test_a_metric_inside_another_arrives_under_its_name_with_a_dot(directory, metrics):
    """W&B names it so: the metric of a sweep is `val.loss`."""
    metrics.append({"val": {"loss": 1, "deep": {"er": 2}}, "train": 3})

    [row] = Tail(directory.metrics_file).read()

    assert row == {"val.loss": 1, "val.deep.er": 2, "train": 3}


def test_what_is_inside_of_a_summary_has_its_name_with_a_dot(directory):
    directory.summary_file.write_text('{"val": {"loss": 1}}')

    assert directory.summary() == {"val.loss": 1}


def test_what_a_writer_keeps_for_itself_is_no_metric(directory):
    directory.metrics_file.write_text('{"loss": 1, "_step": 0, "_sweepbridge_line": 7, "a": {"_sweepbridge_": 1}}\n')

    assert Tail(directory.metrics_file).read() == [{"loss": 1, "_step": 0, "a._sweepbridge_": 1}]


def test_a_reader_may_come_before_the_first_row(directory):
    assert Tail(directory.metrics_file).read() == []


def test_a_reader_goes_on_from_the_offset_of_another(directory, metrics):
    metrics.append({"a": 1})
    one = Tail(directory.metrics_file)
    one.read()
    metrics.append({"a": 2})

    assert Tail(directory.metrics_file, offset=one.offset).read() == [{"a": 2}]


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_torn_line_is_left_until_its_end_has_come(directory, cut):
    line = b'{"a": 1.25}\n'
    tail = Tail(directory.metrics_file)
    directory.metrics_file.write_bytes(line[:cut])
    torn = tail.read()

    directory.metrics_file.write_bytes(line)

    assert torn == []
    assert tail.read() == [{"a": 1.25}]


def test_the_last_line_of_a_run_that_ended_counts_without_a_line_end(directory):
    directory.metrics_file.write_bytes(b'{"a": 1}\n{"a": 2}')

    assert Tail(directory.metrics_file).read_rest() == [{"a": 1}, {"a": 2}]


def test_a_row_that_was_cut_short_is_never_taken_for_a_whole_one(directory):
    directory.metrics_file.write_bytes(b'{"a": 1}\n{"a": 2')

    with pytest.warns(UserWarning, match="not a JSON object"):
        assert Tail(directory.metrics_file).read_rest() == [{"a": 1}]


def test_garbage_is_skipped_and_counted_and_said_once(directory):
    directory.metrics_file.write_bytes(b'what?\n{"a": 1}\n[1]\n\xff\xfe\n\n7\n{"a": 2}\n')
    tail = Tail(directory.metrics_file)

    with pytest.warns(UserWarning, match="not a JSON object") as said:
        rows = tail.read()

    assert rows == [{"a": 1}, {"a": 2}]
    assert tail.skipped == 4
    assert len(said) == 1


def test_a_file_that_a_program_begins_anew_is_read_anew(directory):
    directory.metrics_file.write_text('{"a": 1}\n{"a": 2}\n')
    tail = Tail(directory.metrics_file)
    tail.read()

    directory.metrics_file.write_text('{"b": 1}\n')

    assert tail.read() == [{"b": 1}]


def test_a_writer_does_not_glue_its_row_to_what_a_killed_one_left(directory):
    directory.metrics_file.write_bytes(b'{"a": 1}\n{"a": ')
    writer = Metrics(directory.metrics_file)

    writer.append({"a": 3})
    writer.close()

    with pytest.warns(UserWarning, match="not a JSON object"):
        assert Tail(directory.metrics_file).read() == [{"a": 1}, {"a": 3}]


def test_rows_of_many_threads_stay_whole(directory, metrics):
    threads = [
        threading.Thread(target=lambda: [metrics.append({"text": "x" * 500}) for _ in range(200)]) for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Tail(directory.metrics_file).read() == [{"text": "x" * 500}] * 1600


def test_rows_of_several_processes_stay_whole(directory):
    code = (
        "import sys; from pathlib import Path; from sweepbridge.rundir import Metrics\n"
        "m = Metrics(Path(sys.argv[1]))\nfor n in range(300): m.append({'n': n, 'text': 'x' * 300})\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, directory.metrics_file]) for _ in range(3)]

    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert len(Tail(directory.metrics_file).read()) == 900


def test_nan_and_infinities_come_through(directory, metrics):
    metrics.append({"a": math.nan, "b": math.inf, "c": -math.inf})

    [row] = Tail(directory.metrics_file).read()

    assert math.isnan(row["a"])
    assert (row["b"], row["c"]) == (math.inf, -math.inf)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (numpy.float64(0.5), 0.5),
        (numpy.float32(0.5), 0.5),
        (numpy.int64(3), 3),
        (numpy.bool_(True), True),
        (numpy.str_("a"), "a"),
        (numpy.array(0.5), 0.5),
        (numpy.array([[0.5]]), 0.5),
        (numpy.array([1, 2]), [1, 2]),
        ([numpy.float32(1), (2, 3)], [1.0, [2, 3]]),
        ({"a": {1: numpy.int8(2)}}, {"a": {"1": 2}}),
        (None, None),
        (False, False),
    ],
)
def test_values_become_plain_ones_of_the_same_meaning(value, expected):
    found = plain(value)

    assert found == expected
    assert type(found) is type(expected)
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize("value", [object(), {"a": [object()]}, numpy.zeros(1000), numpy.datetime64("2020-01-01"), 1j])
def test_what_json_cannot_hold_is_told_apart(value):
    with pytest.raises(NotPlain):
        plain(value)


def test_a_value_that_json_cannot_hold_is_left_out_and_said_once_for_its_name(directory, metrics):
    with pytest.warns(UserWarning, match="image is not kept") as said:  # noqa: PT031  # once over both
        metrics.append({"loss": 1, "image": object()})
        metrics.append({"loss": 2, "image": object()})

    assert Tail(directory.metrics_file).read() == [{"loss": 1}, {"loss": 2}]
    assert len(said) == 1


def test_the_first_reason_to_stop_stays(directory):
    assert directory.stop_reason() is None

    directory.ask_to_stop("worse than half of the others")
    directory.ask_to_stop("cancelled")

    assert directory.stop_reason() == "worse than half of the others"


def test_a_summary_that_is_not_there_or_not_whole_is_empty(directory):
    assert directory.summary() == {}

    directory.summary_file.write_text('{"a": ')

    assert directory.summary() == {}


def test_nothing_temporary_is_left_behind(directory):
    directory.ask_to_stop("now")

    assert sorted(os.listdir(directory.path)) == ["config.json", "run.json", "stop"]
