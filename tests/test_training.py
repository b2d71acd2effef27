"""What training code calls, in a sweep's run and outside of any."""

import argparse
import copy
import json
import subprocess
import sys
import time

import numpy
import pytest

from sweepbridge import training as wandb
from sweepbridge.errors import RunError
from sweepbridge.rundir import RunDir, RunInfo, Tail


@pytest.fixture
def directory(tmp_path):
    config = {"lr": 0.1, "opt": {"name": "adam", "beta": 0}, "flag": False}
    return RunDir.make(tmp_path / "runs" / "abcdefgh" / "7-2", config, RunInfo("abcdefgh", 7, 2, "mine"))


@pytest.fixture
def run(directory):
    """An open run in a sweep."""
    with wandb.attached(directory):
        yield wandb.init()


def rows(directory):
    return [
        {name: value for name, value in row.items() if name != "_timestamp"}
        for row in Tail(directory.metrics_file).read()
    ]


def test_the_parameters_are_items_and_attributes(run):
    assert wandb.config.lr == wandb.config["lr"] == 0.1
    assert wandb.config.opt["name"] == "adam"
    assert wandb.config.flag is False


def test_the_config_serves_as_a_dict(run):
    assert dict(**wandb.config) == dict(wandb.config) == wandb.config.as_dict()
    assert list(wandb.config.keys()) == ["lr", "opt", "flag"]
    assert "lr" in wandb.config
    assert wandb.config.get("momentum", 0.9) == 0.9


def test_a_parameter_that_is_not_there_is_named_beside_those_that_are(run):
    with pytest.raises(AttributeError, match=r"no 'learning_rate'; it has lr, opt, flag"):
        _ = wandb.config.learning_rate


def test_an_optional_parameter_can_be_asked_for(run):
    assert getattr(wandb.config, "momentum", None) is None
    assert not hasattr(wandb.config, "momentum")


def test_the_config_can_be_copied(run):
    assert copy.deepcopy(wandb.config).as_dict() == wandb.config.as_dict()


def test_the_sweep_wins_over_the_scripts_defaults_leaf_by_leaf(directory):
    with wandb.attached(directory), pytest.warns(UserWarning, match="stays as the sweep has set it") as said:
        run = wandb.init(config={"lr": 1, "epochs": 3, "opt": {"name": "sgd", "decay": 0.5}})

    assert run.config.as_dict() == {
        "lr": 0.1,
        "opt": {"name": "adam", "beta": 0, "decay": 0.5},
        "flag": False,
        "epochs": 3,
    }
    assert [str(one.message).split()[0] for one in said] == ["config.lr", "config.opt.name"]


def test_a_locked_value_cannot_be_changed_in_any_way_and_that_is_said_once(run):
    with pytest.warns(UserWarning, match=r"config\.lr stays") as said:  # noqa: PT031  # once over all
        wandb.config.lr = 5
        wandb.config["lr"] = 5
        wandb.config.update({"lr": 5}, allow_val_change=True)
        del wandb.config["lr"]

    assert wandb.config.lr == 0.1
    assert len(said) == 1


def test_setting_what_the_sweep_has_set_to_the_same_is_no_change(run):
    wandb.config.update({"lr": 0.1, "flag": 0})

    assert wandb.config.flag is False


def test_what_the_sweep_has_not_set_can_be_set_and_changed(run):
    wandb.config.epochs = 3
    wandb.config.epochs = 4
    wandb.config.setdefaults({"epochs": 5, "batch": numpy.array([1, 2])})

    assert wandb.config.epochs == 4
    assert list(wandb.config.batch) == [1, 2]


def test_a_namespace_of_argparse_is_a_config(directory):
    with wandb.attached(directory):
        wandb.init(config=argparse.Namespace(epochs=3))

        assert wandb.config.epochs == 3


def test_a_config_that_is_a_file_name_is_refused_with_what_to_do(directory):
    with wandb.attached(directory), pytest.raises(RunError) as error:
        wandb.init(config="defaults.yaml")

    assert "read the file" in error.value.fix


@pytest.fixture
def defaults_file(tmp_path, monkeypatch):
    """Write a config-defaults.yaml into the current folder."""
    monkeypatch.chdir(tmp_path)
    return (tmp_path / "config-defaults.yaml").write_text


def test_the_defaults_of_a_folder_lose_to_the_script_and_to_the_sweep_without_a_word(directory, defaults_file):
    defaults_file(
        "wandb_version: 1\nlr: {desc: rate, value: 9}\nepochs: {value: 3}\nwidth: {value: 64}\n"
        "opt: {value: {name: sgd, momentum: 0.9}}\n"
    )

    with wandb.attached(directory):
        config = wandb.init(config={"epochs": 5}).config

    assert config.as_dict() == {
        "lr": 0.1,
        "opt": {"name": "adam", "beta": 0, "momentum": 0.9},
        "flag": False,
        "epochs": 5,
        "width": 64,
    }


