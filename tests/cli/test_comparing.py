"""`sweepbridge compare`: the user's own sweep under several backends, or a synthetic function on its space."""

import json
import signal
import subprocess
import sys
import time

import pytest

from sweepbridge.api import store_at

SWEEP = """\
command: [bash, -c, "echo '{\\"score\\": ${x}}' >> $SWEEPBRIDGE_RUN_DIR/metrics.jsonl"]
method: random
name: mine
metric: {name: score, goal: maximize}
parameters: {x: {values: [0.1, 0.3, 0.5, 0.7, 0.9]}}
"""
BOTH = ["--backends", "random,grid"]


def compared(printed):
    return json.loads(printed.out)


def sweeps(where=None):
    return store_at(where, create=False).sweeps()


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A comparison of two backends with two seeds and two trials: what it printed, and its store."""
    folder = tmp_path_factory.mktemp("compared")
    (folder / "sweep.yaml").write_text(SWEEP)
    words = [*BOTH, "--trials", "2", "--seeds", "2", "--seed", "5"]
    command = [sys.executable, "-m", "sweepbridge", "compare", "sweep.yaml", *words]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=100)
    return done, folder / ".sweepbridge"


def test_each_backend_has_ordinary_sweeps_with_the_same_seeds(ran):
    _, store = ran

    assert [(sweep.name, sweep.seed, sweep.backend, sweep.state, sweep.began) for sweep in sweeps(store)] == [
        ("compare random, seed 5: mine", 5, "random", "finished", 2),
        ("compare grid, seed 5: mine", 5, "grid", "finished", 2),
        ("compare random, seed 6: mine", 6, "random", "finished", 2),
        ("compare grid, seed 6: mine", 6, "grid", "finished", 2),
    ]


def test_it_shows_the_best_so_far_in_the_metrics_own_sign_with_ranks_and_pairs(ran):
    lines = ran[0].stdout.splitlines()

    assert lines[0] == "best score after so many trials, median of 2 seeds; the rank is that after the last"
    assert lines[1].split() == ["backend", "1", "2", "rank", "95", "%", "best", "so", "far"]
    assert ["grid", "0.1", "0.3"] in [line.split()[:3] for line in lines[2:4]]
    assert lines[4].startswith("random is better than grid under ")


def test_a_line_tells_of_each_sweep_that_is_over(ran):
    assert [line for line in ran[0].stderr.splitlines() if "grid" in line] == [
        "note: grid has no method random: searching with its default, grid",
        "grid, seed 5: 2 trials, best score=0.3",
        "grid, seed 6: 2 trials, best score=0.3",
    ]


def test_json_holds_what_ran(call, write, exported):
    told = compared(call("compare", write(SWEEP), *BOTH, "--trials", 3, "--seeds", 1, "--format", "json"))

    scores = {sweep.backend: [row["objective.score"] for row in exported(sweep.id)] for sweep in sweeps()}
    assert (told["simulated"], told["metric"], told["goal"]) == (False, "score", "maximize")
    assert {one["name"]: one["curves"][0][-1] for one in told["backends"]} == {who: max(scores[who]) for who in scores}


def test_simulated_nothing_is_run_and_nothing_stored_and_it_is_the_same_again(call, write, folder):
    words = ("compare", write(SWEEP.replace("bash", "nobody")), *BOTH, "--simulate", "--seeds", 4, "--format", "json")

    first, again = call(*words), call(*words)

    assert (first.code, first.out) == (0, again.out)
    assert compared(first)["simulated"]
    assert len(compared(first)["backends"][0]["curves"]) == 4
    assert not (folder / ".sweepbridge").exists()


def test_simulated_agents_work_at_once_too(call, write):
    endless = write(SWEEP.replace("values: [0.1, 0.3, 0.5, 0.7, 0.9]", "min: 0.0, max: 1.0"))
    words = ("compare", endless, "--backends", "random,optuna:tpe", "--simulate", "--format", "json", "--workers")

    alone, four = ({one["name"]: one["curves"] for one in compared(call(*words, n))["backends"]} for n in (1, 4))

    assert alone["random"] == four["random"]
    assert alone["optuna:tpe"] != four["optuna:tpe"]


def test_a_backend_that_comes_to_no_result_is_last_and_the_exit_code_says_so(call, write):
    broken = SWEEP.replace("score", "other", 1)

    printed = call("compare", write(broken), *BOTH, "--trials", 1, "--seeds", 1)

    assert printed.code == 1
    assert "seed 0: 1 trials, none with a result" in printed.err
    assert "none" in printed.out


@pytest.fixture
def interrupted(write, start, folder):
    """A comparison that was interrupted in its third round, while a trial ran: what it printed."""
    gate = folder / "gate"
    slow = SWEEP.replace("echo", f"if [ -f {gate} ]; then touch {gate}-waits; sleep 1; fi; echo")
    process = start("compare", write(slow), *BOTH, "--trials", 2, "--seeds", 2)
    assert any("grid, seed 0" in line for line in process.stderr)
    gate.touch()
    until = time.monotonic() + 60
    while not gate.with_name("gate-waits").exists():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    gate.unlink()
    return process.returncode, out, err


def test_ctrl_c_shows_the_seeds_that_are_whole_and_what_was_done_is_there_to_go_on_with(interrupted, call, exported):
    code, out, err = interrupted
    left = [sweep.state for sweep in sweeps()]

    resumed = call("compare", "sweep.yaml", *BOTH, "--trials", 2, "--seeds", 2, "--resume")

    assert (code, left) == (130, ["finished", "finished", "running"])
    assert "median of 1 seeds" in out
    assert err.endswith("interrupted; to go on: the same words with --resume\n")
    assert (resumed.code, [sweep.state for sweep in sweeps()]) == (0, ["finished"] * 4)
    assert [len(exported(sweep.id)) for sweep in sweeps()] == [2] * 4
    assert "median of 2 seeds" in resumed.out


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--backends", "random"], "--backends random"),
        (["--backends", " , "], "--backends "),
        (["--backends", "random,random"], "random and random: both are random"),
        (["--backends", "optuna:qmc,optuna:tpe,optuna:qmc"], "optuna:qmc and optuna:qmc: both are optuna:qmc"),
        (["--backends", "optuna,random,optuna:random"], "optuna and optuna:random: both are optuna:random"),
        (["--backends", "random,nobody"], "backend: nobody"),
        (["--backends", "random,optuna:anneal"], "method: anneal"),
    ],
)
def test_what_can_not_be_compared_has_four_parts_and_runs_nothing(call, write, folder, words, found):
    printed = call("compare", write(SWEEP), *words)

    assert (printed.code, printed.out) == (2, "")
    assert f"  found     {found}" in printed.err
    assert all(f"\n  {part:<9} " in printed.err for part in ("found", "expected", "fix"))
    assert not (folder / ".sweepbridge").exists()


def test_what_a_backend_refuses_is_told_with_its_line(call, write):
    endless = SWEEP.replace("values: [0.1, 0.3, 0.5, 0.7, 0.9]", "min: 0.0, max: 1.0")

    printed = call("compare", write(endless), *BOTH)

    assert printed.code == 2
    assert printed.err.startswith("sweep.yaml:5  parameters.x\n")


def test_without_a_metric_there_is_nothing_to_compare_by(call, write):
    printed = call("compare", write(SWEEP.replace("metric: {name: score, goal: maximize}\n", "")), *BOTH)

    assert printed.code == 2
    assert "  found     no metric in the config\n" in printed.err


def test_a_program_that_is_not_there_is_told_before_anything_is_stored(call, write, folder):
    printed = call("compare", write(SWEEP.replace("bash", "nobody")), *BOTH)

    assert printed.code == 2
    assert not (folder / ".sweepbridge").exists()
