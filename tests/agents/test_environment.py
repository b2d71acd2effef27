"""The environment of a run: W&B's variables beside ours, in a program and in a function."""

import json
import os
import re

import pytest
import yaml

from sweepbridge import training
from sweepbridge.agents.brake import Brake
from sweepbridge.agents.environment import ALWAYS, inside, of_run, run_id
from sweepbridge.agents.function import FunctionRunner
from sweepbridge.rundir import RunDir, RunInfo
from sweepbridge.store import Claim
from sweepbridge.trials import Trial


def claim_of(trial=0, run=1, sweep="abcdefgh"):
    return Claim(sweep, Trial(trial, 1, "running", {}), run, "me")


@pytest.fixture
def made_of(tmp_path):
    """The environment that a run gets from an agent's."""

    def made(agents=(), **about):
        config = {"lr": 1e-05, "opt": {"name": "sgd"}}
        directory = RunDir.make(
            tmp_path / "0-1", config, RunInfo("abcdefgh", 0, 1, **{"name": "lively-sweep-0", **about})
        )
        return of_run(dict(agents), claim_of(), directory)

    return made


def test_a_run_has_w_and_bs_variables_beside_ours(made_of, tmp_path):
    made = made_of({"PATH": "/bin"}, project="mnist", entity="me")

    assert made["PATH"] == "/bin"
    assert (made["SWEEPBRIDGE_SWEEP_ID"], made["WANDB_SWEEP_ID"]) == ("abcdefgh", "abcdefgh")
    assert (made["WANDB_PROJECT"], made["WANDB_ENTITY"]) == ("mnist", "me")
    assert made["WANDB_DIR"] == made["SWEEPBRIDGE_RUN_DIR"] == str(tmp_path / "0-1")
    assert set(ALWAYS) <= made.keys()


def test_a_sweep_without_a_project_leaves_the_users(made_of):
    made = made_of({"WANDB_PROJECT": "mine", "WANDB_DIR": "/logs"})

    assert (made["WANDB_PROJECT"], made["WANDB_DIR"]) == ("mine", "/logs")
    assert "WANDB_ENTITY" not in made


@pytest.mark.parametrize(("agents", "name"), [({}, "lively-sweep-0"), ({"WANDB_NAME": "mine"}, "mine")])
def test_a_run_is_called_as_its_trial_unless_the_user_has_named_it(made_of, agents, name):
    assert made_of(agents)["WANDB_NAME"] == name


def test_the_parameters_are_in_w_and_bs_file(made_of):
    with open(made_of()["WANDB_SWEEP_PARAM_PATH"]) as file:
        assert yaml.safe_load(file) == {
            "wandb_version": 1,
            "lr": {"value": 1e-05},
            "opt": {"value": {"name": "sgd"}},
        }


def test_w_and_bs_client_is_offline_unless_the_user_says_otherwise(made_of):
    made = made_of({"WANDB_ERROR_REPORTING": "true"})

    assert made["WANDB_MODE"] == "offline"
    assert made["WANDB__DISABLE_UPDATE_CHECK"] == "true"
    assert made["WANDB_ERROR_REPORTING"] == "true"


def test_a_run_that_reports_to_w_and_b_is_no_part_of_a_sweep_that_w_and_b_does_not_know(made_of):
    made = made_of({"WANDB_MODE": "online", "WANDB_SWEEP_ID": "of-another"})

    assert made["WANDB_MODE"] == "online"
    assert "WANDB_SWEEP_ID" not in made
    assert "WANDB_ERROR_REPORTING" not in made


def test_a_connection_of_another_process_is_not_handed_on(made_of):
    assert "WANDB_SERVICE" not in made_of({"WANDB_SERVICE": "3-1-tcp-localhost-1"})


def test_each_run_of_a_sweep_has_an_id_of_its_own_in_w_and_bs_form():
    ids = {run_id(claim_of(trial, run)) for trial in range(5000) for run in (1, 2, 3, 1000)}

    assert len(ids) == 20_000
    assert all(re.fullmatch(r"[a-z0-9]{8}", found) for found in ids)


def test_a_runs_id_is_always_the_same_and_differs_between_sweeps():
    assert run_id(claim_of(3)) == run_id(claim_of(3))
    assert run_id(claim_of(3)) != run_id(claim_of(3, sweep="abcdefgi"))


def test_a_program_gets_the_variables_and_its_command_may_name_them(execute, tmp_path):
    command = ["${interpreter}", "${program}", "${envvar:WANDB_RUN_ID}", "${envvar:SWEEPBRIDGE_TRIAL}"]

    execute("import os, sys; print(sys.argv[1:], os.environ['WANDB_RUN_ID'])", command=command)

    expected = run_id(claim_of())
    assert (tmp_path / "runs/0-1/stdout.log").read_text() == f"['{expected}', '0'] {expected}\n"


def test_a_function_has_the_variables_while_it_is_called_and_no_longer(fake, report_on, monkeypatch):
    monkeypatch.setenv("WANDB_SERVICE", "another's")
    monkeypatch.setenv("WANDB_RUN_ID", "before")
    before, seen = dict(os.environ), {}

    FunctionRunner(lambda: seen.update(os.environ)).run(report_on(fake(), lr=0.5), Brake(), print)

    assert (seen["WANDB_RUN_ID"], seen["SWEEPBRIDGE_TRIAL"]) == (run_id(claim_of()), "0")
    assert "WANDB_SERVICE" not in seen
    assert dict(os.environ) == before


def test_what_a_block_sets_itself_stays(monkeypatch):
    monkeypatch.delenv("SET_INSIDE", raising=False)

    with inside({**os.environ, "TAKEN_BACK": "1"}):
        monkeypatch.setenv("SET_INSIDE", "yes")

    assert os.environ["SET_INSIDE"] == "yes"
    assert "TAKEN_BACK" not in os.environ


def test_a_value_that_no_command_line_can_carry_fails_its_trial_alone(execute, said):
    result, _ = execute("", params={"name": "a\0b"})

    assert result.state == "failed"
    assert result.reason == "a value can't be a word of a command: embedded null byte; use ${args_json_file}"
    assert said == [result.reason]


def test_a_value_that_is_too_long_for_a_command_fails_its_trial_alone(execute):
    result, _ = execute("", params={"name": "x" * 3_000_000})

    assert result.state == "failed"
    assert "too long" in result.reason


def test_any_value_reaches_a_program_through_its_file(execute, tmp_path):
    params = {"nul": "a\0b", "half": "\udc00", "long": "x" * 3_000_000}
    source = "import json, sys; print(json.dumps([len(v) for v in json.load(open(sys.argv[1])).values()]))"

    execute(source, params=params, command=["${interpreter}", "${program}", "${args_json_file}"])

    assert json.loads((tmp_path / "runs/0-1/stdout.log").read_text()) == [3, 1, 3_000_000]


def test_options_are_as_the_config_asks_for_them(execute, tmp_path):
    execute("import sys; print(sys.argv[1])", params={"opt/lr": 0.1, "opt/on": True}, nested_args="dict")

    assert (tmp_path / "runs/0-1/stdout.log").read_text() == "--opt={'lr': 0.1, 'on': True}\n"


def test_a_local_run_after_a_sweep_is_one_of_its_own(fake, report_on, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    FunctionRunner(training.init).run(report_on(fake(), lr=0.5), Brake(), print)

    with training.init() as run:
        assert run.sweep_id is None
