"""Commands that work on a sweep, with real programs in processes of their own."""

import csv
import io
import json
import re
import signal

import pytest

from sweepbridge import open_sweep

POINTS = [(3, "x"), (3, "y"), (1, "x"), (1, "y"), (2, "x"), (2, "y")]
WAITS = """\
import json, os, sys, time
options = dict(word.removeprefix("--").split("=", 1) for word in sys.argv[1:])
while (options["a"], options["b"]) != ("3", "x") and not os.path.exists("go"):
    time.sleep(0.01)
with open(os.environ["SWEEPBRIDGE_RUN_DIR"] + "/metrics.jsonl", "a") as metrics:
    metrics.write(json.dumps({"loss": int(options["a"])}) + "\\n")
"""
LOGS = """\
method: grid
command: [bash, -c, "sweepbridge log loss=${a} note=so-so && sweepbridge log loss=0.5 is_last=true"]
metric: {name: loss}
parameters: {a: {values: [4]}}
"""
FAILS = """\
method: grid
command: [bash, -c, "echo broken >&2; exit 3"]
metric: {name: loss}
parameters: {a: {values: [1, 2]}}
"""


@pytest.fixture
def worked(tiny, call):
    """The id of a grid of six points after an agent has worked through it."""
    assert call("agent", tiny).code == 0
    return tiny


def points(rows):
    return [(row["params.a"], row["params.b"]) for row in rows]


def test_sweep_prints_the_id_alone_and_what_to_do_with_it_beside(write, call):
    printed = call("sweep", write("method: grid\nparameters: {a: {values: [1]}}\n"))

    sweep_id = printed.out.rstrip("\n")
    assert len(sweep_id) == 8
    assert printed.err == f"grid of 1 point\nwork on it: sweepbridge agent {sweep_id}\n"


def test_an_agent_works_through_a_grid_tells_each_trial_and_ends(tiny, call, exported):
    printed = call("agent", tiny)

    assert printed.code == 0
    assert points(exported(tiny)) == POINTS
    assert printed.err.count(" begins: ") == printed.err.count(" finished: ") == 6
    assert printed.err.splitlines()[-1].endswith("(6 runs by this agent)")


def test_w_and_bs_way_to_name_a_sweep_is_understood(tiny, call):
    assert call("agent", f"someone/somewhere/{tiny}", "--count", "1").code == 0
    assert call("agent", "-p", "somewhere", "-e", "someone", tiny, "--count", "1").code == 0


def test_an_agent_ends_when_so_many_runs_have_failed_in_a_row(write, call):
    some = FAILS.replace("echo broken >&2; exit 3", "test ${a} = 1 && sweepbridge log loss=1").replace(
        "[1, 2]", "[1, 2, 3, 4]"
    )
    sweep_id = call("sweep", write(some)).out.strip()

    printed = call("agent", sweep_id, "--max-consecutive-failed-runs", "2")

    assert printed.code == 1
    assert printed.err.splitlines()[-1].startswith("the last 2 runs have all failed; ")
    assert call("agent", sweep_id, "--term-timeout", "3").err.startswith("term_timeout stands alone\n")


def test_what_the_command_line_says_of_a_sweep_wins_over_the_environment_and_that_over_the_file(
    write, call, monkeypatch
):
    monkeypatch.setenv("WANDB_PROJECT", "of-the-environment")
    monkeypatch.setenv("WANDB_ENTITY", "us")
    write("entity: them\nproject: of-the-file\nname: old\nmethod: grid\nparameters: {a: {values: [1]}}\n")
    named = ("--name", "new", "--program", "other.py", "--entity", "me")

    sweep_id = call("sweep", "sweep.yaml", *named).out.strip()

    kept = open_sweep(sweep_id).sweep
    assert (kept.name, kept.entity, kept.project) == ("new", "me", "of-the-environment")
    assert kept.config["program"] == "other.py"


def test_best_prints_a_command_that_works_in_a_shell(worked, call, shell, folder):
    command = call("best", worked).out.splitlines()[-1].strip()

    printed = shell(command)

    assert (printed.code, printed.err) == (0, "")
    assert json.loads((folder / "metrics.jsonl").read_text()) == {"loss": 1, "kind": "x"}


def test_best_shows_the_trial_its_value_and_its_parameters(worked, call):
    lines = call("best", worked).out.splitlines()

    assert re.fullmatch("best of 6: trial 2 [a-z]+-sweep-2  loss=1", lines[0])
    assert [line.split() for line in lines[1:3]] == [["a", "1"], ["b", "x"]]


def test_best_of_a_command_with_a_file_names_the_file_that_the_trial_had(write, call, shell):
    config = 'command: [cat, "${args_json_file}"]\nmethod: grid\nmetric: {name: loss}\nparameters: {a: {values: [7]}}\n'
    write("metrics", "metrics")
    sweep_id = call("sweep", write(config.replace("cat", "./cat.sh"))).out.strip()
    write('#!/bin/sh\necho "{\\"loss\\": 1}" >> "${SWEEPBRIDGE_RUN_DIR:-.}/metrics.jsonl"; cat "$1"\n', "cat.sh")
    shell("chmod +x cat.sh")
    call("agent", sweep_id, "--quiet")

    printed = shell(call("best", sweep_id).out.splitlines()[-1])

    assert json.loads(printed.out) == {"a": 7}


