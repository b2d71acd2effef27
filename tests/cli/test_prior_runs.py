"""`--prior-run`: a sweep that begins with what ran before."""

import re

import pytest

MORE = """\
program: train.py
method: grid
metric: {name: loss, goal: minimize}
parameters:
  a: {values: [3, 1, 2, 0]}
  b: {values: [x, y]}
"""


@pytest.fixture
def worked(tiny, call):
    """The id of a grid of six points after an agent has worked through it."""
    assert call("agent", tiny).code == 0
    return tiny


@pytest.mark.parametrize("name_it", [str, "me/mine/{}".format, "all.csv".format, "all.json".format])
def test_a_grid_that_has_grown_runs_its_new_points_alone(worked, write, call, exported, name_it):
    call("export", worked, "--output", "all.csv")
    call("export", worked, "--output", "all.json", "--format", "json")

    printed = call("run", write(MORE, "more.yaml"), "-R", name_it(worked))

    sweep_id = call("list").out.split("\n")[2][:8]
    assert printed.code == 0
    assert "note: 6 prior trials join the sweep\n" in printed.err
    assert printed.err.count(" began ") == 2
    assert re.match(r"best of 8: trial 6 [a-z]+-sweep-6  loss=0\n", printed.out)
    assert [row["params.a"] for row in exported(sweep_id)] == [3, 3, 1, 1, 2, 2, 0, 0]


def test_status_and_replay_tell_them_apart(worked, write, call):
    sweep_id = call("sweep", write(MORE, "more.yaml"), "--prior-run", f"{worked}-0", "--prior-run", f"{worked}-3-1").out

    assert "trials    2 prior\n" in call("status", sweep_id.strip()).out
    assert "2 more ran before, elsewhere, which nobody suggested\n" in call("replay", sweep_id.strip()).out
    told = call("status", sweep_id.strip(), "1").out.splitlines()[0]
    assert re.fullmatch(f"trial 1 [a-z]+-sweep-1  finished: trial 3 of {worked}", told)


def test_the_best_of_all_is_shown_with_its_command_though_it_ran_elsewhere(worked, write, call):
    sweep_id = call("sweep", write(MORE, "more.yaml"), "-R", worked).out.strip()

    assert call("best", sweep_id).out.splitlines()[-1].endswith("train.py --a=1 --b=x")


def test_where_the_command_needs_a_file_of_the_run_the_parameters_are_shown(worked, write, call):
    needs = MORE.replace("program: train.py", 'command: [cat, "${args_json_file}"]')

    sweep_id = call("sweep", write(needs, "needs.yaml"), "-R", worked).out.strip()

    assert call("best", sweep_id).out.splitlines()[-1].strip() == '{"a": 1, "b": "x"}'


@pytest.mark.parametrize(
    ("prior", "first", "found"),
    [
        ("nope", 'no sweep "nope"', "1 sweep in"),
        ("{}-9", "no trial 9 in sweep {}", "trials 0 to 5"),
        ("sweep.yaml", "no prior trial can join this sweep", "line 2 of sweep.yaml: no value for a"),
        ("train.py", "no prior trial can join this sweep", "no value for a"),
    ],
)
def test_what_can_not_join_is_refused_and_no_sweep_is_made(worked, write, call, prior, first, found):
    printed = call("sweep", write(MORE, "more.yaml"), "-R", prior.format(worked))

    assert printed.code == 2
    assert first.format(worked) in printed.err
    assert found in printed.err
    assert len(call("list").out.splitlines()) == 2


def test_a_prior_run_that_no_store_has_makes_no_store(write, call, folder):
    write("", "train.py")

    printed = call("run", write(MORE), "-R", "abcdefgh")

    assert printed.code == 2
    assert not (folder / ".sweepbridge").exists()
