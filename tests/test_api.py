"""The Python face: `sweep`, `agent`, `open_sweep`, and the names that `import sweepbridge as wandb` gives."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import sweepbridge
from sweepbridge import ConfigError, SweepConfig, agent, open_sweep, sweep
from sweepbridge.errors import BackendError, SweepbridgeError, SweepNotFound, UsageError
from sweepbridge.store import find_store, open_store
from tests.replayed import every_sweep_is_replayed

__all__ = ["every_sweep_is_replayed"]

GRID = {
    "name": "mine",
    "method": "grid",
    "metric": {"name": "score", "goal": "maximize"},
    "parameters": {"a": {"values": [1, 2, 3]}, "model": {"parameters": {"b": {"value": 0}}}},
}
WANDB_EXAMPLE = Path(__file__).parent.parent / "examples" / "wandb-first-example.py"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder without a store, here and above."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SWEEPBRIDGE_STORE", raising=False)
    return tmp_path


def train():
    with sweepbridge.init() as run:
        run.log({"score": run.config["a"] + run.config["model"]["b"]})


def python(*words):
    return subprocess.run([sys.executable, *words], check=True, capture_output=True, text=True)


@pytest.fixture
def worked():
    """The id of a grid of three points, worked through."""
    sweep_id = sweep(GRID)
    agent(sweep_id, train)
    return sweep_id


def test_w_and_bs_own_example_runs_four_trials_and_ends():
    printed = python(WANDB_EXAMPLE)

    (stored,) = open_store(".sweepbridge").sweeps()
    opened = open_sweep(stored.id)
    assert f"Create sweep with ID: {stored.id}" in printed.stderr
    assert (opened.state, stored.name) == ("finished", "my-awesome-sweep")
    assert [record.trial.params["a"] for record in opened.trials] == [1, 2, 3, 4]
    assert opened.metric(opened.best) == 5.0


def test_the_example_differs_from_w_and_bs_in_the_import_alone():
    assert [line for line in WANDB_EXAMPLE.read_text().splitlines() if "sweepbridge" in line] == [
        "import sweepbridge as wandb"
    ]


@pytest.mark.parametrize("given", [GRID, SweepConfig.model_validate(GRID), lambda: GRID, lambda: SweepConfig(**GRID)])
def test_a_sweep_is_a_dict_a_config_or_a_function_that_returns_one(given):
    stored = open_sweep(sweep(given)).sweep

    assert (stored.config, stored.state, stored.name) == (GRID, "running", "mine")


@pytest.mark.parametrize("given", ["sweep.yaml", None, 3, [GRID], lambda: "sweep.yaml"])
def test_anything_else_is_refused_before_a_store_is_made(given, folder):
    with pytest.raises(UsageError, match=r"sweep\(\) takes a config"):
        sweep(given)

    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ({"method": "grid", "parameters": {"a": {"values": []}}}, ConfigError),
        ({**GRID, "backend": "optun"}, BackendError),
        ({**GRID, "backend": "optuna"}, BackendError),
    ],
)
def test_a_config_that_can_not_be_searched_is_refused_before_a_store_is_made(bad, error, folder):
    with pytest.raises(error):
        sweep(bad)

    assert list(folder.iterdir()) == []


def test_entity_and_project_are_kept_with_the_sweep_and_win_over_the_config():
    given = {**GRID, "entity": "theirs", "project": "old"}

    stored = open_sweep(sweep(given, entity="ours", project="new")).sweep
    kept = open_sweep(sweep(given)).sweep

    assert (stored.entity, stored.project) == ("ours", "new")
    assert (kept.entity, kept.project) == ("theirs", "old")


def test_where_nothing_else_says_w_and_bs_variables_say_whose_a_sweep_is(monkeypatch):
    monkeypatch.setenv("WANDB_ENTITY", "us")
    monkeypatch.setenv("WANDB_PROJECT", "somewhere")

    stored = open_sweep(sweep({**GRID, "project": "here"})).sweep

    assert (stored.entity, stored.project) == ("us", "here")


def test_an_agent_takes_w_and_bs_arguments_in_w_and_bs_order():
    sweep_id = sweep({**GRID, "parameters": {"a": {"values": [1, 2, 3, 4]}}})

    agent(sweep_id, lambda: 1 / 0, None, None, None, False, None, 2)

    assert [record.state for record in open_sweep(sweep_id).trials] == ["failed", "waiting", "waiting"]


def test_a_backend_and_a_seed_may_stand_beside_the_config():
    searched = {**GRID, "method": "random", "seed": 3}

    assert open_sweep(sweep(searched)).sweep.seed == 3
    stored = open_sweep(sweep(searched, backend="optuna", seed=4)).sweep
    assert (stored.backend, stored.method, stored.seed) == ("optuna", "random", 4)


def test_a_sweep_begins_with_the_trials_of_prior_runs(worked):
    grown = {**GRID, "parameters": {**GRID["parameters"], "a": {"values": [1, 2, 3, 4]}}}

    sweep_id = sweep(grown, prior_runs=worked)
    agent(sweep_id, train)
    again = sweep(grown, None, None, [worked, f"{worked}-0"])

    opened = open_sweep(sweep_id)
    assert len(open_sweep(again).trials) == 3
    assert [record.runs for record in opened.trials] == [0, 0, 0, 1]
    assert [opened.metric(record) for record in opened.trials] == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize("priors", [3, [3], [None], {"abcdefgh": 1}])
def test_prior_runs_that_are_no_names_are_refused_before_a_store_is_made(priors, folder):
    with pytest.raises(UsageError, match=r"sweep\(\) takes the names of prior runs"):
        sweep(GRID, prior_runs=priors)

    assert list(folder.iterdir()) == []


def test_a_sweep_without_a_seed_draws_one_and_keeps_it():
    first, second = (open_sweep(sweep({**GRID, "method": "random"})).sweep.seed for _ in range(2))

    assert first != second


def test_an_agent_runs_no_more_than_count():
    sweep_id = sweep(GRID)

    agent(sweep_id, train, count=2)

    assert [record.state for record in open_sweep(sweep_id).trials] == ["finished", "finished"]


def test_two_workers_run_a_function_and_each_point_once():
    sweep_id = sweep(GRID)

    agent(sweep_id, function=train, workers=2, name="twin")

    trials = open_sweep(sweep_id).trials
    assert sorted(record.trial.params["a"] for record in trials) == [1, 2, 3]
    assert {record.agent for record in trials} <= {"twin-0", "twin-1"}


def test_an_agent_without_a_function_runs_the_program(folder):
    (folder / "train.sh").write_text('#!/bin/sh\necho "{\\"score\\": 1}" >> "$SWEEPBRIDGE_RUN_DIR/metrics.jsonl"\n')
    sweep_id = sweep({**GRID, "command": ["sh", "train.sh"]})

    agent(sweep_id, count=1)

    assert open_sweep(sweep_id).best.trial.loss == -1.0


def test_an_agent_without_function_and_program_is_refused_before_any_trial():
    sweep_id = sweep(GRID)

    with pytest.raises(ConfigError, match="no program, and no command"):
        agent(sweep_id)

    assert open_sweep(sweep_id).trials == []


@pytest.mark.parametrize("wrong", [{"count": 0}, {"count": "3"}, {"count": 2.5}, {"workers": 0}, {"workers": True}])
def test_a_count_that_is_none_is_refused_before_any_trial(wrong):
    (name,) = wrong
    sweep_id = sweep(GRID)

    with pytest.raises(UsageError, match=rf"agent\(\) takes a {name} of 1 or more"):
        agent(sweep_id, train, **wrong)

    assert open_sweep(sweep_id).trials == []


def test_what_a_trial_complained_of_can_be_read_where_its_folder_is():
    def unlucky():
        raise ValueError("no data")

    sweep_id = sweep(GRID)
    agent(sweep_id, unlucky, count=1)
    opened = open_sweep(sweep_id)

    assert "ValueError: no data" in opened.stderr(0)
    shutil.rmtree(opened.store.folder / "runs")
    assert opened.stderr(0) is None


def test_a_function_that_was_called_already_is_refused():
    with pytest.raises(UsageError) as raised:
        agent(sweep(GRID), 3)

    assert raised.value.fix == "pass the function itself, without calling it"


def test_an_agent_of_no_sweep_makes_no_store(folder):
    with pytest.raises(SweepbridgeError, match="no store at"):
        agent("abcdefgh", train)

    assert list(folder.iterdir()) == []


def test_an_unknown_sweep_is_not_found():
    sweep(GRID)

    with pytest.raises(SweepNotFound):
        agent("abcdefgh", train)
    with pytest.raises(SweepNotFound):
        open_sweep("abcdefgh")


def test_a_sweep_is_found_by_w_and_bs_long_name_too(worked):
    assert open_sweep(f"entity/project/{worked}").id == worked


def test_an_opened_sweep_is_paused_resumed_stopped_and_cancelled():
    opened = open_sweep(sweep(GRID))

    states = [getattr(opened, verb)() or opened.state for verb in ("pause", "resume", "stop", "cancel", "resume")]

    assert states == ["paused", "running", "stopped", "cancelled", "running"]


def test_a_sweep_that_is_over_is_not_paused_and_says_how_it_runs_again(worked):
    with pytest.raises(UsageError, match=f"sweep {worked} is over") as raised:
        open_sweep(worked).pause()

    assert raised.value.fix.endswith(f"sweepbridge resume {worked} lets it run again")


def test_an_opened_sweep_shows_what_happened(worked):
    opened = open_sweep(worked)

    assert opened.state == "finished"
    assert [opened.metric(record) for record in opened.trials] == [1.0, 2.0, 3.0]
    assert opened.best.trial.number == 2
    assert opened.params(2) == {"a": 3, "model": {"b": 0}}
    assert [objective.name for objective in opened.objectives] == ["score"]


def test_a_failed_trial_has_no_metric_and_is_never_the_best():
    def fails_once():
        with sweepbridge.init() as run:
            run.log({"score": 9.0 if run.config["a"] == 2 else 1.0})
            assert run.config["a"] != 2

    sweep_id = sweep({**GRID, "metric": {**GRID["metric"], "impute": "best"}})
    agent(sweep_id, fails_once)

    opened = open_sweep(sweep_id)
    assert opened.trials[1].trial.losses == (-9.0,)
    assert [opened.metric(record) for record in opened.trials] == [1.0, None, 1.0]
    assert opened.best.trial.number == 0


def test_a_data_frame_is_made_of_the_rows_of_export(worked, monkeypatch):
    """pandas is no dependency: a stand-in shows what it would be given."""
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=list))

    frame = open_sweep(worked).to_pandas()

    assert [(row["number"], row["params.a"], row["objective.score"]) for row in frame] == [
        (0, 1, 1.0),
        (1, 2, 2.0),
        (2, 3, 3.0),
    ]


def test_without_pandas_only_the_data_frame_is_missing(worked, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    opened = open_sweep(worked)

    with pytest.raises(ImportError, match="pandas"):
        opened.to_pandas()
    assert len(opened.trials) == 3


@pytest.mark.parametrize("give", [lambda path: path, str, lambda path: f"sqlite:///{path}/sweepbridge.db"])
def test_a_store_may_be_named_by_path_text_or_url(folder, give):
    store = give(folder / "elsewhere")

    sweep_id = sweep(GRID, store=store)
    agent(sweep_id, train, store=store, count=1)

    assert len(open_sweep(sweep_id, store=store).trials) == 1
    assert not (folder / ".sweepbridge").exists()


def test_the_environment_names_the_store(folder, monkeypatch):
    monkeypatch.setenv("SWEEPBRIDGE_STORE", str(folder / "elsewhere"))

    sweep(GRID)

    assert [path.name for path in folder.iterdir()] == ["elsewhere"]


def test_the_store_of_a_parent_folder_is_found(folder, monkeypatch):
    sweep_id = sweep(GRID)
    (folder / "deep").mkdir()
    monkeypatch.chdir(folder / "deep")

    assert open_sweep(sweep_id).id == sweep_id
    assert find_store(Path.cwd()) == folder / ".sweepbridge"


def test_importing_sweepbridge_imports_nothing_else():
    printed = python("-c", "import sweepbridge, sys; print(*sys.modules)")

    loaded = {name.partition(".")[0] for name in printed.stdout.split()}
    assert loaded & {"pydantic", "sqlalchemy", "optuna", "hyperopt", "yaml", "typer", "numpy"} == set()


def test_training_code_imports_no_database_and_no_config_language():
    code = "import sweepbridge, sys; sweepbridge.init().log({'a': 1}); sweepbridge.finish(); print(*sys.modules)"

    loaded = {name.partition(".")[0] for name in python("-c", code).stdout.split()}
    assert loaded & {"pydantic", "sqlalchemy", "optuna", "hyperopt", "yaml", "typer", "numpy"} == set()


@pytest.mark.parametrize("name", [name for name in sweepbridge.__all__ if name != "run"])
def test_every_public_name_is_there(name):
    assert getattr(sweepbridge, name) is not None
    assert name in dir(sweepbridge)


def test_a_star_import_gives_every_public_name():
    names = {}
    exec("from sweepbridge import *", names)

    assert set(sweepbridge.__all__) <= set(names)


def test_a_name_that_is_not_there_says_so():
    with pytest.raises(AttributeError, match="'sweepbridge' has no attribute 'swep'"):
        sweepbridge.swep  # noqa: B018


def test_the_current_run_is_none_outside_of_a_run_and_the_run_inside():
    before = sweepbridge.run
    with sweepbridge.init() as run:
        inside = sweepbridge.run

    assert (before, inside, sweepbridge.run) == (None, run, None)


def test_a_function_can_be_isolated_in_several_agents_too():
    def crashes_once():
        if sweepbridge.init().config.a == 2:
            os.abort()
        sweepbridge.log({"score": 1})

    sweep_id = sweep(GRID)
    agent(sweep_id, crashes_once, isolation="process", workers=2)

    found = open_sweep(sweep_id)
    assert [record.state for record in found.trials] == ["finished", "failed", "finished"]
    assert found.trials[1].trial.reason == "killed by SIGABRT"


def test_an_isolation_that_is_not_there_is_refused_before_any_trial_is_taken():
    sweep_id = sweep(GRID)

    with pytest.raises(UsageError) as caught:
        agent(sweep_id, lambda: None, isolation="container")

    assert caught.value.expected == "one of 'none', 'process'"
    assert open_sweep(sweep_id).trials == []


PLUGIN = """\
from sweepbridge.plugin import from_function, hookimpl