def test_best_before_any_result_and_without_a_metric(tiny, write, call):
    without = call("sweep", write("method: grid\nparameters: {a: {values: [1]}}\n")).out.strip()

    assert call("best", tiny).out == f"no trial of {tiny} has a result yet: 0 have begun\n"
    assert "its config has no metric" in call("best", without).out


def test_export_as_csv_and_as_json_hold_the_same(worked, call, exported):
    table = list(csv.DictReader(io.StringIO(call("export", worked).out)))

    rows = exported(worked)
    assert [(int(row["params.a"]), row["params.b"]) for row in table] == points(rows)
    assert [float(row["objective.loss"]) for row in table] == [row["objective.loss"] for row in rows]
    assert rows[0]["summary.kind"] == "x"


def test_export_into_a_file_prints_nothing(worked, call, folder):
    printed = call("export", worked, "--output", "all.csv")

    assert (printed.code, printed.out) == (0, "")
    assert (folder / "all.csv").read_text() == call("export", worked).out


def test_export_into_a_folder_that_is_not_there_says_so(worked, call):
    printed = call("export", worked, "--output", "nowhere/all.csv")

    assert printed.code == 2
    assert printed.err.splitlines()[:2] == ["can't write nowhere/all.csv", "  found     No such file or directory"]


def test_status_shows_the_sweep_and_list_too(worked, call):
    shown = call("status", worked).out
    listed = call("list").out

    assert f"{worked}  tiny" in shown
    assert "state     finished: the search is complete" in shown
    assert "trials    6 finished" in shown
    assert re.search("best      trial 2 [a-z]+-sweep-2  loss=1  a=1 b=x", shown)
    assert [worked, "tiny", "finished", "grid", "grid", "6"] == listed.splitlines()[1].split()[:6]


def test_status_shows_one_trial_with_its_runs(worked, call):
    shown = call("status", worked, "2").out

    assert re.match("trial 2 [a-z]+-sweep-2  finished\n", shown)
    assert "result    loss=1" in shown
    assert "run 1     finished, by " in shown


def test_a_trial_that_has_not_begun_is_said_to_be_so(worked, call):
    printed = call("status", worked, "6")

    assert printed.code == 2
    assert printed.err.splitlines()[:2] == [f"no trial 6 in sweep {worked}", "  found     trials 0 to 5"]


def test_a_program_logs_with_the_command_line(write, call, shell, exported):
    sweep_id = call("sweep", write(LOGS)).out.strip()

    shell(f"sweepbridge agent {sweep_id}")

    (row,) = exported(sweep_id)
    assert (row["state"], row["objective.loss"]) == ("finished", 0.5)
    assert (row["summary.note"], row["summary.is_last"]) == ("so-so", True)
    assert "logged    2 rows" in call("status", sweep_id, "0").out


def test_a_run_whose_trials_all_fail_says_why_and_exits_with_1(write, call):
    printed = call("run", write(FAILS))

    assert printed.code == 1
    assert re.search(r"trial 1 failed    [a-z]+-sweep-1  \(exit code 3: broken\)", printed.err)
    assert "has a result yet: 2 have begun" in printed.out


def test_a_run_with_more_failures_than_are_allowed_says_so_and_exits_with_1(write, call):
    some = FAILS.replace("echo broken >&2; exit 3", "test ${a} = 1 && sweepbridge log loss=1").replace(
        "[1, 2]", "[1, 2, 3]"
    )

    printed = call("run", write(some + "max_failures: 1\n"))

    assert printed.code == 1
    assert " failed: max_failures: 1 trial has failed\n" in printed.err
    assert printed.err.endswith("the sweep ended with failures that the config does not allow\n")


def test_paused_resumed_stopped_and_cancelled(tiny, call):
    assert call("pause", tiny).out == f"{tiny} gives out no new trials until it is resumed\n"
    assert "paused by a person" in call("status", tiny).out
    assert call("resume", tiny).out == f"{tiny} gives out trials again\n"
    assert call("agent", tiny, "--count", "1").code == 0
    assert call("stop", tiny).code == 0
    assert call("cancel", tiny).code == 0


def test_a_sweep_that_was_stopped_or_cancelled_goes_on_when_it_is_resumed(tiny, call, exported):
    for verb in ("stop", "cancel"):
        call("agent", tiny, "--count", "1")
        call(verb, tiny)
        assert call("agent", tiny).err.endswith(" by a person (0 runs by this agent)\n")
        assert call("resume", tiny).code == 0

    assert call("agent", tiny).code == 0
    assert points(exported(tiny)) == POINTS


