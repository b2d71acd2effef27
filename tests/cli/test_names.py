"""A trial's name is wherever people look for it."""

import re

SWEEP = """\
program: train.py
method: grid
metric: {name: loss}
parameters: {a: {values: [3, 1]}, b: {values: [x]}}
run_name: "{b}-a{a:02d}"
"""


def test_a_trials_name_is_shown_wherever_the_trial_is(tiny, call, write, exported):
    printed = call("run", write(SWEEP, "named.yaml"))
    sweep_id = printed.err.split()[1].rstrip(":")

    assert printed.out.splitlines()[0] == "best of 2: trial 1 x-a01  loss=1"
    assert "trial 0 began     x-a03  a=3 b=x\n" in printed.err
    assert re.search(r"trial 1 finished  x-a01 +loss=1  best so far\n", printed.err)
    assert "best      trial 1 x-a01  loss=1  a=1 b=x" in call("status", sweep_id).out
    assert call("status", sweep_id, "0").out.startswith("trial 0 x-a03  finished\n")
    assert [(row["number"], row["name"]) for row in exported(sweep_id)] == [(0, "x-a03"), (1, "x-a01")]


def test_without_a_run_name_it_is_a_made_up_one_which_the_program_finds_too(tiny, call, write, exported, folder):
    write('import os, pathlib\npathlib.Path("names").open("a").write(os.environ["WANDB_NAME"] + "\\n")', "train.py")

    printed = call("run", write(SWEEP.replace('run_name: "{b}-a{a:02d}"', "seed: 7"), "named.yaml"))

    sweep_id = printed.err.split()[1].rstrip(":")
    assert [row["name"] for row in exported(sweep_id)] == ["snowy-sweep-0", "calm-sweep-1"]
    assert (folder / "names").read_text().split() == ["snowy-sweep-0", "calm-sweep-1"]
    assert call("status", sweep_id, "1").out.startswith("trial 1 calm-sweep-1  ")


def test_an_export_with_names_is_read_back(tiny, call, write, folder):
    sweep_id = call("run", write(SWEEP, "named.yaml")).err.split()[1].rstrip(":")
    call("export", sweep_id, "-o", "first.csv")

    printed = call("sweep", "named.yaml", "--prior-run", "first.csv")

    assert "2 prior trials" in printed.err or "2 trials" in printed.err


def test_a_name_that_can_not_be_made_is_a_fault_with_its_line(call, write, folder):
    printed = call("sweep", write(SWEEP.replace("{b}", "{bb}"), "named.yaml"))

    assert printed.code == 2
    assert printed.err.splitlines() == [
        "named.yaml:5  run_name",
        "  found     {bb} in run_name",
        "  expected  one of a, b, number",
        '  fix       did you mean "{b}"?',
    ]
