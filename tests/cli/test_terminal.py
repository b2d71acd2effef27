"""What a person sees in a real terminal, narrow and wide, and what a pipe gets in its place."""

import re
import signal

import pytest

from tests.cli.terminals import ESCAPES

PROGRAM = """\
import json, os, sys, time
options = dict(word.removeprefix("--").split("=", 1) for word in sys.argv[1:])
metrics = open(os.environ["SWEEPBRIDGE_RUN_DIR"] + "/metrics.jsonl", "a", buffering=1)
metrics.write(json.dumps({"loss": int(options["a"])}) + "\\n")
time.sleep(0.5)
if options["a"] == "4":
    sys.exit("out of memory")
"""
CONFIG = """\
program: train.py
method: grid
metric: {name: loss}
parameters:
  a: {values: [3, 1, 4, 2]}
  a_parameter_with_a_name_that_is_long: {value: a value that has to be cut off where a narrow terminal ends}
"""
COLOURS = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3|4|9|10)[0-9](?:;[0-9;]*)?m")


@pytest.fixture(autouse=True)
def _files(folder, write):
    write(PROGRAM, "train.py")
    write(CONFIG)


def test_what_is_drawn_is_no_wider_than_the_terminal_and_has_all_that_is_asked_of_it(terminal):
    narrow, wide = (terminal("run", "sweep.yaml", "--store", f"of{columns}", columns=columns) for columns in (80, 200))

    assert (narrow.wait(), wide.wait()) == (0, 0)
    for found, columns in ((narrow, 80), (wide, 200)):
        drawn = [line for line in found.lines if re.match(r"trial \d+ +(loss|…)|best \d|\w{8}  \d/4", line)]
        assert max(map(len, drawn)) <= columns
        assert any(re.match(r"trial 0 +loss=3 +[a-z]+-sweep-0 +a=3 a_parameter", line) for line in drawn)
        assert any(re.match(r"best 1 +loss=1 +[a-z]+-sweep-1 +a=1 a_parameter", line) for line in drawn)
        assert any(re.search(r"3/4 ended · 2 finished · 1 failed · \d+ s · about \d+ s left", line) for line in drawn)
        assert "█▁" in found.text
        assert re.search(r"trial 2 failed    [a-z]+-sweep-2  \(exit code 1", found.text)
        assert "out of memory" in found.text
    assert max(map(len, wide.lines)) > 80


def test_an_agent_draws_the_same_and_says_at_the_end_how_the_sweep_stands(terminal, call):
    sweep_id = call("sweep", "sweep.yaml").out.strip()

    agent = terminal("agent", sweep_id, "--count", "2", "--name", "ann")

    assert agent.wait() == 0
    assert any(re.match(r"trial 0 +loss=3 +[a-z]+-sweep-0 +a=3", line) for line in agent.lines)
    assert f"{sweep_id}  1/4 ended · 1 finished" in agent.text
    assert f"{sweep_id} running: to go on: sweepbridge agent {sweep_id}" in agent.text
    assert "by ann" in call("status", sweep_id, "0").out


def test_ctrl_c_ends_an_agent_in_a_terminal_after_its_run_and_leaves_the_terminal_as_it_was(
    terminal, call, eventually, exported
):
    sweep_id = call("sweep", "sweep.yaml").out.strip()
    agent = terminal("agent", sweep_id)
    eventually(lambda: re.search(r"trial 0 +loss=3", agent.text), agent.process)

    agent.process.send_signal(signal.SIGINT)

    assert agent.wait() == 130
    states = [row["state"] for row in exported(sweep_id)]
    assert set(states) == {"finished"}
    assert len(states) < 4  # on a busy machine, the next trial may have begun by then
    assert agent.raw.rindex("\x1b[?25h") > agent.raw.rindex("\x1b[?25l")  # the cursor is shown again


def test_a_fault_before_the_first_trial_is_told_in_a_terminal_too(terminal, call):
    sweep_id = call("sweep", "sweep.yaml").out.strip()

    agent = terminal("agent", sweep_id, "--backend", "optun")

    assert agent.wait() == 2
    assert 'no backend named "optun"' in agent.text


def test_a_watch_shows_the_agents_of_another_terminal_until_the_sweep_is_over(terminal, call, start, eventually):
    sweep_id = call("sweep", "sweep.yaml").out.strip()
    watch = terminal("status", sweep_id, "--watch")
    piped = start("status", sweep_id, "--watch")
    eventually(lambda: "0/4 ended" in watch.text, watch.process)

    assert call("agent", sweep_id, "--quiet").code == 0

    assert watch.wait() == 0
    assert any(re.match(r"trial \d +loss=\d +[a-z]+-sweep-\d +a=\d", line) for line in watch.lines)
    assert f"{sweep_id}  3/4 ended" in watch.text
    assert "trials    1 failed, 3 finished" in watch.lines[-3]
    out = piped.communicate()[0].splitlines()
    last = [line.split(" a=")[0] for line in out if line.startswith("trial 3")]
    assert [re.sub("[a-z]+-sweep", "…-sweep", line) for line in last] == [
        "trial 3 began     …-sweep-3 ",
        "trial 3 finished  …-sweep-3  loss=2",
    ]
    assert "out of memory" in out
    assert not ESCAPES.search("".join(out))


def test_a_watch_of_a_sweep_that_is_over_shows_it_and_ends(tiny, call):
    assert call("agent", tiny, "--quiet").code == 0

    assert call("status", tiny, "--watch") == call("status", tiny)


def test_a_trial_can_not_be_watched(tiny, call):
    assert call("status", tiny, "0", "--watch").code == 2


def test_colours_are_there_unless_they_are_not_wanted(terminal):
    coloured = terminal("run", "sweep.yaml", "--count", "1", "--store", "one")
    plain = terminal("run", "sweep.yaml", "--count", "1", "--store", "two", NO_COLOR="1")

    assert (coloured.wait(), plain.wait()) == (0, 0)
    assert COLOURS.search(coloured.raw)
    assert not COLOURS.search(plain.raw)
    assert not re.search(r"\x1b\[(?:[0-9;]*;)?3[12]m", coloured.raw)  # neither red nor green


def test_quiet_draws_nothing(terminal):
    quiet = terminal("run", "sweep.yaml", "--count", "1", "--quiet")

    assert quiet.wait() == 0
    assert re.fullmatch("best of 1: trial 0 [a-z]+-sweep-0  loss=3", quiet.lines[0])
    assert "\x1b" not in quiet.raw


def test_a_terminal_that_can_not_move_its_cursor_gets_lines(terminal):
    dumb = terminal("run", "sweep.yaml", "--count", "1", TERM="dumb")

    assert dumb.wait() == 0
    assert any(re.fullmatch(r"trial 0 finished  [a-z]+-sweep-0  loss=3  best so far", line) for line in dumb.lines)


@pytest.mark.parametrize("words", [["run", "sweep.yaml"], ["agent"]], ids=["run", "agent"])
def test_without_a_terminal_quiet_says_nothing_of_what_goes_on(tiny, call, words):
    printed = call(*words, *([tiny] if words == ["agent"] else []), "--quiet", "--workers", "2")

    assert (printed.code, printed.err) == (0, "")
