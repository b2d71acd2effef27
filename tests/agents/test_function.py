"""Runs as calls of a function, in the main thread of the agent's own process."""

import signal
import threading
import time

import pytest

from sweepbridge import training as wandb
from sweepbridge.agents.brake import Brake
from sweepbridge.agents.function import FunctionRunner
from sweepbridge.agents.runner import Unfinished
from sweepbridge.errors import StoreError


@pytest.fixture
def call(report_on, fake, said):
    """Call a function as one run: its result, and what its engine was told."""

    def called(function, *, engine=None, brake=None, **params):
        engine = engine or fake()
        result = FunctionRunner(function).run(report_on(engine, **params), brake or Brake(), said.append)
        return result, engine

    return called


def log_for_ever():
    wandb.init()
    while True:
        wandb.log({"loss": 1})
        time.sleep(0.01)


def test_a_function_gets_its_parameters_and_logs(call):
    def train():
        wandb.init()
        wandb.log({"score": wandb.config.a + wandb.config.b["c"]})
        wandb.summary["best"] = 1

    result, engine = call(train, a=1, **{"b/c": 2})

    assert (result.state, result.summary) == ("finished", {"best": 1})
    assert [row["score"] for row in engine.rows] == [3]
    assert wandb.current() is None


def test_a_metric_inside_another_is_heard_under_its_name_with_a_dot(call):
    """And the run's own summary is nested, as the script wrote it."""

    def train():
        run = wandb.init()
        wandb.log({"val": {"loss": 1}})
        wandb.summary["test"] = {"loss": run.summary["val"]["loss"] + 1}

    result, engine = call(train)

    assert [row["val.loss"] for row in engine.rows] == [1]
    assert result.summary == {"test.loss": 2}


def test_a_function_runs_in_the_main_thread_where_signals_can_be_handled(call):
    def train():
        signal.signal(signal.SIGUSR1, signal.SIG_DFL)
        assert threading.current_thread() is threading.main_thread()

    assert call(train)[0].state == "finished"


def test_the_traceback_of_a_function_is_shown_whole_and_kept(call, said, tmp_path):
    def inner():
        raise ValueError("too high")

    def train():
        inner()

    result, _ = call(train)

    assert (result.state, result.reason) == ("failed", "ValueError: too high")
    assert "in train" in said[0]
    assert "in inner" in said[0]
    assert 'function.py", line' not in said[0].split("in train")[0].split("test_function.py")[0]
    assert (tmp_path / "runs/0-1/stderr.log").read_text().strip() == said[0]


@pytest.mark.parametrize(
    ("code", "state"), [(None, "finished"), (0, "finished"), (1, "failed"), ("no data", "failed"), (True, "failed")]
)
def test_an_exit_counts_as_it_would_for_a_program(call, code, state):
    def train():
        raise SystemExit(code)

    assert call(train)[0].state == state


def test_a_stopped_function_ends_at_its_next_log(call, fake):
    result, engine = call(log_for_ever, engine=fake(stop_after=3))

    assert (result.state, result.reason) == ("stopped", "too slow")
    assert len(engine.rows) >= 3


def test_a_stop_that_a_library_wraps_into_its_own_error_is_still_a_stop(call, fake):
    def train():
        try:
            log_for_ever()
        except BaseException as error:
            raise RuntimeError("training was interrupted") from error

    assert call(train, engine=fake(stop_after=1))[0].state == "stopped"


def test_a_function_that_ends_by_itself_after_a_stop_has_finished(call, fake):
    def train():
        wandb.init().log({"loss": 1})
        time.sleep(0.3)

    assert call(train, engine=fake(stop_after=1))[0].state == "finished"


def test_a_run_that_was_given_up_on_ends_at_its_next_log(call, fake):
    result, _ = call(log_for_ever, engine=fake(gives_up=True))

    assert result.state == "stopped"
    assert "taken for lost" in result.reason


def test_a_keyboard_interrupt_is_no_result_and_ends_the_agent(call):
    brake = Brake()

    def train():
        raise KeyboardInterrupt

    assert call(train, brake=brake)[0] == Unfinished("its agent was interrupted")
    assert brake.level == 2


def test_a_library_that_swallows_the_interrupt_does_not_make_it_a_result(call):
    brake = Brake()

    def train():
        try:
            brake.pull(2)
        except KeyboardInterrupt:
            return

    assert call(train, brake=brake)[0] == Unfinished("its agent was interrupted")


def test_a_store_that_fails_ends_the_run_and_is_not_hidden(call, fake):
    class Broken(fake):
        def record(self, claim, rows):
            raise StoreError("the disk is full")

    with pytest.raises(StoreError, match="the disk is full"):
        call(log_for_ever, engine=Broken())


def test_rows_of_the_last_moment_are_not_lost(call):
    def train():
        wandb.init()
        for step in range(1000):
            wandb.log({"step": step})

    assert [row["step"] for row in call(train)[1].rows] == list(range(1000))


def test_a_run_that_logs_nothing_is_still_heard_of(call, fake, eventually):
    engine = fake()

    result, _ = call(lambda: eventually(lambda: engine.beats), engine=engine)

    assert result.state == "finished"
