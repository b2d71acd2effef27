"""Runs as calls of a function, each in a process of its own."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from sweepbridge import training as wandb
from sweepbridge.agents.brake import Brake
from sweepbridge.agents.isolated import IsolatedRunner
from sweepbridge.agents.runner import Unfinished


@pytest.fixture
def call(report_on, fake, said):
    """Call a function in a process of its own: its result, and what its engine was told."""

    def called(function, *, engine=None, brake=None, environ=(), **params):
        engine = engine or fake()
        runner = IsolatedRunner(function, {**os.environ, **dict(environ)})
        runner.start()
        try:
            return runner.run(report_on(engine, **params), brake or Brake(), said.append), engine
        finally:
            runner.close()

    return called


def test_a_function_gets_its_parameters_and_logs(call):
    def train():
        wandb.init()
        wandb.log({"score": wandb.config.a + wandb.config.b["c"], "pid": os.getpid()})
        wandb.summary["best"] = 1

    result, engine = call(train, a=1, **{"b/c": 2})

    assert (result.state, result.summary) == ("finished", {"best": 1})
    assert [row["score"] for row in engine.rows] == [3]
    assert engine.rows[0]["pid"] != os.getpid()


def test_what_a_function_does_to_its_process_is_gone_with_it(call):
    kept = []

    def train():
        kept.append(bytearray(10_000_000))
        os.environ["LEFT_BEHIND"] = "1"
        os.chdir("/")

    before = os.getcwd()
    call(train)

    assert (kept, os.environ.get("LEFT_BEHIND"), os.getcwd()) == ([], None, before)


def test_a_segfault_is_a_failed_run_that_says_where_it_happened(call, said, tmp_path):
    result, _ = call(lambda: ctypes.string_at(0))

    assert (result.state, result.reason, result.exit_code) == ("failed", "killed by SIGSEGV", -signal.SIGSEGV)
    assert "Segmentation fault" in said[0]
    assert "Segmentation fault" in (tmp_path / "runs/0-1/stderr.log").read_text()


def test_a_process_that_the_system_kills_is_a_failed_run(call, said):
    """As for want of memory."""
    result, _ = call(lambda: os.kill(os.getpid(), signal.SIGKILL))

    assert (result.state, result.reason) == ("failed", "killed by SIGKILL")
    assert said == ["the run's process ended without a word: killed by SIGKILL"]


def test_an_exit_that_python_does_not_see_is_told_by_its_code(call):
    assert call(lambda: os._exit(3))[0].reason == "exit code 3"


def test_the_traceback_of_a_function_is_shown_whole_and_kept(call, said, tmp_path):
    def train():
        raise ValueError("too high")

    result, _ = call(train)

    assert (result.state, result.reason) == ("failed", "ValueError: too high")
    assert "in train" in said[0]
    assert (tmp_path / "runs/0-1/stderr.log").read_text().strip() == said[0]


def test_a_message_as_long_as_a_book_does_not_block(call):
    def train():
        raise ValueError("x" * 1_000_000)

    assert len(call(train)[0].reason) > 1_000_000


@pytest.mark.parametrize(("code", "state"), [(None, "finished"), (0, "finished"), (1, "failed"), ("no data", "failed")])
def test_an_exit_counts_as_it_would_for_a_program(call, code, state):
    def train():
        raise SystemExit(code)

    assert call(train)[0].state == state


def test_a_run_may_ask_for_another_try(call):
    def train():
        raise SystemExit(os.EX_TEMPFAIL)

    assert call(train)[0] == Unfinished("exit code 75", "preempted", 75)


def test_a_stopped_function_tidies_up(call, fake, tmp_path):
    def train():
        try:
            wandb.init().log({"loss": 1})
            time.sleep(60)
        finally:
            (tmp_path / "tidied").touch()

    result, _ = call(train, engine=fake(stop_after=1))

    assert (result.state, result.reason) == ("stopped", "too slow")
    assert (tmp_path / "tidied").exists()


def test_a_stopped_function_that_does_not_listen_is_killed_after_a_while(call, fake):
    def train():
        wandb.init().log({"loss": 1})
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        time.sleep(60)

    result, _ = call(train, engine=fake(stop_after=1), environ={"WANDB_AGENT_KILL_DELAY": "0.2"}.items())

    assert (result.state, result.exit_code) == ("stopped", -signal.SIGKILL)


def test_what_a_function_has_started_ends_with_it(call, tmp_path, eventually, is_alive):
    def train():
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        (tmp_path / "pid").write_text(str(child.pid))
        os.abort()

    call(train)

    pid = int((tmp_path / "pid").read_text())
    assert eventually(lambda: not is_alive(pid))


def test_an_interrupted_function_is_no_result(call):
    brake = Brake()
    brake.pull(2)

    assert call(lambda: time.sleep(60), brake=brake)[0] == Unfinished("its agent was interrupted", exit_code=1)


def test_a_function_that_a_scheduler_signals_was_preempted(call):
    def train():
        os.kill(os.getpid(), signal.SIGUSR1)
        time.sleep(60)

    assert call(train)[0] == Unfinished("it got SIGUSR1", "preempted")


def test_a_keyboard_interrupt_of_its_own_ends_the_agent(call):
    brake = Brake()

    def train():
        raise KeyboardInterrupt

    assert call(train, brake=brake)[0] == Unfinished("its agent was interrupted")
    assert brake.level == 2


def test_a_run_that_was_given_up_on_ends(call, fake):
    result, _ = call(lambda: time.sleep(60), engine=fake(gives_up=True))

    assert result.state == "stopped"
    assert "taken for lost" in result.reason


def test_a_function_runs_in_a_main_thread_where_signals_can_be_handled(call):
    def train():
        signal.signal(signal.SIGUSR1, signal.SIG_DFL)
        assert threading.current_thread() is threading.main_thread()

    assert call(train)[0].state == "finished"
