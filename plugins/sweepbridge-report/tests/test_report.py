"""What the command writes, and what it refuses to."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sweepbridge
from sweepbridge.cli import main

CONFIG = {
    "method": "grid",
    "metric": {"name": "score", "goal": "maximize"},
    "parameters": {"a": {"values": [0, False, "", None]}, "b": {"value": 0.12345678}},
}


@pytest.fixture
def refused(tmp_path, store, capsys):
    """What the command says no with."""

    def told(*words):
        assert main(["report", *map(str, words), "--store", str(tmp_path / ".sweepbridge")]) == 2
        return capsys.readouterr().err

    return told


def log(score):
    with sweepbridge.init() as run:
        run.log({"score": score})


@pytest.fixture
def worked(store, monkeypatch):
    """Work through a sweep with a function: its id."""

    def through(config, function):
        monkeypatch.setenv("WANDB_AGENT_DISABLE_FLAPPING", "true")
        monkeypatch.setenv("WANDB_AGENT_MAX_INITIAL_FAILURES", "100")
        sweep_id = sweepbridge.sweep(config, seed=1, store=store, say=lambda _: None)
        sweepbridge.agent(sweep_id, function, store=store)
        return sweep_id

    return through


def test_an_unknown_id_is_told_and_nothing_is_written(refused, tmp_path):
    told = refused("abcdefgh", "-o", tmp_path / "report.html")

    assert "abcdefgh" in told
    assert "  expected  " in told
    assert not (tmp_path / "report.html").exists()


def test_a_folder_that_is_not_there_is_told(add, refused, tmp_path):
    told = refused(add(1), "-o", tmp_path / "none/report.html")

    assert told == (
        f"can't write {tmp_path}/none/report.html\n"
        f"  found     there is no folder {tmp_path}/none\n"
        "  expected  a file in a folder that is there, and that this user may write\n"
        "  fix       name another file with --output\n"
    )


def test_a_folder_in_place_of_a_file_is_told(add, refused, tmp_path):
    assert "  found     it is a folder\n" in refused(add(1), "-o", tmp_path)


def test_a_device_in_place_of_a_file_is_told(add, refused):
    """To replace it would take it from everyone."""
    assert "  found     it is a device, and no file\n" in refused(add(1), "-o", os.devnull)


def test_a_file_that_is_no_report_is_left_alone(add, refused, tmp_path):
    (tmp_path / "train.py").write_text("import math\n")

    told = refused(add(1), "-o", tmp_path / "train.py")

    assert f"{tmp_path}/train.py is there already, and is no report\n" in told
    assert (tmp_path / "train.py").read_text() == "import math\n"


def test_a_file_that_is_no_report_is_replaced_by_force(add, report, tmp_path):
    (tmp_path / "report.html").write_text("mine")

    assert report(add(1), "--force").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_an_older_report_is_replaced_without_a_question(add, report, data):
    report(add(1))

    assert len(data(report(add(3)))[0]["number"]) == 3


def test_trials_are_called_as_everywhere_else(worked, report, data, store):
    sweep_id = worked(CONFIG, lambda: log(1.0))

    [sweep] = data(report(sweep_id))

    names = [row["name"] for row in sweepbridge.open_sweep(sweep_id, store=store).table]
    assert [sweep["name"]["labels"][place] for place in sweep["name"]["values"]] == names


def test_a_report_that_can_not_be_put_in_place_leaves_nothing_behind(add, report, refused, tmp_path, monkeypatch):
    file, sweep_id = report(add(1)), add(2)
    before = sorted(tmp_path.iterdir()), file.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)

    assert "  found     No space left on device\n" in refused(sweep_id, "-o", file)
    assert (sorted(tmp_path.iterdir()), file.read_bytes()) == before


def test_the_command_costs_nothing_until_it_is_called():
    code = "import sys, sweepbridge_report; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert {"plotly", "optuna", "typer", "yaml"} & set(loaded) == set()


def test_nothing_on_the_page_leads_to_another_machine(add, report):
    """Beside what is packed: plotly names servers of maps, which the policy in the head forbids it to ask."""
    text = report(add(5)).read_text(encoding="utf-8")

    assert "default-src 'none'" in text
    assert "://" not in text


def test_a_falsy_value_is_a_value_and_numbers_have_six_digits(worked, report, data):
    sweep_id = worked(CONFIG, lambda: log(1.0))

    a, b = data(report(sweep_id))[0]["params"]

    assert [a["labels"][place] for place in a["values"]] == ["0", "false", "", "null"]
    assert b["values"] == [0.123457] * 4


def test_values_have_the_sign_of_the_metric(worked, report, data):
    sweep_id = worked(CONFIG, lambda: log(2.5))

    [shown] = data(report(sweep_id))

    assert shown["metrics"][0]["values"] == [2.5] * 4
    assert shown["curves"]["drawn"][0]["y"] == [2.5]


def test_what_was_imputed_for_a_failed_trial_is_not_shown(worked, report, data):
    seen = []

    def train():
        seen.append(1)
        log(2.5 if len(seen) > 1 else float("nan"))

    [shown] = data(report(worked(CONFIG, train)))

    assert shown["metrics"][0]["values"] == [None, 2.5, 2.5, 2.5]


def test_a_failure_is_shown_with_its_traceback_as_text(worked, report):
    def train():
        raise ValueError("</pre><script>")

    text = report(worked(CONFIG, train)).read_text(encoding="utf-8")

    assert "4 trials have failed." in text
    assert "ValueError: &lt;/pre&gt;&lt;script&gt;" in text
    assert "Traceback (most recent call last)" in text


def test_a_traceback_that_is_on_another_machine_is_said_to_be(add, report):
    text = report(add(6)).read_text(encoding="utf-8")

    assert "What it wrote to standard error is not on the machine that made this report." in text


def test_a_log_parameter_has_a_log_axis(add, report, data):
    params = {column["name"]: column for column in data(report(add(5)))[0]["params"]}

    assert {name: column.get("log") for name, column in params.items()} == {
        "lr": True,
        "layers": False,
        "dropout": False,
        "optimizer": None,
    }


def test_the_front_has_the_trials_that_no_other_one_beats(add, report, data):
    losses = [(1.0, 4.0), (2.0, 2.0), (3.0, 3.0), (4.0, 1.0), (2.0, 2.0)]
    config = {**CONFIG, "method": "random", "metrics": [{"name": "x"}, {"name": "y"}]}
    del config["metric"]

    sweep_id = add(5, config=config, state_of=lambda _: "finished", losses_of=losses.__getitem__)

    assert data(report(sweep_id))[0]["front"] == [0, 1, 3, 4]


def test_at_most_two_hundred_curves_are_drawn_the_best_among_them(add, report, data):
    [shown] = data(report(add(600)))
    drawn = [curve["trial"] for curve in shown["curves"]["drawn"]]

    best = min((value, at) for at, value in enumerate(shown["metrics"][0]["values"]) if value is not None)[1]
    assert (len(drawn), shown["curves"]["of"]) == (200, 500)
    assert best in drawn


def test_the_parameter_that_decides_is_the_most_important_one(add, report, data):
    bars = data(report(add(200)))[0]["importance"]["bars"]

    assert [bar["name"] for bar in bars] == ["PED-ANOVA", "fANOVA"]
    assert {max(bar["shares"], key=bar["shares"].get) for bar in bars} == {"lr"}


def test_the_command_says_one_line_and_optuna_says_nothing(add, tmp_path):
    """In a process of its own, as what a library says depends on what was imported before."""
    command = [Path(sys.executable).parent / "sweepbridge", "report", add(20), "-o", "report.html"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("report.html: ")
    assert done.stdout.endswith(" with 20 trials\n")


def test_without_optuna_the_importance_is_a_word(add, report, data, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "optuna" else found(name))

    importance = data(report(add(20)))[0]["importance"]

    assert importance == {
        "bars": [],
        "word": "Install optuna to see it: pip install 'sweepbridge-report[importance]'.",
    }


def test_a_sweep_whose_plugin_is_gone_has_a_report(add, report, lose_plugin):
    sweep_id = add(5)
    lose_plugin(sweep_id)

    assert "magic by gone (sweepbridge-gone 9.9)" in report(sweep_id).read_text(encoding="utf-8")


def test_a_sweep_at_work_has_a_report(add, report, data):
    file = report(add(20, state_of=lambda number: "running" if number > 15 else "finished"))

    assert "16 finished, 4 running" in file.read_text(encoding="utf-8")
    assert data(file)[0]["runs"]["to"][-1] > data(file)[0]["runs"]["from"][-1]


def test_the_same_sweep_named_twice_is_in_it_once(add, report, data):
    sweep_id = add(3)

    assert len(data(report(sweep_id, sweep_id))) == 1


def test_a_report_is_as_readable_as_any_new_file(add, report, tmp_path):
    Path(tmp_path / "new").touch()

    assert report(add(1)).stat().st_mode == (tmp_path / "new").stat().st_mode