def test_a_grid_that_has_ended_yields_nothing_more_when_it_is_resumed(worked, call):
    call("resume", worked)

    printed = call("agent", worked)

    assert (printed.code, "(0 runs by this agent)" in printed.err) == (0, True)
    assert "state     finished: the search is complete" in call("status", worked).out


@pytest.mark.parametrize("command", ["pause", "stop"])
def test_what_is_over_does_not_change(worked, call, command):
    printed = call(command, worked)

    assert printed.code == 2
    assert printed.err.startswith(f"sweep {worked} is over\n  found     finished: ")


def test_a_stopped_sweep_gives_an_agent_nothing(tiny, call):
    call("stop", tiny)

    printed = call("agent", tiny)

    assert (printed.code, printed.err) == (0, "stopped by a person (0 runs by this agent)\n")


def test_an_agent_that_waits_for_a_paused_sweep_says_so_and_ends_with_it(tiny, call, start, read_until):
    call("pause", tiny)
    agent = start("agent", tiny)
    read_until(agent, "waiting: the sweep is paused: paused by a person")

    call("stop", tiny)
    told = agent.communicate()[1]

    assert agent.returncode == 0
    assert told == "stopped by a person (0 runs by this agent)\n"


def test_two_agents_at_once_and_one_of_them_killed_and_started_again_run_every_point_once(
    tiny, write, folder, start, exported, eventually
):
    write(WAITS, "train.py")
    killed, other = start("agent", tiny, "--name", "ann"), start("agent", tiny, "--name", "bob")
    eventually(lambda: {row["agent"] for row in exported(tiny) if row["state"] == "running"} == {"ann", "bob"}, other)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()

    again = start("agent", tiny, "--name", "ann")
    (folder / "go").touch()

    assert [agent.wait() for agent in (again, other) if agent.communicate()] == [0, 0]
    rows = exported(tiny)
    assert sorted(points(rows)) == sorted(POINTS)
    assert [row["state"] for row in rows] == ["finished"] * 6
    assert sum(row["runs"] for row in rows) == 7


def test_a_second_agent_of_the_same_name_is_refused_and_takes_nothing(tiny, write, start, exported, eventually):
    write("import time; time.sleep(200)", "train.py")
    first = start("agent", tiny, "--name", "ann", "--count", "1")
    eventually(lambda: any(row["state"] == "running" for row in exported(tiny)), first)

    second = start("agent", tiny, "--name", "ann")
    told = second.communicate()[1]
    still = exported(tiny)
    first.terminate()
    first.communicate()

    assert second.returncode == 2
    assert 'another agent named "ann" is at work on this sweep' in told
    assert [(row["state"], row["runs"]) for row in still] == [("running", 1)]


def test_run_creates_a_sweep_works_through_it_and_shows_the_best(tiny, call):
    printed = call("run", "sweep.yaml")

    assert printed.code == 0
    assert re.match("best of 6: trial 2 [a-z]+-sweep-2  loss=1\n", printed.out)
    assert re.search("trial 2 finished  [a-z]+-sweep-2  loss=1  best so far\n", printed.err)


def test_run_with_workers_runs_every_point_once(tiny, call, exported):
    printed = call("run", "sweep.yaml", "--workers", "2")

    sweep_id = printed.err.split()[1].rstrip(":")
    assert printed.code == 0
    assert sorted(points(exported(sweep_id))) == sorted(POINTS)


def test_a_run_that_is_interrupted_says_how_to_go_on_and_an_agent_goes_on(
    tiny, write, folder, start, call, exported, read_until
):
    write(WAITS, "train.py")
    running = start("run", "sweep.yaml")
    sweep_id = read_until(running, "trial 1 began").split()[1].rstrip(":")

    running.send_signal(signal.SIGINT)
    read_until(running, "ending after this run")
    (folder / "go").touch()
    told = running.communicate()[1]
    call("agent", sweep_id, "--quiet")

    assert running.returncode == 130
    assert told.splitlines()[-1] == f"{sweep_id} running: to go on: sweepbridge agent {sweep_id}"
    assert points(exported(sweep_id)) == POINTS


def test_an_agent_with_workers_runs_every_point_once(tiny, call, exported):
    assert call("agent", tiny, "--workers", "2").code == 0

    assert sorted(points(exported(tiny))) == sorted(POINTS)


def test_what_is_doubtful_is_told_when_a_sweep_is_created(write, call):
    printed = call("sweep", write("method: grid\nparameters: {a: {values: [1]}}\njob: mine\n"))

    assert printed.code == 0
    assert printed.err.startswith("note: sweep.yaml:3  job\n")


def test_the_store_is_that_of_the_nearest_parent(worked, call, folder, monkeypatch):
    (folder / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(folder / "deep" / "down")

    assert f"{worked}  tiny" in call("status", worked).out


def test_the_environment_may_name_the_store_and_the_option_wins(tiny, call, folder, monkeypatch):
    monkeypatch.setenv("SWEEPBRIDGE_STORE", str(folder / "other"))

    assert call("status", tiny).code == 2
    assert call("status", tiny, "--store", folder / ".sweepbridge").code == 0
