"""Bad input: four parts and exit code 2, no traceback, and nothing written.

`GOLDEN=write pytest tests/cli/test_bad_input.py` writes the messages anew; look at the difference before you commit it.
"""

import os
from pathlib import Path

import pytest

from sweepbridge.registry import Registry

GOLDEN = Path(__file__).parent / "bad_input.txt"
GOOD = """\
program: train.py
method: random
metric: {name: loss, goal: minimize}
parameters: {lr: {min: 0.0, max: 1.0}}
"""
PARAMETERS = "method: random\nparameters:\n  lr: "
FILES = {
    "not YAML": "method: [random\n",
    "empty file": "",
    "a list at the top": "- method: random\n",
    "method missing": "parameters: {lr: {min: 0.0, max: 1.0}}\n",
    "method misspelled": GOOD.replace("random", "randm"),
    "goal": GOOD.replace("minimize", "maximise"),
    "min above max": PARAMETERS + "{min: 2.0, max: 1.0}\n",
    "min is a word": PARAMETERS + '{min: "abc", max: 1.0}\n',
    "unknown distribution": PARAMETERS + "{distribution: loguniform, min: 0.1, max: 1.0}\n",
    "probabilities": PARAMETERS + "{values: [1, 2, 3], probabilities: [0.5, 0.5]}\n",
    "unknown key": PARAMETERS + "{min: 0.0, max: 1.0, steps: 3}\n",
    "unknown backend": GOOD + "backend: optun\n",
    "a backend that can't do the method": GOOD + "backend: grid\n",
    "a grid without end": GOOD.replace("random", "grid"),
    "a grid of a million points and more": "method: grid\nparameters: {a: {min: 1, max: 1001000}}\n",
    "an order for another method": GOOD + "grid: {order: shuffled}\n",
    "an unknown order": "method: grid\nparameters: {a: {min: 1, max: 2}}\ngrid: {order: random}\n",
    "a backend's unknown option": GOOD + "backend: {name: optuna, n_trials: 3}\n",
    "an unknown stopper": GOOD + "early_terminate: {type: Medain}\n",
    "a stopper's options": GOOD + "early_terminate: {type: patience, patients: 3, min_delta: much}\n",
    "a backend and a stopper that are not there": GOOD + "backend: optun\nearly_terminate: {type: halving}\n",
    "three at once": "methd: random\nparameters: {lr: {min: 1, max: 0}, lr2: {mu: 1}}\n",
}
COMMANDS = {
    "no such file": ["sweep", "nowhere.yaml"],
    "a folder for a file": ["run", "folder"],
    "an agent for no store": ["agent", "abcdefgh"],
    "a store in a file": ["sweep", "good.yaml", "--store", "good.yaml/store"],
    "a store that is something else": ["sweep", "good.yaml", "--store", "sqlite:///other.db"],
    "a store of a kind we have not": ["list", "--store", "mysql://host/db"],
    "a store that is not there": ["list", "--store", "elsewhere"],
    "a program that is not there": ["run", "good.yaml"],
    "no program to run": ["run", "function.yaml"],
    "an unknown launcher": ["run", "runs.yaml", "--launcher", "slurm"],
    "a backend on the command line": ["sweep", "good.yaml", "--backend", "optun"],
    "log outside of a run": ["log", "loss=1"],
    "an export of no store": ["export", "abcdefgh"],
    "an unknown command": ["statu"],
}


@pytest.fixture
def prepared(folder, write):
    """A folder in which every command of these goes wrong in the way it is meant to."""
    (folder / "folder").mkdir()
    write("no database", "other.db")
    write(GOOD, "good.yaml")
    write(GOOD.replace("program: train.py\n", ""), "function.yaml")
    write(GOOD.replace("train.py", "runs.yaml"), "runs.yaml")
    return folder


def sweep(file, text, write, call):
    return call("sweep", write(text, file))


def said(printed, folder):
    """What was printed, without what differs from machine to machine."""
    return printed.err.replace(str(folder), "HERE")


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_has_four_parts_and_exit_code_2_and_nothing_is_written(name, folder, write, call):
    printed = sweep("bad.yaml", FILES[name], write, call)

    assert_four_parts(printed)
    assert sorted(path.name for path in folder.iterdir()) == ["bad.yaml"]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_bad_command_has_four_parts_and_exit_code_2_and_nothing_is_written(name, prepared, call):
    before = sorted(prepared.rglob("*"))

    printed = call(*COMMANDS[name])

    assert_four_parts(printed)
    assert sorted(prepared.rglob("*")) == before


def assert_four_parts(printed):
    blocks = printed.err.rstrip().split("\n")
    assert (printed.code, printed.out) == (2, "")
    assert [line[:11].strip() for line in blocks[1:4]] == ["found", "expected", "fix"]
    assert "Traceback" not in printed.err


def test_a_sweep_that_does_not_exist_lists_how_to_find_it(tiny, call, folder):
    before = sorted(folder.rglob("*"))

    printed = call("agent", "abcdefgh")

    assert_four_parts(printed)
    assert printed.err.startswith('no sweep "abcdefgh"')
    assert sorted(folder.rglob("*")) == before


def test_a_method_that_nothing_installed_offers_says_what_to_install(write, call, folder, monkeypatch):
    monkeypatch.setattr("sweepbridge.cli.sweep.Registry", lambda: Registry([]))

    printed = call("sweep", write(GOOD.replace("random", "cmaes")))

    assert_four_parts(printed)
    assert "fix       pip install 'sweepbridge[optuna]'" in printed.err
    assert not (folder / ".sweepbridge").exists()


def test_every_fault_of_a_file_is_told_at_once_with_its_line(write, call):
    printed = call("sweep", write("method: grid\nparameters:\n  a: {min: 2, max: 1}\n  b: {values: []}\n"))

    assert [line.split("  ")[0] for line in printed.err.splitlines() if line.startswith("sweep.yaml")] == [
        "sweep.yaml:3",
        "sweep.yaml:4",
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["lint", "--formt", "jsonl", "good.yaml"], "--formt"),
        (["lint"], "FILE"),
        (["run", "good.yaml", "--workers", "0"], "--workers"),
        (["sweep", "good.yaml", "--seed", "-1"], "--seed"),
        (["status", "abcdefgh", "first"], "TRIAL"),
        (["best", "abcdefgh", "--format", "xml"], "'json'"),
    ],
)
def test_a_wrong_option_is_named_with_exit_code_2_and_no_traceback(prepared, call, words, complaint):
    printed = call(*words)

    assert printed.code == 2
    assert complaint in printed.err.splitlines()[-1]
    assert "Traceback" not in printed.err


def test_every_message_says_what_it_said_when_it_was_reviewed(prepared, write, call):
    told = {name: said(sweep("bad.yaml", text, write, call), prepared) for name, text in FILES.items()}
    told |= {name: said(call(*words), prepared) for name, words in COMMANDS.items()}
    text = "\n".join(f"# {name}\n{message}" for name, message in told.items())

    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")
