"""Several agents at once, in processes of their own."""

import os
import signal
import sys
import threading
import time

import pytest

from sweepbridge import training as wandb
from sweepbridge.agents import Forks, FunctionRunner, LocalLauncher, Worked, attend, work
from sweepbridge.engine import Engine, plan
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from sweepbridge.store import open_store

DEFAULT = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
"""Where the tests run in the background, SIGINT is ignored, and children inherit that."""


@pytest.fixture
def interruptible():
    """SIGINT as in a terminal, whatever the tests were started from."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press_ctrl_c(times):
    """Send this process SIGINT, in a moment, so often."""

    def press():
        for _ in range(times):
            time.sleep(0.4)
            os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()


def test_forks_of_a_function_share_a_sweep_without_a_trial_twice(real, tmp_path):
    config = {"method": "grid", "metric": {"name": "x"}, "parameters": {"a": {"values": list(range(12))}}}
    engine = real(config)
    engine.store.close()

    def one_agent(place):
        store, registry = open_store(tmp_path / ".sweepbridge"), Registry()
        own = Engine(store, store.sweep(engine.sweep.id), plan(load_object(config).config, registry), registry)
        runner = FunctionRunner(lambda: wandb.init().log({"x": wandb.config.a}))
        return work(own, runner, name=f"agent-{place}", runs=tmp_path / "runs")

    forks = Forks(one_agent, 3)
    pulled = attend(forks, print)

    found = engine.store.trials(engine.sweep.id)
    assert pulled == 0
    assert sum(worked.runs for worked in forks.worked()) == 12
    assert sorted(record.trial.params["a"] for record in found) == list(range(12))
    assert {record.state for record in found} == {"finished"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_agent_that_dies_does_not_take_the_others_along():
    done = Worked("over", "done", 1, 0)
    forks = Forks(lambda place: os._exit(9) if place == 1 else done, 3)

    attend(forks, print)

    assert forks.worked() == [done, None, done]


def test_programs_are_started_and_their_exit_codes_known():
    launched = LocalLauncher().start([sys.executable, "-c", "import sys; sys.exit(3)"], 2)

    attend(launched, print)

    assert launched.exit_codes == [3, 3]


def test_one_ctrl_c_reaches_every_agent_once(interruptible, said):
    source = DEFAULT + (
        "import sys, time\ntry:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    time.sleep(0.6)\n    sys.exit(7)"
    )
    launched = LocalLauncher().start([sys.executable, "-c", source], 2)
    press_ctrl_c(1)

    pulled = attend(launched, said.append)

    assert pulled == 1
    assert launched.exit_codes == [7, 7]
    assert len(said) == 1


def test_the_second_ctrl_c_ends_agents_that_would_go_on(interruptible, said):
    source = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(60)"
    launched = LocalLauncher().start([sys.executable, "-c", source], 2)
    press_ctrl_c(2)

    pulled = attend(launched, said.append)

    assert pulled == 2
    assert launched.exit_codes == [-signal.SIGTERM, -signal.SIGTERM]
