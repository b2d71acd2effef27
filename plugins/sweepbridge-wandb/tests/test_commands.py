"""The commands, as a person types them."""

import os
import subprocess
import sys

import pytest

from sweepbridge.agents.environment import of_run
from sweepbridge.cli import main
from sweepbridge.rundir import RunDir, RunInfo
from sweepbridge.store import Claim
from sweepbridge.trials import Trial


@pytest.fixture
def exported(capsys):
    """The variables that a shell has after `eval "$(sweepbridge wandb-env …)"`."""

    def evaluated(*words):
        assert main(["wandb-env", *words]) == 0
        shell = subprocess.run(
            ["bash", "-c", f"{capsys.readouterr().out}\nenv -0"], env={"PATH": os.environ["PATH"]}, capture_output=True
        )
        return dict(pair.split("=", 1) for pair in shell.stdout.decode().split("\0") if pair)

    return evaluated


def test_the_variables_lead_the_client_to_the_server_and_to_nobody_else(exported):
    made = exported("--url", "http://127.0.0.1:9000/")

    assert (made["WANDB_BASE_URL"], made["WANDB_MODE"]) == ("http://127.0.0.1:9000", "online")
    assert (made["WANDB_ERROR_REPORTING"], made["WANDB__DISABLE_UPDATE_CHECK"]) == ("false", "true")
    assert len(made["WANDB_API_KEY"]) >= 40


def test_the_key_of_the_server_is_the_clients_key(exported, monkeypatch):
    monkeypatch.setenv("SWEEPBRIDGE_WANDB_KEY", "k" * 64)

    assert exported()["WANDB_API_KEY"] == "k" * 64


def test_an_agent_of_ours_in_the_same_terminal_takes_none_of_it_for_the_users_word(exported, tmp_path):
    """Else its runs would report to the standing server, where it does not hear of them."""
    directory = RunDir.make(tmp_path / "0-1", {}, RunInfo("abcdefgh", 0, 1))

    made = of_run(exported(), Claim("abcdefgh", Trial(0, 1, "running", {}), 1, "me"), directory)

    assert made["WANDB_MODE"] == "offline"
    assert "WANDB_BASE_URL" not in made


def test_a_port_that_is_taken_is_said_in_four_parts(door, capsys, tmp_path):
    code = main(["wandb-server", "--port", door.rpartition(":")[2], "--store", str(tmp_path)])

    assert code == 2
    told = capsys.readouterr().err
    assert "can't serve at 127.0.0.1:" in told
    assert "fix       choose another --port" in told


def test_the_commands_cost_nothing_until_they_are_called():
    code = "import sys, sweepbridge_wandb; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert {"starlette", "uvicorn", "graphql", "typer", "wandb"} & set(loaded) == set()
