"""`sweepbridge backends`: a table of what each method can do, measured once for the versions that are installed."""

import json
from importlib import metadata

import pytest

from sweepbridge.plugin import from_function
from sweepbridge.registry import Registry
from tests.engine.made_up import Point

OURS = metadata.entry_points(group="sweepbridge", name="search")


@pytest.fixture
def cached(monkeypatch, tmp_path):
    """Where measurements are kept, which is empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/sweepbridge/backends.json"


@pytest.fixture
def rows(call, monkeypatch, cached):
    """The rows for the built-in backends and for what a made-up plugin offers, by backend and method."""

    def found(*words, offers=()):
        points = [*OURS, Point({"backends": list(offers)})]
        monkeypatch.setattr("sweepbridge.cli.backends.Registry", lambda: Registry(points))
        lines = call("backends", "--json", *words).out.splitlines()
        return {(row["backend"], row["method"]): row for row in map(json.loads, lines)}

    return found


def middle(problem, trials, seed):
    return problem.space.decode({})


def test_what_each_method_can_do_is_measured(rows):
    grid, random = rows()[("grid", "grid")], rows()[("random", "random")]

    assert (grid["ends"], grid["sees_running"], grid["learns"], random["ends"]) == (True, True, False, False)
    assert (random["uses_seed"], random["trials"], random["several_objectives"]) == (True, 100, True)
    assert (grid["distributions"]["normal"], random["distributions"]["normal"]) == ("refused", "by quantile")
    assert len(random["distributions"]) == 18


def test_a_table_is_printed_with_a_row_for_each_method(call, monkeypatch, cached):
    monkeypatch.setattr("sweepbridge.cli.backends.Registry", lambda: Registry(OURS))

    lines = [" ".join(line.split()) for line in call("backends").out.splitlines()]

    assert lines[0] == "backend method distributions objectives learns running resume needs from"
    assert lines[1].startswith("grid grid 3 exact, 2 with a notice, 13 refused several no yes ")
    assert lines[2].startswith("random random 8 exact, 10 by quantile several no no ")


def test_what_was_measured_is_kept_and_measured_again_on_demand_or_with_other_versions(rows, cached, monkeypatch):
    first = rows()[("grid", "grid")]
    kept = rows()[("grid", "grid")]
    text = cached.read_text()
    again = rows("--measure")[("grid", "grid")]

    assert first == kept
    assert (again["distributions"], again["resume_ms"]) != (first["distributions"], first["resume_ms"])
    assert cached.read_text() != text
    cached.write_text(cached.read_text().replace('"sweepbridge": "', '"sweepbridge": "0.0'))
    assert rows("--no-measure")[("grid", "grid")].keys() == {"backend", "method", "plugin"}


def test_nothing_is_measured_where_that_is_not_wanted(rows, cached):
    found = rows("--no-measure")

    assert found[("random", "random")] == {"backend": "random", "method": "random", "plugin": "sweepbridge 0.1.0"}
    assert not cached.exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sweepbridge grid grid": 1}', "\x00"])
def test_a_cache_that_can_not_be_read_is_measured_again(rows, cached, text):
    cached.parent.mkdir(parents=True)
    cached.write_text(text)

    assert rows()[("grid", "grid")]["ends"] is True


def test_a_cache_that_can_not_be_written_is_no_trouble(rows, cached):
    cached.parent.parent.write_text("a file where the folder should be")

    assert rows()[("grid", "grid")]["ends"] is True


def test_a_method_that_fails_is_told_and_the_others_are_measured(rows, monkeypatch, call):
    broken = from_function("broken", lambda problem, trials, seed: 1 / 0)

    found = rows(offers=[broken, from_function("middle", middle)])

    assert found[("broken", "broken")]["error"].startswith("ask(")
    assert (found[("middle", "middle")]["uses_seed"], found[("middle", "middle")]["learns"]) == (False, False)
    assert "not measured: ask(" in call("backends").out


def test_a_method_that_hangs_is_told_and_not_waited_for_again(rows, monkeypatch):
    monkeypatch.setattr("sweepbridge.agents.measures.LIMIT_S", 1.0)
    hanging = from_function("hangs", lambda problem, trials, seed: __import__("time").sleep(3600))

    first = rows(offers=[hanging])[("hangs", "hangs")]
    monkeypatch.setattr("sweepbridge.agents.measures.measure", None)

    assert first["error"] == "it did not answer within 1 seconds"
    assert rows(offers=[hanging])[("hangs", "hangs")] == first
