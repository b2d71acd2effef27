"""The size of a grid is said before the first trial, and one that nobody can mean is asked about."""

import io

import pytest

from sweepbridge import sweep

LARGE = """\
program: train.py
method: grid
parameters:
  a: {min: 1, max: 1001}
  b: {min: 1, max: 1000}
"""


class Terminal(io.StringIO):
    """A terminal at which someone types."""

    def isatty(self):
        return True


@pytest.fixture
def large(write):
    """A grid of more than a million points, and its program."""
    write("", "train.py")
    return write(LARGE)


@pytest.fixture
def answer(monkeypatch):
    """Someone sits at the terminal, and will answer this."""
    return lambda word: monkeypatch.setattr("sys.stdin", Terminal(f"{word}\n"))


def test_the_size_is_said_before_the_first_trial(call, write):
    write("", "train.py")
    file = write("{program: train.py, method: grid, parameters: {a: {values: [1, 2]}, b: {min: 1, max: 12}}}")

    assert "grid of 24 points\n" in call("sweep", file).err


def test_run_says_it_too_with_what_run_cap_leaves(call, write):
    write("", "train.py")
    file = write("{program: train.py, method: grid, run_cap: 2, parameters: {b: {min: 1, max: 12}}}")

    assert "grid of 12 points, of which run_cap lets 2 run" in call("run", file).err


@pytest.mark.parametrize("command", ["run", "sweep"])
def test_a_very_large_grid_wants_a_yes_and_nothing_is_written(call, large, folder, command):
    printed = call(command, large)

    assert printed.code == 2
    assert "found     grid of 1,001,000 points" in printed.err
    assert "fix       --yes" in printed.err
    assert not (folder / ".sweepbridge").exists()


def test_yes_on_the_command_line_is_a_yes(call, large):
    assert call("sweep", large, "--yes").code == 0


def test_so_is_a_run_cap_that_makes_it_small(call, write):
    write("", "train.py")

    assert call("sweep", write(LARGE + "run_cap: 1000\n")).code == 0


def test_at_a_terminal_a_person_is_asked_and_may_say_yes(call, large, answer):
    answer("y")
    printed = call("sweep", large)

    assert printed.code == 0
    assert "grid of 1,001,000 points: go on? [y/N]" in printed.err


def test_and_may_say_no(call, large, answer, folder):
    answer("n")

    assert call("sweep", large).code == 130
    assert not (folder / ".sweepbridge").exists()


def test_a_search_of_another_method_is_not_asked_about(call, write):
    write("", "train.py")

    assert call("sweep", write(LARGE.replace("grid", "random"))).code == 0


def test_a_preview_says_what_the_grid_holds_of_max(call, write):
    file = write("""\
        method: grid
        parameters:
          a: {distribution: q_uniform, min: 0, max: 1, q: 0.25}
          b: {distribution: q_uniform, min: 0, max: 10, q: 3}
    """)

    out = call("preview", file).out

    assert "a from 0.0 to 1.0 in steps of 0.25: 5 points, and max is one of them" in out
    assert "a multiple of q; the last point of the grid is 9" in out


def test_python_says_the_size_too(folder, capsys):
    sweep({"method": "grid", "parameters": {"a": {"values": [1]}}})

    assert capsys.readouterr().err.startswith("grid of 1 point\n")
