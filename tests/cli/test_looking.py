"""Commands that look at a config and change nothing: lint, preview, explain, schema."""

import json
import sys

import pytest

FAULT = {"where", "line", "found", "expected", "fix"}
CONFIG = """\
program: train.py
method: bayes
metric: {name: loss}
parameters:
  lr: {distribution: log_uniform_values, min: 0.001, max: 0.1}
  units: {min: 8, max: 64}
  kind: {values: [a, b], probabilities: [0.25, 0.75]}
  rate: {distribution: q_uniform, min: 0.0, max: 0.5, q: 0.05}
  depth: {value: 3}
  optimizer:
    parameters:
      name: {values: [adam, sgd]}
"""
PATHS = ["depth", "kind", "lr", "optimizer.name", "rate", "units"]
GRID = "method: grid\nparameters: {a: {values: [1, 2]}}\n"
BAD = "method: grid\nparameters: {a: {values: []}}\n"
DOUBTFUL = GRID + "job: mine\n"
DEEP = 'program: train.py\ncommand: [python, "${program}", "${args_json}", "--home=${envvar:HOME}"]\n'


def rows(printed):
    return [json.loads(line) for line in printed.out.splitlines()]


def test_lint_gives_one_object_a_file_in_the_order_of_the_files(call, write):
    files = [write(BAD, "bad.yaml"), write(GRID, "good.yaml"), write(DOUBTFUL, "doubtful.yaml")]

    printed = call("lint", "--format", "jsonl", *files)

    bad, good, doubtful = rows(printed)
    assert printed.code == 2
    assert good == {"file": "good.yaml", "ok": True, "faults": [], "warnings": []}
    assert (bad["file"], bad["ok"], [set(fault) for fault in bad["faults"]]) == ("bad.yaml", False, [FAULT])
    assert (bad["faults"][0]["where"], bad["faults"][0]["line"]) == ("parameters.a.values", 2)
    assert (doubtful["ok"], [set(warning) for warning in doubtful["warnings"]]) == (True, [FAULT])


@pytest.mark.parametrize("command", [["lint"], ["preview", "-n", "1"]])
def test_one_list_of_all_files_holds_what_the_lines_hold(call, write, command):
    files = [write(BAD, "bad.yaml"), write(GRID, "good.yaml")]

    (whole, lines) = (call(*command, "--format", style, *files) for style in ("json", "jsonl"))

    assert json.loads(whole.out) == rows(lines)
    assert whole.code == lines.code == 2


def test_lint_says_for_people_what_it_found(call, write):
    printed = call("lint", write(BAD, "bad.yaml"), write(GRID, "good.yaml"), write(DOUBTFUL, "doubtful.yaml"))

    assert printed.out.startswith("bad.yaml:2  parameters.a.values\n")
    assert "good.yaml: no faults\n" in printed.out
    assert "warning: doubtful.yaml:3  job\n" in printed.out


def test_lint_is_quiet_about_good_files_if_asked_to_be(call, write):
    printed = call("lint", "--quiet", write(GRID))

    assert (printed.code, printed.out) == (0, "")


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("backend: {name: optuna, n_trials: 3}", "backend"),
        ("backend: optun", "backend"),
        ("backend: hyperopt\nmethod: cmaes", "method"),
        ("early_terminate: {type: medain}", "early_terminate.type"),
        ("early_terminate: {type: patience, patience: 0}", "early_terminate.patience"),
        ("early_terminate: {type: optuna-threshold}", "early_terminate"),
    ],
)
def test_lint_asks_the_backend_and_the_stopper_too(call, write, line, where):
    config = "\n".join(one for one in CONFIG.splitlines() if not ("method:" in line and one.startswith("method:")))

    (verdict,) = rows(call("lint", "--format", "jsonl", write(f"{config}\n{line}\n")))

    assert [fault["where"] for fault in verdict["faults"]] == [where]
    assert all(verdict["faults"][0][part] for part in ("found", "expected", "fix"))


