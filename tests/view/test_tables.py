"""The best trial, the table of all trials, and the command that makes one again."""

import csv
import io
import json
from pathlib import Path

import pytest

from sweepbridge.spec import load_object
from sweepbridge.view.best import best_of
from sweepbridge.view.command import shell_line, shown
from sweepbridge.view.export import as_csv, as_json, rows
from sweepbridge.view.status import best_text, sweep_text

GRID = {"method": "grid", "parameters": {"a": {"values": [1]}}}


def test_the_best_is_the_one_with_the_least_loss_and_the_earlier_of_two_equal_ones(begin, run, records):
    engine = begin()
    for score in (1.0, 3.0, 3.0, 2.0):
        run(engine, {"score": score})

    assert best_of(records(engine)).trial.number == 1


def test_a_stopped_trial_may_be_the_best_and_a_failed_one_never_is(begin, run, records):
    engine = begin(metric={"name": "score", "goal": "maximize", "impute": "best"})
    run(engine, {"score": 1.0})
    run(engine, {"score": 2.0}, state="stopped")
    failed = run(engine, {"score": 3.0}, state="failed")

    assert failed.losses == (-3.0,)
    assert best_of(records(engine)).trial.number == 1


def test_nothing_is_the_best_of_nothing(begin, run, records):
    engine = begin()
    engine.next("ann")

    assert best_of(records(engine)) is None
    assert best_of([]) is None


def test_a_row_has_the_metrics_own_sign_dotted_names_and_the_summary(begin, run, records):
    engine = begin()
    run(engine, {"score": 0.5, "epoch": 3})

    (row,) = rows(records(engine), engine.config.objectives)

    assert (row["number"], row["state"], row["objective.score"], row["summary.epoch"]) == (0, "finished", 0.5, 3)
    assert {"params.lr", "params.optimizer.name"} <= set(row)


def test_what_impute_gave_a_failed_trial_is_not_exported(begin, run, records):
    engine = begin()
    run(engine, {"score": 0.5})
    run(engine, state="failed", reason="exit code 1")

    failed = rows(records(engine), engine.config.objectives)[1]

    assert "objective.score" not in failed
    assert (failed["state"], failed["reason"]) == ("failed", "exit code 1")


def test_nan_and_infinities_are_null_in_json_and_named_in_csv(begin, run, records):
    engine = begin()
    run(engine, {"score": 0.5, "grad": float("nan"), "norms": [1.0, float("inf")]})
    table = rows(records(engine), engine.config.objectives)

    (parsed,) = json.loads(as_json(table), parse_constant=pytest.fail)
    (cells,) = csv.DictReader(io.StringIO(as_csv(table)))

    assert (parsed["summary.grad"], parsed["summary.norms"]) == (None, [1.0, None])
    assert (cells["summary.grad"], cells["summary.norms"]) == ("NaN", "[1.0, Infinity]")


def test_csv_has_a_column_for_whatever_any_trial_has(begin, run, records):
    engine = begin()
    run(engine, {"score": 0.5, "first": "a, b"})
    run(engine, {"score": 0.5, "second": True})

    first, second = csv.DictReader(io.StringIO(as_csv(rows(records(engine), engine.config.objectives))))

    assert (first["summary.first"], first["summary.second"]) == ("a, b", "")
    assert (second["summary.first"], second["summary.second"]) == ("", "true")


@pytest.mark.parametrize("write", [as_csv, as_json])
def test_a_sweep_without_trials_is_an_empty_table(write):
    assert write([]).split() in ([], ["[", "]"])


def test_the_table_needs_no_plugin(begin, run, records, monkeypatch):
    """Results outlive the plugin that made them."""
    engine = begin(backend="optuna")
    run(engine, {"score": 0.5})
    monkeypatch.setattr("sweepbridge.registry.metadata.entry_points", lambda **which: [])

    config = load_object(engine.store.sweep(engine.sweep.id).config).config

    assert rows(records(engine), config.objectives)[0]["objective.score"] == 0.5
    assert "best      trial 0 elegant-sweep-0  score=0.5" in sweep_text(engine.sweep, config, records(engine))


def test_a_function_is_made_again_by_its_parameters(begin, run, records):
    engine = begin(program=None)
    trial = run(engine, {"score": 0.5})

    line = best_text(engine.sweep, engine.config, records(engine), runs=Path("runs")).splitlines()[-1]

    assert json.loads(line) == {"lr": trial.params["lr"], "optimizer": {"name": trial.params["optimizer/name"]}}


def command(*words):
    return load_object({**GRID, "program": "my train.py", "command": list(words)}).config


def line(*words, **params):
    return shell_line(command(*words), params, config_file=Path("runs/0-1/config.json"))


def test_a_shell_line_quotes_what_needs_it():
    assert line("python", "${program}", "${args}", "", a="x y") == "python 'my train.py' '--a=x y' ''"


def test_a_shell_line_leaves_environment_variables_to_the_shell_and_dollars_of_the_config_alone():
    assert line("${envvar:PYTHON}", "--home=${envvar:HOME}/it's", "$HOME", "${args}") == (
        """"$PYTHON" '--home='"$HOME"'/it'"'"'s' '$HOME'"""
    )


def test_a_shell_line_names_the_file_that_the_trial_had():
    assert line("cat", "${args_json_file}") == "cat runs/0-1/config.json"


def test_words_are_shown_without_any_quotes():
    assert shown(command("python", "--home=${envvar:HOME}", "a b"), {}) == ["python", "--home=$HOME", "a b"]


def test_a_script_that_is_told_no_parameters_is_told_where_they_are():
    assert line("python", "${program}", a=1) == "SWEEPBRIDGE_CONFIG=runs/0-1/config.json python 'my train.py'"
    assert line("python", "${program}", "--again=${a}", a=1) == "python 'my train.py' --again=1"
