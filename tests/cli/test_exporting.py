"""What other programs are given: all trials in several forms, the config for W&B, and the best trial again."""

import errno
import json
import shlex
import sys

import pytest
import yaml
from pyarrow import parquet

AWKWARD = ["it's", 'say "hi"', "$HOME `id` \\", "two\nlines", "", "ünï *", "-x", "a=b"]
"""What a shell would take apart."""


@pytest.fixture
def worked(write, call):
    """The id of a sweep of three trials, of which the second is the best, with parameters of every type."""
    write(
        'import json, os, sys\nopen(os.environ["SWEEPBRIDGE_RUN_DIR"] + "/metrics.jsonl", "w").write(sys.argv[1])\n',
        "t.py",
    )
    row = '{"loss": ${a}}'
    config = {
        "program": "t.py",
        "command": ["${interpreter}", "${program}", row],
        "method": "grid",
        "metric": {"name": "loss"},
        "parameters": {"a": {"values": [2, 0.5, 3]}, "o": {"parameters": {"on": {"value": True}, "x": {"value": [1]}}}},
    }
    sweep_id = call("sweep", write(yaml.safe_dump(config))).out.strip()
    assert call("agent", sweep_id, "--quiet").code == 0
    return sweep_id


def test_json_lines_hold_what_json_holds(worked, call, exported):
    printed = call("export", worked, "--format", "jsonl")

    assert [json.loads(line) for line in printed.out.splitlines()] == exported(worked)


def test_parquet_holds_the_same_with_types(worked, call, exported, folder):
    printed = call("export", worked, "--format", "parquet", "-o", "all.parquet")

    rows = parquet.read_table(folder / "all.parquet").to_pylist()
    assert (printed.code, printed.out) == (0, "")
    assert [{**row, "params.o.x": json.loads(row["params.o.x"])} for row in rows] == exported(worked)


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(worked, call, folder, monkeypatch):
    (folder / "all.parquet").write_text("what was there")

    def on_a_full_disk(_, file):
        file.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sweepbridge.cli.export.write_parquet", on_a_full_disk)
    printed = call("export", worked, "--format", "parquet", "-o", "all.parquet")

    assert printed.code == 2
    assert "No space left on device" in printed.err
    assert (folder / "all.parquet").read_text() == "what was there"
    assert not list(folder.glob(".all*"))


def test_a_file_that_was_there_is_replaced_also_through_a_link(worked, call, folder):
    (folder / "all.csv").write_text("what was there")
    (folder / "link.csv").symlink_to(folder / "all.csv")

    assert call("export", worked, "-o", "link.csv").code == 0

    assert (folder / "link.csv").is_symlink()
    assert len((folder / "all.csv").read_text().splitlines()) == 4


def test_parquet_wants_a_file(worked, call):
    printed = call("export", worked, "--format", "parquet")

    assert printed.code == 2
    assert printed.err.splitlines()[-1] == "  fix       --output trials.parquet"


def test_parquet_without_its_library_says_what_to_install(worked, call, monkeypatch, folder):
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    printed = call("export", worked, "--format", "parquet", "-o", "all.parquet")

    assert printed.code == 2
    assert "fix       pip install 'sweepbridge[parquet]'" in printed.err
    assert not (folder / "all.parquet").exists()


@pytest.mark.parametrize(
    ("form", "read"), [("json", json.loads), ("yaml", yaml.safe_load), ("args", lambda line: shlex.split(line))]
)
def test_best_in_other_forms_is_its_parameters_alone(worked, call, form, read):
    found = read(call("best", worked, "--format", form).out)

    assert found in ({"a": 0.5, "o": {"on": True, "x": [1]}}, ["--a=0.5", "--o.on=True", "--o.x=[1]"])


def echoes(write, call, command):
    """A sweep of one trial whose program has a good result, and writes down the words that it was given."""
    write(
        "import json, os, sys\njson.dump(sys.argv[1:], open('words.json', 'w'))\n"
        "open(os.environ.get('SWEEPBRIDGE_RUN_DIR', '.') + '/metrics.jsonl', 'a').write('{\"loss\": 1}\\n')\n",
        "echo.py",
    )
    parameters = {f"p{place}": {"value": value} for place, value in enumerate(AWKWARD)}
    config = {"program": "echo.py", "command": command, "method": "grid", "metric": {"name": "loss"}}
    sweep_id = call("sweep", write(yaml.safe_dump({**config, "parameters": parameters}))).out.strip()
    assert call("agent", sweep_id, "--quiet").code == 0
    return sweep_id


def test_the_command_that_best_prints_gives_the_program_the_same_words_through_a_real_shell(write, call, shell, folder):
    sweep_id = echoes(write, call, ["${interpreter}", "${program}", "${args}", "an item", "it's"])
    words = json.loads((folder / "words.json").read_text())
    (folder / "words.json").unlink()

    printed = shell(call("best", sweep_id, "--format", "command").out)

    assert (printed.code, printed.err) == (0, "")
    assert json.loads((folder / "words.json").read_text()) == words
    assert words == [*(f"--p{place}={value}" for place, value in enumerate(AWKWARD)), "an item", "it's"]


