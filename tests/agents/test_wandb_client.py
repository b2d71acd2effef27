"""W&B's own client inside a run: unedited scripts find their parameters, and nothing leaves the machine.

Whatever tried to reach a server, in Python or in the client's own process, would knock at the test's door: it is the
address of W&B's server, and the proxy for every other address.
"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sweepbridge.agents.agent import work
from sweepbridge.agents.program import ProgramRunner

SCRIPT = """
import json

import wandb

run = wandb.init(project="mnist", config={"epochs": 3, "lr": 1.0, "opt": {"momentum": 0.9}})
seen = dict(wandb.config)
assert wandb.config.lr == seen["lr"]
assert wandb.config["opt"]["name"] == "sgd"
for epoch in range(wandb.config.epochs):
    wandb.log({"loss": 1 / (epoch + 1)})
print(json.dumps({"config": seen, "id": run.id, "sweep": run.sweep_id, "dir": run.dir}))
"""

PARAMETERS = {
    "lr": {"values": [1e-05]},
    "on": {"value": False},
    "none": {"value": None},
    "text": {"value": "1e-4"},
    "list": {"value": [1, "a b"]},
    "opt": {"parameters": {"name": {"value": "sgd"}, "decay": {"parameters": {"rate": {"value": 2}}}}},
}

CONFIG = {"epochs": 3, "lr": 1e-05, "on": False, "none": None, "text": "1e-4", "list": [1, "a b"]}
CONFIG["opt"] = {"momentum": 0.9, "name": "sgd", "decay": {"rate": 2}}


@pytest.fixture
def door(monkeypatch):
    """A listening socket at which every way out of this machine ends."""
    for name in [name for name in os.environ if name.startswith("WANDB_")]:
        monkeypatch.delenv(name)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        for name in ("WANDB_BASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, address)
            monkeypatch.setenv(name.lower(), address)
        yield listening


def has_knocked(door):
    try:
        door.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.fixture
def run_sweep(real, tmp_path):
    """Run a sweep to its end with a runner; what its agent said, and its trials."""

    def ran(runner, **keys):
        engine = real({"program": "train.py", "method": "grid", "parameters": PARAMETERS, **keys})
        said = []
        work(engine, runner, name="me", runs=tmp_path / "runs", say=said.append)
        return engine.store.trials(engine.sweep.id), tmp_path / "runs" / engine.sweep.id

    return ran


def test_an_unedited_script_sees_its_parameters_in_w_and_bs_client(run_sweep, script, door):
    trials, runs = run_sweep(ProgramRunner(None, script(SCRIPT)))

    errors = (runs / "0-1/stderr.log").read_text()
    assert [(one.state, one.trial.reason) for one in trials] == [("finished", None)], errors
    shown = json.loads((runs / "0-1/stdout.log").read_text().splitlines()[0])
    assert json.dumps(shown["config"], sort_keys=True) == json.dumps(CONFIG, sort_keys=True)
    assert (shown["sweep"], len(shown["id"])) == (runs.name, 8)
    assert Path(shown["dir"]).is_relative_to(runs / "0-1")
    assert not has_knocked(door)


def test_a_script_that_tells_only_w_and_bs_client_is_told_what_to_do(run_sweep, script, door):
    metric = {"name": "loss", "goal": "minimize"}

    [trial], _ = run_sweep(ProgramRunner(None, script(SCRIPT)), metric=metric)

    assert trial.state == "failed"
    assert "import sweepbridge as wandb" in trial.trial.reason
    assert not has_knocked(door)


FUNCTION = """
import json, os

import wandb

import sweepbridge

seen = []


def train():
    with wandb.init() as run:
        seen.append((run.config["lr"], run.id, run.sweep_id))


sweep = sweepbridge.sweep({"method": "grid", "parameters": {"lr": {"values": [0.1, 0.2]}}})
sweepbridge.agent(sweep, train)
print(json.dumps([[lr for lr, *_ in seen], len({name for _, name, _ in seen}), seen[0][2] == sweep]))
"""


def test_each_call_of_a_function_sees_its_own_parameters_in_w_and_bs_client(script, door, tmp_path):
    """The client reads the environment once in a process, and would show the first trial's parameters for ever."""
    done = subprocess.run([sys.executable, script(FUNCTION)], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [[0.1, 0.2], 2, True]
    assert not has_knocked(door)


def test_what_goes_out_knocks_at_the_door(door):
    """Else the tests above would show nothing."""
    code = "from urllib.request import urlopen; urlopen('http://example.org', timeout=0.1)"
    subprocess.run([sys.executable, "-c", code], capture_output=True)

    assert has_knocked(door)