def test_lint_goes_on_with_the_next_file_whatever_one_asks_for(call, write):
    files = [write(GRID + "early_terminate: {type: medain}\nmetric: {name: a}\n", "one.yaml"), write(GRID, "two.yaml")]

    assert [verdict["ok"] for verdict in rows(call("lint", "--format", "jsonl", *files))] == [False, True]


def test_preview_gives_one_object_a_file(call, write):
    printed = call("preview", "--format", "jsonl", "-n", "2", write(CONFIG), write(BAD, "bad.yaml"))

    good, bad = rows(printed)
    assert printed.code == 2
    assert set(good) == set(bad) == {"file", "backend", "trials", "commands", "error"}
    assert (good["file"], good["backend"], good["error"]) == ("sweep.yaml", "gp", None)
    assert [trial["number"] for trial in good["trials"]] == [0, 1]
    assert set(good["trials"][0]["params"]) == {"depth", "kind", "lr", "optimizer", "rate", "units"}
    assert (bad["trials"], bad["commands"], set(bad["error"])) == ([], [], FAULT)


def test_preview_shows_commands_word_by_word(call, write):
    (shown,) = rows(call("preview", "--format", "jsonl", "-n", "1", write(CONFIG)))

    params = shown["trials"][0]["params"]
    (command,) = shown["commands"]
    assert command[:4] == ["/usr/bin/env", sys.executable, "train.py", "--depth=3"]
    assert f"--optimizer.name={params['optimizer']['name']}" in command


def test_preview_shows_environment_variables_for_the_shell_to_fill_in(call, write):
    printed = call("preview", "-n", "1", write(GRID + DEEP))

    assert """$ python train.py '{"a": 1}' '--home='"$HOME"\n""" in printed.out


def test_preview_has_no_commands_where_there_is_no_program(call, write):
    (shown,) = rows(call("preview", "--format", "jsonl", write(GRID)))

    assert shown["commands"] == []
    assert [trial["params"] for trial in shown["trials"]] == [{"a": 1}, {"a": 2}]


def test_preview_shows_the_trials_that_a_sweep_of_the_same_seed_begins_with(call, write, exported):
    config = CONFIG.replace("program: train.py", 'command: ["true"]').replace("method: bayes", "method: random")
    (shown,) = rows(call("preview", "--format", "jsonl", "--seed", "5", "-n", "2", write(config)))
    sweep_id = call("sweep", "sweep.yaml", "--seed", "5").out.strip()

    call("agent", sweep_id, "--count", "2", "--quiet")

    assert [row["params.lr"] for row in exported(sweep_id)] == [trial["params"]["lr"] for trial in shown["trials"]]


@pytest.mark.parametrize("command", ["lint", "preview", "explain"])
def test_looking_writes_nothing(call, write, folder, command):
    call(command, write(CONFIG))

    assert [path.name for path in folder.iterdir()] == ["sweep.yaml"]


@pytest.mark.parametrize(("backend", "method"), [("optuna", "bayes"), ("hyperopt", "bayes"), ("random", "random")])
def test_explain_shows_four_stations_and_the_meaning_of_every_parameter(call, write, backend, method):
    printed = call("explain", write(CONFIG.replace("bayes", method)), "--backend", backend)

    blocks = [block.splitlines() for block in printed.out.split("\n\n")[1:]]
    assert printed.out.startswith(f"{method} by {backend}, from sweepbridge")
    assert [block[0] for block in blocks] == PATHS
    assert [[line.split()[0] for line in block[1:]] for block in blocks] == [
        ["config", "domain", "axis", "vendor", "meaning"]
    ] * len(PATHS)
    assert all(len(line.split()) > 1 for block in blocks for line in block[1:])


def test_explain_shows_a_grid_too(call, write):
    assert "vendor   the grid's values" in call("explain", write(GRID)).out


def test_explain_says_what_hyperopt_is_given(call, write):
    assert "hp.loguniform" in call("explain", write(CONFIG), "--backend", "hyperopt").out


def test_schema_prints_a_json_schema(call):
    assert "parameters" in json.loads(call("schema").out)["properties"]
