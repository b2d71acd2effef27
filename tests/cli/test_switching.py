"""Another backend in the middle of a sweep, from the command line: who suggested which trial is shown everywhere."""

import re

import pytest

from sweepbridge.registry import Registry
from sweepbridge.view import words

SWEEP = """\
command: [bash, -c, "echo '{\\"loss\\": ${x}}' >> $SWEEPBRIDGE_RUN_DIR/metrics.jsonl"]
method: random
metric: {name: loss}
parameters: {x: {min: 0.0, max: 1.0}}
"""


@pytest.fixture
def sweep_id(write, call):
    return call("sweep", write(SWEEP), "--seed", "1").out.strip()


@pytest.fixture
def switched(call, sweep_id):
    """A sweep of five trials: two by random, one by an agent that was told optuna, two after a switch to hyperopt."""
    call("agent", sweep_id, "--count", 2, "--quiet")
    call("agent", sweep_id, "--backend", "optuna:qmc", "--count", 1, "--quiet")
    call("switch", sweep_id, "hyperopt:tpe", "--option", "n_startup_jobs=2")
    call("agent", sweep_id, "--count", 2, "--quiet")
    return sweep_id


def test_a_switch_says_who_goes_on_and_from_which_trial(call, sweep_id):
    call("agent", sweep_id, "--count", 1, "--quiet")

    printed = call("switch", sweep_id, "optuna:tpe", "-o", "n_startup_trials=5")

    assert (printed.code, printed.err) == (0, "")
    assert printed.out == f"{sweep_id} goes on with tpe by optuna, from trial 1 on\n"


def test_a_switch_of_a_sweep_that_is_over_says_how_it_runs_again(call, sweep_id):
    call("stop", sweep_id)

    out = call("switch", sweep_id, "optuna:tpe").out

    assert out.endswith(f" from trial 0 on, once it runs again: sweepbridge resume {sweep_id}\n")


def test_status_shows_who_searches_and_which_trials_are_whose(call, switched):
    out = call("status", switched).out

    assert re.search(r"^  search    tpe by hyperopt, seed 1  \(sweepbridge .*hyperopt ", out, re.MULTILINE)
    assert [line.split("  (")[0].strip() for line in out.splitlines() if ": trial" in line] == [
        "random by random: trials 0-1",
        "qmc by optuna: trial 2",
        "tpe by hyperopt: trials 3-4",
    ]


def test_status_of_a_trial_shows_who_suggested_it_with_which_versions(call, switched):
    shown = [call("status", switched, trial).out for trial in (0, 2, 4)]

    assert "  search    random by random  (sweepbridge " in shown[0]
    assert "  search    qmc by optuna  (sweepbridge " in shown[1]
    assert "optuna " in shown[1].partition("search")[2].splitlines()[0]
    assert "  search    tpe by hyperopt  (sweepbridge " in shown[2]


def test_a_sweep_with_one_search_shows_it_in_one_line(call, sweep_id):
    call("agent", sweep_id, "--count", 1, "--quiet")

    assert call("status", sweep_id).out.count("random by random") == 1


def test_export_names_who_suggested_each_trial(exported, switched):
    assert [(row["search"], row["method"], row["backend"]) for row in exported(switched)] == [
        (0, "random", "random"),
        (0, "random", "random"),
        (1, "qmc", "optuna"),
        (2, "tpe", "hyperopt"),
        (2, "tpe", "hyperopt"),
    ]


def test_list_shows_who_searches_now(call, switched):
    assert call("list").out.splitlines()[1].split()[2:4] == ["tpe", "hyperopt"]


def test_replay_asks_each_trial_of_who_suggested_it(call, switched):
    printed = call("replay", switched)

    assert printed.code == 0
    assert printed.out.startswith("5 of 5 suggestions are what ran\n")
    assert [line for line in printed.out.splitlines()[1:] if not line.startswith(" ")] == [
        "random by random: trials 0-1",
        "qmc by optuna: trial 2",
        "tpe by hyperopt: trials 3-4",
    ]


def test_without_the_plugins_the_results_are_there_and_only_an_agent_wants_one(call, switched, exported, monkeypatch):
    monkeypatch.setattr("sweepbridge.api.Registry", lambda: Registry([]))

    agent = call("agent", switched, "--count", 1)

    assert (agent.code, "pip install 'sweepbridge-hyperopt==" in agent.err) == (2, True)
    assert [call(*words).code for words in (("status", switched), ("best", switched), ("status", switched, 2))] == [
        0
    ] * 3
    assert len(exported(switched)) == 5


def test_an_agent_that_was_told_a_backend_says_so_and_what_it_leaves_out(call, write):
    sweep_id = call("sweep", write(SWEEP.replace("method: random", "method: bayes"))).out.strip()

    printed = call("agent", sweep_id, "--backend", "random", "--count", 1)

    assert printed.err.splitlines()[:2] == [
        "note: random has no method bayes: searching with its default, random",
        "searching with random by random, whatever the sweep says",
    ]


def test_several_agents_are_all_told_the_backend(call, sweep_id, exported, shell):
    shell(f"sweepbridge agent {sweep_id} --workers 2 --count 1 --backend optuna:random")

    assert [row["backend"] for row in exported(sweep_id)] == ["optuna", "optuna"]


@pytest.fixture
def at_work(start, sweep_id):
    """An agent at work on the sweep, in a process of its own, that has begun a trial."""
    agent = start("agent", sweep_id)
    assert any("trial 0 begins" in line for line in agent.stderr)
    yield agent
    agent.terminate()
    agent.communicate(timeout=60)


def test_an_agent_at_work_takes_up_the_new_search_and_says_so(call, sweep_id, at_work):
    call("switch", sweep_id, "optuna:random")

    assert any(line == "searching with random by optuna from now on\n" for line in at_work.stderr)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["nobody"], "backend: nobody"),
        (["optuna:anneal"], "method: anneal"),
        (["optuna:tpe", "-o", "n_startup=3"], "option n_startup = 3"),
        (["optuna:tpe", "-o", "n_startup_trials"], "n_startup_trials"),
    ],
)
def test_a_switch_to_what_can_not_search_has_four_parts_and_changes_nothing(call, sweep_id, words, found):
    printed = call("switch", sweep_id, *words)

    assert printed.code == 2
    assert f"  found     {found}\n" in printed.err
    assert all(f"\n  {part:<9} " in printed.err for part in ("found", "expected", "fix"))
    assert call("list").out.splitlines()[1].split()[2:4] == ["random", "random"]


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [([], "no trials"), ([3], "trial 3"), ([4, 3, 5, 9, 0], "trials 0, 3-5, 9"), ([1, 2], "trials 1-2")],
)
def test_numbers_in_a_row_are_shown_by_their_ends(numbers, shown):
    assert words.numbered(numbers) == shown