@pytest.mark.parametrize("content", ["", "wandb_version: 1\n", "# nothing\n"])
def test_an_empty_file_of_defaults_has_none(directory, defaults_file, content):
    defaults_file(content)

    with wandb.attached(directory):
        assert dict(wandb.init().config) == directory.config()


@pytest.mark.parametrize(
    "content", ["lr: 0.1\n", "- lr\n", "lr: {desc: rate}\n", "lr: {value: [1\n", "1: {value: 2}\n"]
)
def test_defaults_that_can_not_be_read_are_an_error_with_what_to_write(directory, defaults_file, content):
    defaults_file(content)

    with wandb.attached(directory), pytest.raises(RunError, match=r"config-defaults\.yaml can't be read") as raised:
        wandb.init()

    assert raised.value.expected.endswith("lr: {value: 0.1}")


def test_each_log_is_a_row_with_its_step_and_its_time(run, directory):
    wandb.log({"loss": 0.5, "val": {"acc": 1}})
    wandb.log({"loss": numpy.float32(0.25)})

    found = Tail(directory.metrics_file).read()

    assert [(row["loss"], row["_step"]) for row in found] == [(0.5, 0), (0.25, 1)]
    assert found[0]["val.acc"] == 1
    assert abs(found[0]["_timestamp"] - time.time()) < 60


def test_rows_that_are_not_committed_go_out_with_the_next(run, directory):
    wandb.log({"a": 1}, commit=False)
    before = rows(directory)
    wandb.log({"b": 2})

    assert before == []
    assert rows(directory) == [{"a": 1, "b": 2, "_step": 0}]


def test_a_row_with_a_step_is_written_at_once_and_opens_that_step(run, directory):
    wandb.log({"a": 1}, step=10)
    wandb.log({"b": 2})
    wandb.log({"a": 3})
    wandb.log({"a": 4}, step=5)

    assert [row["_step"] for row in rows(directory)] == [10, 10, 11, 5]


def test_what_was_not_committed_is_not_lost_at_the_end(run, directory):
    wandb.log({"a": 1}, commit=False)
    wandb.finish()

    assert rows(directory) == [{"a": 1, "_step": 0}]


def test_pictures_and_tables_are_dropped_and_the_numbers_beside_them_kept(run, directory):
    table = wandb.Table(columns=["a"])
    table.add_data(1)

    with pytest.warns(UserWarning, match="is not kept"):
        wandb.log({"loss": 1, "image": wandb.Image("x.png"), "table": table, "chart": wandb.plot.bar(table, "a", "b")})

    assert rows(directory) == [{"loss": 1, "_step": 0}]


def test_log_takes_a_dict_and_says_so(run):
    with pytest.raises(RunError, match="takes a dict"):
        wandb.log("loss", 0.5)


def test_the_summary_has_the_last_values_and_what_was_set_by_hand(run, directory):
    wandb.log({"loss": 1, "acc": 0})
    wandb.log({"loss": 2})
    wandb.summary["best"] = numpy.int64(7)
    run.summary.update({"acc": 0.5})

    assert dict(wandb.summary) == {"loss": 2, "acc": 0.5, "best": 7}
    assert directory.summary() == {"best": 7, "acc": 0.5}


def test_a_run_knows_which_one_it_is(run):
    assert (run.sweep_id, run.id, run.name, run.project) == ("abcdefgh", "abcdefgh-7-2", "abcdefgh-7-2", "mine")


def test_a_run_is_called_as_its_trial_unless_its_script_gives_it_a_name(tmp_path):
    directory = RunDir.make(tmp_path / "7-1", {}, RunInfo("abcdefgh", 7, 1, name="lively-sweep-7"))

    with wandb.attached(directory):
        assert wandb.init().name == "lively-sweep-7"
    with wandb.attached(directory):
        assert wandb.init(name="mine").name == "mine"


def test_a_second_init_gives_the_same_run(run):
    assert wandb.init(project="other", reinit=True) is run
    assert wandb.current() is run


def test_a_run_is_a_context_manager_that_finishes_it(directory):
    with wandb.attached(directory):
        with wandb.init() as run:
            run.log({"a": 1})

        assert wandb.current() is None
        assert run.is_finished


def test_finishing_twice_does_nothing(run):
    run.finish()
    run.finish()
    wandb.finish(exit_code=0)

    assert wandb.current() is None


def test_logging_after_finish_says_what_is_wrong(run):
    wandb.finish()

    with pytest.raises(RunError, match="after finish"):
        run.log({"a": 1})
    with pytest.raises(RunError, match="no run is open"):
        wandb.log({"a": 1})


def test_a_config_without_a_run_says_to_call_init():
    with pytest.raises(RunError) as error:
        _ = wandb.config.lr

    assert "init()" in error.value.fix


