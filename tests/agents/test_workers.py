"""Several agents at once, in processes of their own."""

import os
import re
import signal
import subprocess
import sys

import pytest

from sweepbridge import training as wandb
from sweepbridge.agents.agent import Worked, work
from sweepbridge.agents.function import FunctionRunner
from sweepbridge.agents.local import LocalLauncher
from sweepbridge.agents.workers import Forks, attend
from sweepbridge.engine import Engine, plan
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from sweepbridge.store import open_store


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


def test_the_launcher_is_offered_as_a_plugins_is():
    assert isinstance(Registry().launcher("local").record, LocalLauncher)


def test_programs_are_started_and_their_exit_codes_known():
    launched = LocalLauncher().start([sys.executable, "-c", "import sys; sys.exit(3)"], 2)

    attend(launched, print)

    assert launched.exit_codes == [3, 3]


PARENT = """
import os, sys, time
from sweepbridge.agents.local import LocalLauncher
from sweepbridge.agents.workers import Forks, attend
CHILD = '''
import os, time
try:
    os.write(1, b"pid %d;" % os.getpid())
    time.sleep(200)
except KeyboardInterrupt:
    time.sleep(0.6)
    os._exit(7)
'''
if sys.argv[1] == "programs":
    launched = LocalLauncher().start([sys.executable, "-c", CHILD], 2)
else:
    launched = Forks(lambda place: exec(CHILD), 2)
attend(launched, lambda line: print(line, flush=True), look=lambda: print("attends", flush=True))
print([process.wait() if hasattr(process, "wait") else process.exitcode for process in launched._processes])
"""


@pytest.fixture(params=["programs", "forks"])
def parent(request, script, tmp_path):
    """A process with two agents, as a terminal starts it: the leader of a process group. And what it has said."""
    output = tmp_path / "parent.log"
    with output.open("ab") as log:
        words = [sys.executable, script(PARENT), request.param]
        process = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)
    yield process, output.read_text
    process.kill()
    process.wait()


def pids(said):
    """Those that the two agents have told, whole."""
    return [int(pid) for pid in re.findall(r"pid (\d+);", said)]


def test_one_ctrl_c_in_the_terminal_reaches_every_agent_once(parent, eventually):
    process, said = parent
    eventually(lambda: len(pids(said())) == 2 and "attends" in said(), process)

    os.killpg(process.pid, signal.SIGINT)
    process.wait()

    assert said().count("ending after this run") == 1
    assert "[7, 7]" in said()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_agents_do_not_outlive_a_parent_that_is_killed(parent, eventually, is_alive):
    process, said = parent
    eventually(lambda: len(pids(said())) == 2 and "attends" in said(), process)
    agents = pids(said())

    process.kill()

    eventually(lambda: not any(is_alive(agent) for agent in agents))


def test_the_second_ctrl_c_ends_agents_that_would_go_on(in_a_terminal, said, tmp_path, eventually, sending):
    ready = tmp_path / "ready"
    source = (
        "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        f"open({str(ready)!r}, 'a').write('.'); time.sleep(200)"
    )
    launched = LocalLauncher().start([sys.executable, "-c", source], 2)
    eventually(lambda: ready.exists() and ready.read_text() == "..")

    pulled = attend(launched, said.append, look=sending(signal.SIGINT, signal.SIGINT))

    assert pulled == 2
    assert launched.exit_codes == [-signal.SIGTERM, -signal.SIGTERM]