def test_the_options_that_best_prints_survive_a_real_shell(write, call, shell, folder):
    sweep_id = echoes(write, call, ["${interpreter}", "${program}", "${args}"])
    words = json.loads((folder / "words.json").read_text())

    shell(f"python echo.py {call('best', sweep_id, '--format', 'args').out}")

    assert json.loads((folder / "words.json").read_text()) == words


def test_best_of_a_function_has_no_command(write, call):
    sweep_id = call("sweep", write("method: grid\nmetric: {name: m}\nparameters: {a: {values: [1]}}\n")).out.strip()

    printed = call("best", sweep_id, "--format", "json")

    assert printed.code == 2
    assert "no trial has a result yet; 0 have begun" in printed.err


OURS = """\
# what W&B has not
method: tpe
backend: {name: optuna, multivariate: true}
seed: 3
retries: 2
name: mine
program: train.py
metric: {name: loss, target: 0}
early_terminate: {type: median}
parameters:
  lr: {distribution: log_uniform_values, min: 1.0e-05, max: 0.1}
  opt: {parameters: {kind: {values: [adam, 1, null]}}}
"""


def test_the_config_for_wandb_has_nothing_of_ours_and_means_the_same_space(write, call, folder):
    sweep_id = call("sweep", write(OURS)).out.strip()

    text = call("export", sweep_id, "--format", "wandb-yaml").out

    ours, theirs = yaml.safe_load(OURS), yaml.safe_load(text)
    assert theirs["method"] == "bayes"
    assert set(theirs) == {"method", "name", "program", "metric", "parameters"}
    assert theirs["parameters"] == ours["parameters"]
    assert [line.split(": ")[1] for line in text.splitlines() if line.startswith("#")] == [
        "backend",
        "seed",
        "retries",
        "method",
        "early_terminate",
    ]
    assert call("lint", "--quiet", write(text, "theirs.yaml")).out == ""


def test_a_config_in_wandbs_words_is_exported_as_it_is(write, call):
    text = "method: random\nparameters:\n  lr:\n    min: 0.0\n    max: 1.0\nmetric:\n  name: a\n  goal: maximize\n"

    sweep_id = call("sweep", write(text)).out.strip()

    assert call("export", sweep_id, "--format", "wandb-yaml").out == text


def test_of_several_metrics_wandb_is_given_the_first(write, call):
    text = "method: random\nparameters: {a: {min: 0.0, max: 1.0}}\nmetrics: [{name: a}, {name: b, goal: maximize}]\n"
    sweep_id = call("sweep", write(text)).out.strip()

    given = call("export", sweep_id, "--format", "wandb-yaml").out

    assert yaml.safe_load(given)["metric"] == {"name": "a"}
    assert given.startswith('# left out, because W&B has it not: metrics: {"name": "b", "goal": "maximize"}\n')


def test_an_unknown_format_lists_those_that_there_are(tiny, call):
    printed = call("export", tiny, "--format", "optun", "-o", "x")

    assert printed.code == 2
    assert printed.err.splitlines() == [
        'no format named "optun"',
        "  found     --format optun",
        "  expected  one of csv, json, jsonl, optuna, parquet, wandb-yaml",
        '  fix       did you mean "optuna"?',
    ]


def test_a_format_whose_plugin_is_not_installed_says_what_to_install(tiny, call, monkeypatch):
    monkeypatch.setattr("sweepbridge.registry.metadata.entry_points", lambda **which: [])

    printed = call("export", tiny, "--format", "optuna", "-o", "study.db")

    assert printed.code == 2
    assert "fix       pip install 'sweepbridge[optuna]'" in printed.err


EXPORTER = """
from sweepbridge.plugin import Issue, hookimpl

class Numbers:
    name = "numbers"

    def check(self, sweep):
        return [] if sweep.goals else [Issue("no metric", "a metric", "add one")]

    def make(self, sweep):
        return [one.trial.number for one in sweep.trials]

    def write(self, sweep, file):
        file.write_text(str([1 / (one.trial.number - 9) for one in sweep.trials and [sweep.trials[FAIL]]]))

@hookimpl
def sweepbridge_exporters():
    return [Numbers()]
"""


def test_a_plugin_brings_a_format_of_its_own(worked, write, call, folder):
    plugin = write(EXPORTER.replace("FAIL", "0"), "numbers_plugin.py")

    printed = call("export", worked, "--format", "numbers", "-o", "n.txt", "--plugin", plugin)

    assert (printed.code, (folder / "n.txt").read_text()) == (0, f"[{1 / -9}]")


def test_an_exporter_that_fails_is_named(worked, write, call):
    plugin = write(EXPORTER.replace("FAIL", "99"), "numbers_plugin.py")

    printed = call("export", worked, "--format", "numbers", "-o", "n.txt", "--plugin", plugin)

    assert printed.code == 1
    assert printed.err.startswith('exporter "numbers" of numbers_plugin.py ')
    assert "found     IndexError" in printed.err


def test_what_an_exporter_refuses_is_told(write, call):
    plugin = write(EXPORTER, "numbers_plugin.py")
    sweep_id = call("sweep", write("method: grid\nparameters: {a: {values: [1]}}\n")).out.strip()

    printed = call("export", sweep_id, "--format", "numbers", "-o", "n.txt", "--plugin", plugin)

    assert (printed.code, printed.err.splitlines()[0]) == (2, "no numbers of this sweep")