def test_init_after_finish_goes_on_with_the_same_run(run, directory):
    wandb.log({"fold": 1})
    wandb.finish()
    wandb.init()
    wandb.log({"fold": 2})

    assert rows(directory) == [{"fold": 1, "_step": 0}, {"fold": 2, "_step": 1}]


def test_log_ends_the_run_once_it_is_asked_to_stop_and_keeps_the_row(run, directory):
    directory.ask_to_stop("rank 5 of 6 at band 3")

    with pytest.raises(wandb.RunStopped, match="rank 5 of 6 at band 3"):
        wandb.log({"loss": 1})

    assert rows(directory) == [{"loss": 1, "_step": 0}]


def test_a_training_loop_that_catches_exceptions_does_not_catch_the_stop():
    assert not issubclass(wandb.RunStopped, Exception)


def test_a_program_that_is_stopped_ends_quietly_with_its_own_exit_code(directory):
    directory.ask_to_stop("enough")
    code = "from sweepbridge import training as t\nt.init()\nt.log({'a': 1})\nprint('not reached')"

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"SWEEPBRIDGE_RUN_DIR": str(directory.path)},
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (wandb.STOPPED_EXIT_CODE, b"", b"")
    assert len(rows(directory)) == 1


def test_children_of_a_run_log_into_the_same_run(run, directory):
    code = "from sweepbridge import training as t\nt.init()\nt.log({'from': 'a child'})"

    subprocess.run([sys.executable, "-c", code], check=True)

    assert rows(directory) == [{"from": "a child", "_step": 0}]


def test_outside_of_a_sweep_a_script_runs_alone_and_is_told_where_it_is_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    with wandb.init(project="mine", config={"lr": 1}) as run:
        run.log({"loss": 1})

    [kept] = (tmp_path / ".sweepbridge" / "runs").glob("local-*")
    assert rows(RunDir(kept)) == [{"loss": 1, "_step": 0}]
    assert run.config.lr == 1
    assert capsys.readouterr().err.count("not in a sweep") == 1


def test_two_runs_outside_of_a_sweep_are_kept_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with wandb.init() as one:
        pass
    with wandb.init() as other:
        pass

    assert one.id != other.id


def test_the_other_calls_of_a_w_and_b_script_do_no_harm(run):
    assert wandb.login(key="x") is True
    wandb.define_metric("loss", summary="min")
    wandb.watch(object(), log="all")
    wandb.save("*.pt")
    wandb.alert(title="a", text="b")
    artifact = wandb.Artifact("data", type="dataset", metadata={"a": 1})
    artifact.add_file("x")

    assert run.log_artifact(artifact) is artifact


def test_an_artifact_that_the_script_needs_is_an_error_and_not_an_empty_folder(run):
    with pytest.raises(RunError, match="nowhere to fetch"):
        run.use_artifact("data:latest")


def test_the_runs_own_folder_is_there_when_asked_for(run, directory):
    assert run.dir == str(directory.path / "files")
    assert (directory.path / "files").is_dir()


def test_ten_thousand_rows_cost_less_than_a_second(run, directory):
    """A training step may log without a thought for what it costs; 15 microseconds a row is usual."""
    began = time.process_time()
    for step in range(10_000):
        wandb.log({"loss": 1.0 / (step + 1), "acc": 0.5, "epoch": step})
    took = time.process_time() - began

    assert took < 1.5
    assert len(directory.metrics_file.read_text().splitlines()) == 10_000


def test_training_code_imports_no_database_and_no_model_library():
    code = "import sys, json, sweepbridge.training\nprint(json.dumps(sorted(sys.modules)))"

    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)

    assert not {"sqlalchemy", "pydantic", "pluggy", "yaml", "typer", "rich", "numpy"} & set(loaded)


def test_outside_of_a_sweep_a_file_can_give_the_parameters(tmp_path, monkeypatch, capsys):
    """So that a trial of a script that reads its parameters from its config can be run again, alone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SWEEPBRIDGE_RUN_DIR", raising=False)
    (tmp_path / "config.json").write_text('{"lr": 0.1, "opt": {"name": "sgd"}}')
    monkeypatch.setenv("SWEEPBRIDGE_CONFIG", "config.json")

    with wandb.init(config={"epochs": 3}) as run:
        assert run.config.as_dict() == {"lr": 0.1, "opt": {"name": "sgd"}, "epochs": 3}


@pytest.mark.parametrize("content", [None, "[1]", "{"])
def test_a_file_without_parameters_is_told_before_the_run(content, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SWEEPBRIDGE_RUN_DIR", raising=False)
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    monkeypatch.setenv("SWEEPBRIDGE_CONFIG", "config.json")

    with pytest.raises(RunError) as raised:
        wandb.init()

    assert raised.value.fix == "correct SWEEPBRIDGE_CONFIG, or unset it"