@hookimpl
def sweepbridge_backends():
    return [from_function("middle", lambda problem, trials, seed: problem.space.decode({}))]
"""
MIDDLE = {**GRID, "method": "middle", "run_cap": 2}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_plugin_in_a_file_is_used_where_it_is_named(folder, workers):
    (folder / "sweepfile.py").write_text(PLUGIN)
    sweep_id = sweep(MIDDLE, plugins=["sweepfile.py"])

    agent(sweep_id, train, workers=workers, plugins=[folder / "sweepfile.py"])

    assert [record.state for record in open_sweep(sweep_id).trials] == ["finished"] * 2
    assert open_sweep(sweep_id).sweep.provenance.keys() == {"sweepbridge", "sweepfile.py"}


def test_a_plugin_in_memory_is_used_where_it_is_named():
    """As in a notebook, where there is no file."""
    module = ModuleType("mine")
    exec(PLUGIN, vars(module))
    sweep_id = sweep(MIDDLE, plugins=[module])

    agent(sweep_id, train, plugins=[module])

    assert open_sweep(sweep_id).state == "finished"
    with pytest.raises(BackendError) as raised:
        agent(sweep_id, train)
    assert raised.value.fix == "plugins=[mine] in Python"


def test_without_its_plugin_a_sweep_says_what_it_was_made_with(folder):
    (folder / "sweepfile.py").write_text(PLUGIN)
    sweep_id = sweep(MIDDLE, plugins=["sweepfile.py"])

    with pytest.raises(BackendError) as raised:
        agent(sweep_id, train)

    assert raised.value.fix == "--plugin sweepfile.py, or plugins=['sweepfile.py'] in Python"


def test_the_history_of_a_trial_has_the_rows_of_every_run(worked):
    found = open_sweep(worked)

    [row] = found.history(1)
    assert (row["_run"], row["_step"], row["score"]) == (1, 0, 2)


def test_a_trial_that_was_lost_has_the_rows_of_the_lost_run_in_its_history():
    found = open_sweep(sweep(GRID))
    held = found.ask()
    held.log({"score": 1})
    held.give_back("wanted elsewhere")
    again = found.ask()
    again.log({"score": 2})
    again.end()

    assert [(row["_run"], row["score"]) for row in found.history(0)] == [(1, 1), (2, 2)]
    assert [row["score"] for row in found.rows(0)] == [2]


def test_an_opened_sweep_shows_itself_in_a_notebook(worked):
    assert f"sweep {worked}" in open_sweep(worked)._repr_html_()


def test_stores_that_nobody_closes_leave_no_files_open():
    """A notebook that goes on for days opens thousands."""
    sweep_id = sweep(GRID)
    agent(sweep_id, train)
    before = len(os.listdir("/dev/fd"))

    for _ in range(5):
        assert len(open_sweep(sweep_id).trials) == 3
        sweep(GRID)

    assert len(os.listdir("/dev/fd")) <= before
