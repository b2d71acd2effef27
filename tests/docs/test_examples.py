"""The examples are what the docs show, and they run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sweepbridge_gp  # noqa: F401  # the digits need it: without it, this file fails, and does not pass unseen

from tests.docs.pages import blocks

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"


def run(*command, folder):
    environment = {
        **os.environ,
        "NO_COLOR": "1",
        "COLUMNS": "140",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


def sweepbridge(*words, folder):
    return run(sys.executable, "-m", "sweepbridge", *words, folder=folder)


@pytest.mark.parametrize(
    ("title", "name"),
    [("sweepfile.py", "sweepbridge_evolution.py"), ("evolution/pyproject.toml", "pyproject.toml")],
)
def test_the_plugin_on_the_page_is_the_plugin_in_the_examples(title, name):
    page = blocks(ROOT / "docs/plugins/write-a-backend.md")

    assert [block.text for block in page if block.title == title] == [(EXAMPLES / "plugin" / name).read_text()]


def test_the_plugin_in_the_examples_has_at_most_sixty_lines():
    assert len((EXAMPLES / "plugin/sweepbridge_evolution.py").read_text().splitlines()) <= 60


def test_the_first_example_of_wandb_runs_four_trials_and_ends(tmp_path):
    run(sys.executable, EXAMPLES / "wandb-first-example.py", folder=tmp_path)

    shown = sweepbridge("list", folder=tmp_path)
    assert "my-awesome-sweep" in shown
    assert "4 finished" in shown


@pytest.mark.parametrize("file", ["sweep.yaml", "sweep-grid.yaml"])
def test_the_digits_sweeps_have_no_faults(file):
    assert sweepbridge("lint", file, folder=EXAMPLES / "digits") == f"{file}: no faults\n"


def test_the_digits_grid_has_the_points_that_its_comment_names():
    shown = sweepbridge("preview", "sweep-grid.yaml", folder=EXAMPLES / "digits")

    assert "24 points" in shown


def test_the_digits_program_trains_alone_too(tmp_path):
    run(sys.executable, EXAMPLES / "digits/train.py", "--epochs=2", folder=tmp_path)

    [metrics] = tmp_path.glob(".sweepbridge/runs/*/metrics.jsonl")
    rows = [json.loads(line) for line in metrics.read_text().splitlines()]
    assert len(rows) == 2
    assert all({"train_loss", "val_loss", "val_accuracy"} <= row.keys() for row in rows)


def test_the_digits_program_takes_every_parameter_of_its_sweep():
    options = run(sys.executable, EXAMPLES / "digits/train.py", "--help", folder=ROOT)
    shown = sweepbridge("preview", "sweep.yaml", "--format", "jsonl", "--trials", "1", folder=EXAMPLES / "digits")

    [trial] = json.loads(shown)["trials"]
    assert [name for name in trial["params"] if f"--{name}" not in options] == []
