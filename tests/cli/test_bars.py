"""Bars of long work: on a terminal, once a second has passed, and nowhere else."""

import re
import shutil

import pytest

from sweepbridge.store.opening import database_at
from sweepbridge.store.taking_in import AGAIN_S, TakingIn, taking_in, telling
from sweepbridge.store.upgrading import REVISIONS, migrate, scripts_in
from tests.cli.terminals import ESCAPES

PLUGIN = """\
import os, time
from sweepbridge.plugin import Suggestion, hookimpl

class Slow:
    name, methods = "slow", ("slow",)

    def check(self, problem):
        return ()

    def start(self, problem):
        return self

    def tell(self, trial):
        time.sleep(0.04)

    def ask(self, seed):
        return Suggestion({"a": 0.5})

@hookimpl
def sweepbridge_backends():
    return [Slow()]
"""
SWEEP = """\
program: train.py
method: slow
metric: {name: loss}
parameters: {a: {min: 0.0, max: 1.0}}
run_cap: 1
"""
TRAIN = """\
import os
with open(os.environ["SWEEPBRIDGE_RUN_DIR"] + "/metrics.jsonl", "a") as metrics:
    metrics.write('{"loss": 1}\\n')
"""
EVENTS = 70
AT_ONCE = "import sys; from sweepbridge.view import bar; bar.APPEARS_AFTER_S = 0.0; "
"""Lets bars appear at once: what takes seconds elsewhere takes none in a test."""
COMMAND = AT_ONCE + "from sweepbridge.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture
def old(write):
    """A table of trials."""
    write(PLUGIN, "slow.py")
    write(SWEEP)
    write(TRAIN, "train.py")
    return write("a,loss\n" + "".join(f"{place / 100},{place}\n" for place in range(EVENTS // 2)), "old.csv")


@pytest.fixture
def long(old, call):
    """A sweep with a log that its backend takes seconds to take in."""
    return call("sweep", "sweep.yaml", "--plugin", "slow.py", "--prior-run", old).out.strip()


def test_an_agent_shows_how_far_it_is_with_a_long_log(terminal, long):
    agent = terminal("agent", long, "--plugin", "slow.py", "--name", "ann")

    assert agent.wait() == 0
    told = [int(done) for done in re.findall(rf"ann takes in the log: (\d+) of {EVENTS} events", agent.text)]
    assert len(set(told)) > 2
    assert told == sorted(told)
    assert "1/1 ended" in agent.text


def test_quiet_draws_no_bar(terminal, long):
    agent = terminal("agent", long, "--plugin", "slow.py", "--quiet")

    assert agent.wait() == 0
    assert agent.text == ""


def test_an_agent_in_a_script_shows_it_too(terminal, long):
    script = f"""
import sweepbridge
def train():
    sweepbridge.init().log({{"loss": 1}})
sweepbridge.agent({long!r}, train, plugins=["slow.py"])
"""
    in_a_terminal = terminal(program=("-c", script))

    assert in_a_terminal.wait() == 0
    assert re.search(rf"taking in the log .* \d+/{EVENTS} ", in_a_terminal.text)
    assert "trial 35 finished: loss = 1" in in_a_terminal.text


def test_a_replay_shows_how_far_it_is_and_leaves_nothing_behind(terminal, call, long):
    assert call("agent", long, "--plugin", "slow.py", "--quiet").code == 0

    replay = terminal("replay", long, "--plugin", "slow.py")

    assert replay.wait() == 0
    assert re.search(rf"replaying the log .* \d+/{EVENTS + 2} ", replay.text)
    assert "\x1b[2K" in replay.raw[replay.raw.rindex("replaying the log") :]  # its line is cleared
    assert "1 of 1 suggestions are what ran" in replay.lines


def test_prior_trials_are_counted_as_they_join(terminal, old):
    words = ("sweep", "sweep.yaml", "--plugin", "slow.py", "--prior-run", old)
    slow, quick = terminal(*words, program=("-c", COMMAND)), terminal(*words)

    assert (slow.wait(), quick.wait()) == (0, 0)
    assert re.search(rf"joining prior trials .* \d+/{EVENTS // 2} ", slow.text)
    assert f"{EVENTS // 2} prior trials join the sweep" in slow.text
    assert not ESCAPES.search(quick.raw)


def test_a_quiet_run_counts_no_prior_trials(terminal, old):
    quiet = terminal("run", "sweep.yaml", "--plugin", "slow.py", "-R", old, "--quiet", program=("-c", COMMAND))

    assert quiet.wait() == 0
    assert not ESCAPES.search(quiet.raw)


def test_a_comparison_shows_its_trials(terminal, write):
    write("method: random\nmetric: {name: loss}\nparameters: {a: {values: [1, 2, 3]}}\n")
    words = ("compare", "sweep.yaml", "--backends", "random,grid", "--simulate", "--trials", "3", "--seeds", "2")
    slow, quick = terminal(*words, program=("-c", COMMAND)), terminal(*words)

    assert (slow.wait(), quick.wait()) == (0, 0)
    assert re.search(r"grid, seed 1 .* 12/12 ", slow.text)
    assert "3 trials" not in slow.text
    assert "/12 " not in quick.text


@pytest.fixture
def of_version_1(folder):
    """A store that an older version made."""
    (folder / "revisions").mkdir()
    shutil.copy(REVISIONS[0] / "revision_1.py", folder / "revisions")
    database = database_at(folder / ".sweepbridge", create=True)
    with database.changing_tables() as connection:
        migrate(connection, scripts_in([folder / "revisions"]))
    database.close()


def test_an_upgrade_shows_that_it_goes_on(terminal, of_version_1):
    upgrade = terminal("store", "upgrade", program=("-c", COMMAND))

    assert upgrade.wait() == 0
    assert "upgrading the store" in upgrade.text
    assert "schema version 1 is now 2" in upgrade.text


@pytest.mark.parametrize(("seconds", "is_shown"), [(1.5, True), (0.2, False)])
def test_work_of_unknown_length_has_a_bar_once_it_has_taken_a_second(terminal, seconds, is_shown):
    script = f"import time; from sweepbridge.view.bar import waiting\nwith waiting('storing'): time.sleep({seconds})"
    shown = terminal(program=("-c", script))

    assert shown.wait() == 0
    assert ("storing" in shown.text) == is_shown
    assert bool(shown.raw) == is_shown


def test_without_a_terminal_there_is_no_bar(start, long):
    agent = start("agent", long, "--plugin", "slow.py")

    _, told = agent.communicate()

    assert agent.returncode == 0
    assert "log" not in told


def test_what_an_agent_says_is_gone_when_it_has_taken_in_the_log(tmp_path, monkeypatch):
    """One that has died over it is not shown for ever."""
    monkeypatch.setattr("sweepbridge.store.taking_in.SOON_S", 0.0)

    with telling(tmp_path, "abcdefgh", "ann", 3) as teller:
        items = teller.through("abc")
        next(items)
        told = taking_in(tmp_path, "abcdefgh")
        monkeypatch.setattr("sweepbridge.store.taking_in.STALE_S", -AGAIN_S)
        stale = taking_in(tmp_path, "abcdefgh")

    assert (told, stale) == ([TakingIn("ann", 0, 3)], [])
    assert list(tmp_path.rglob("*.taking-in")) == []
