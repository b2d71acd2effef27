"""Trials as MLflow runs, in a local file store: no server, and nothing off the machine."""

import pytest
from mlflow.tracking import MlflowClient
from sweepbridge_mlflow.observer import MlflowObserver
from sweepbridge_mlflow.recording import Recorder

import sweepbridge
from sweepbridge.plugin import Goal, ObservedSweep, Trial

pytestmark = pytest.mark.filterwarnings("ignore:.*filesystem tracking backend:FutureWarning")

CONFIG = {
    "method": "grid",
    "name": "mine",
    "metric": {"name": "score", "goal": "maximize"},
    "parameters": {"a": {"values": [1, 2, 3]}, "opt": {"parameters": {"kind": {"value": "adam"}}}},
    "run_name": "{opt.kind}-{a}",
}


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A client of a tracking store in a folder, which the environment names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"file://{tmp_path}/mlruns")
    return MlflowClient(tracking_uri=f"file://{tmp_path}/mlruns")


@pytest.fixture
def worked(server):
    """The runs that a sweep of three trials leaves, by their names."""
    opened = sweepbridge.open_sweep(sweepbridge.sweep(CONFIG, say=lambda line: None))
    for state in ("finished", "stopped", "failed"):
        held = opened.ask()
        held.log({"score": held.params["a"] * 10})
        held.log({"score": held.params["a"]})
        held.end(state, reason=None if state == "finished" else "of no use")
    return runs_of(server, "sweepbridge")


def runs_of(server, experiment):
    found = server.search_runs([server.get_experiment_by_name(experiment).experiment_id])
    return {run.info.run_name: run for run in found}


def test_each_trial_is_a_run_under_a_parent_for_the_sweep(worked):
    parent = worked.pop("mine").info.run_id

    assert sorted(worked) == ["adam-1", "adam-2", "adam-3"]
    assert {run.data.tags["mlflow.parentRunId"] for run in worked.values()} == {parent}


def test_a_run_has_parameters_the_curve_and_the_best_in_the_metrics_own_sign(worked, server):
    run = worked["adam-2"]

    assert run.data.params == {"a": "2", "opt.kind": "adam"}
    assert run.data.metrics == {"score": 2.0, "best.score": 20.0}
    assert [point.value for point in server.get_metric_history(run.info.run_id, "score")] == [20.0, 2.0]


def test_states_are_mlflows_own_and_the_reason_is_a_tag(worked):
    assert [worked[f"adam-{a}"].info.status for a in (1, 2, 3)] == ["FINISHED", "KILLED", "FAILED"]
    assert worked["adam-3"].data.tags["sweepbridge.reason"] == "of no use"
    assert "best.score" not in worked["adam-3"].data.metrics


def test_nothing_is_recorded_unless_the_environment_names_a_server(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    observer = MlflowObserver()

    observer.joined(sweep())
    observer.heard("abcdefgh", Trial(0, 0, "running", {"a": 1}))

    assert list(tmp_path.iterdir()) == []


def sweep(**more):
    told = {"id": "abcdefgh", "name": None, "project": "digits", "config": {}, "goals": (Goal("m", False),)}
    return ObservedSweep(**{**told, "name_of": lambda trial: f"warm-sweep-{trial.number}", **more})


def test_two_agents_share_the_parent_and_the_end_of_a_trial_finds_its_run(server):
    uri = server.tracking_uri
    first, second = (Recorder(sweep(), uri, "digits") for _ in range(2))

    first.record(Trial(0, 0, "running", {"a": 1}))
    second.record(Trial(0, 0, "finished", {"a": 1}, losses=(0.5,), observations=(0.5,)))

    found = runs_of(server, "digits")
    assert sorted(found) == ["sweep abcdefgh", "warm-sweep-0"]
    assert found["warm-sweep-0"].info.status == "FINISHED"


def test_what_mlflow_would_not_take_is_made_fit(server):
    recorder = Recorder(sweep(goals=(Goal("a@k (%)", False),)), server.tracking_uri, "digits")

    recorder.record(Trial(0, 0, "running", {"x?": "y" * 9000, "none": None}))
    recorder.record(Trial(0, 0, "finished", {}, losses=(0.5,), observations=(0.5,) * 2500))

    data = runs_of(server, "digits")["warm-sweep-0"].data
    assert (len(data.params["x_"]), data.params["none"]) == (500, "null")
    assert data.metrics["a_k ___"] == 0.5


def test_the_observer_takes_the_sweeps_project_for_the_experiment_unless_the_environment_says(server, monkeypatch):
    MlflowObserver().joined(sweep())
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "named")
    MlflowObserver().joined(sweep())

    assert {one.name for one in server.search_experiments()} >= {"digits", "named"}
