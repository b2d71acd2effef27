"""Runs that die and come back: tried again, preempted, resumed; with real programs and real signals."""

import signal
import sys
from pathlib import Path

import pytest

from sweepbridge import training as wandb
from sweepbridge.agents.agent import work
from sweepbridge.agents.brake import Brake
from sweepbridge.agents.function import FunctionRunner
from sweepbridge.agents.local import LocalLauncher
from sweepbridge.agents.program import ProgramRunner
from sweepbridge.agents.runner import Unfinished
from sweepbridge.agents.workers import attend
from sweepbridge.errors import UsageError

ONE = {"program": "x.py", "method": "grid", "metric": {"name": "loss"}, "parameters": {"a": {"values": [7]}}}

RESUMES = """
import os, sys
from pathlib import Path
from sweepbridge import training as t

with t.init() as run:
    checkpoint = Path(run.resume_dir or "nowhere", "step")
    step = int(checkpoint.read_text()) if checkpoint.exists() else 0
    Path(run.dir, "step").write_text(str(step + 1))
    print(os.environ.get("SWEEPBRIDGE_RESUME_DIR"))
    if step < 2:
        sys.exit({code})
    run.log({{"loss": step}})
"""
"""Gets one step further in each run, and dies after the first two."""

SAVES = """
import os, signal, sys, time

def save(number, _):
    print("saved on", signal.Signals(number).name)
    sys.exit(0)

signal.signal(signal.SIGTERM, save)
signal.signal(signal.SIGUSR1, save)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def agent(tmp_path, said):
    """Let an agent work on an engine."""

    def worked(engine, runner):
        return work(engine, runner, name="me", runs=tmp_path / "runs", say=said.append, environ={})

    return worked


@pytest.fixture(autouse=True)
def no_rest(monkeypatch):
    """Agents that do not rest after a preempted run."""
    monkeypatch.setattr("sweepbridge.agents.agent.FIRST_PAUSE_S", 0.0)


def runs_of(engine):
    return [(run.state, run.exit_code) for run in engine.store.runs(engine.sweep.id)]


@pytest.mark.parametrize(("code", "retries", "state"), [(1, 2, "failed"), (75, 0, "preempted")])
def test_a_program_that_dies_goes_on_from_its_checkpoint(real, agent, script, tmp_path, code, retries, state):
    engine = real({**ONE, "retries": retries})

    agent(engine, ProgramRunner(None, script(RESUMES.format(code=code))))

    folder = tmp_path / "runs" / engine.sweep.id
    assert runs_of(engine) == [(state, code), (state, code), ("finished", 0)]
    assert engine.store.trial(engine.sweep.id, 0).trial.losses == (2.0,)
    assert (folder / "0-1/stdout.log").read_text() == "None\n"
    assert (folder / "0-3/stdout.log").read_text() == f"{folder / '0-2'}\n"


def test_a_function_that_dies_goes_on_from_its_checkpoint(real, agent, said):
    def train():
        run = wandb.init()
        seen.append(run.resume_dir and Path(run.resume_dir).parent.name)
        if len(seen) < 3:
            raise MemoryError
        run.log({"loss": 1})

    seen = []
    engine = real({**ONE, "retries": 2})
    agent(engine, FunctionRunner(train))

    assert seen == [None, "0-1", "0-2"]
    assert [state for state, _ in runs_of(engine)] == ["failed", "failed", "finished"]
    assert any("waits for another run (retry 2 of 2): MemoryError" in line for line in said)


def test_retries_end(real, agent, script):
    engine = real({**ONE, "retries": 1})

    worked = agent(engine, ProgramRunner(None, script("raise SystemExit(3)")))

    assert runs_of(engine) == [("failed", 3), ("failed", 3)]
    assert engine.store.trial(engine.sweep.id, 0).trial.reason == "exit code 3"
    assert (worked.runs, worked.failed) == (2, 2)


@pytest.mark.parametrize("ends", ["sys.exit(75)", "os.kill(os.getpid(), 15)", "os.kill(os.getpid(), 10)"])
def test_a_program_that_was_preempted_has_not_failed(execute, ends):
    result, _ = execute(f"import os, sys; {ends}")

    assert (type(result), result.state) == (Unfinished, "preempted")


@pytest.mark.parametrize(("ends", "states"), [("1 / 0", ["preempted", "finished"]), ("pass", ["finished"])])
@pytest.mark.parametrize("mode", ["program", "function"])
def test_a_run_that_knows_that_it_is_preempted_has_not_failed(real, agent, script, mode, ends, states):
    source = (
        "from sweepbridge import training as t\ndef train():\n    run = t.init()\n    run.log({'loss': 1})\n"
        f"    if run.resume_dir is None:\n        t.mark_preempting()\n        {ends}\n"
    )
    exec(source, made := {})
    runner = {"program": ProgramRunner(None, script(source + "train()")), "function": FunctionRunner(made["train"])}

    agent(engine := real(ONE), runner[mode])

    assert [state for state, _ in runs_of(engine)] == states


def test_a_shell_says_that_its_command_was_preempted(execute):
    result, _ = execute("", command=["sh", "-c", "sh -c 'kill -TERM $$'; exit $?"])

    assert (type(result), result.exit_code) == (Unfinished, 143)


def test_a_function_asks_for_another_try_with_exit_code_75(report_on, fake, said):
    def train():
        raise SystemExit(75)

    ending = FunctionRunner(train).run(report_on(fake()), Brake(), said.append)

    assert ending == Unfinished("exit code 75", "preempted", 75)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_an_agent_that_is_preempted_lets_the_program_save_and_gives_the_trial_back(
    real, script, start_agent, eventually, tmp_path, number
):
    engine = real(ONE)
    agent = start_agent(engine, script(SAVES))
    output = tmp_path / ".sweepbridge/runs" / engine.sweep.id / "0-1/stdout.log"
    eventually(lambda: output.exists() and "ready" in output.read_text(), agent.process)

    agent.process.send_signal(number)
    agent.process.wait()

    assert f"saved on {number.name}" in output.read_text()
    assert runs_of(engine) == [("preempted", 0)]
    assert engine.store.trial(engine.sweep.id, 0).state == "waiting"
    assert "trial 0 was preempted, and waits for another run" in agent.said()


def test_a_program_that_does_not_end_when_it_is_preempted_is_killed_after_a_while(execute, fake):
    class Preempted(fake):
        def record(self, claim, rows):
            [brake.preempt(signal.SIGTERM) for _ in rows]
            return super().record(claim, rows)

    brake, environ = Brake(), {"PATH": "/usr/bin:/bin", "SWEEPBRIDGE_GRACE": "0.5"}
    source = (
        "import os, signal, time; signal.signal(15, signal.SIG_IGN)\n"
        "open(os.environ['SWEEPBRIDGE_RUN_DIR'] + '/metrics.jsonl', 'a').write('{}\\n'); time.sleep(60)"
    )

    result, _ = execute(source, engine=Preempted(), brake=brake, environ=environ)

    assert (result.state, result.exit_code) == ("preempted", -signal.SIGKILL)


def test_a_program_whose_scheduler_signals_it_too_is_not_taken_for_done(execute):
    """It tidies up and exits with 0 before its agent has seen its own signal."""
    brake = Brake()
    brake.preempt(signal.SIGTERM)

    result, _ = execute("pass", brake=brake)

    assert (type(result), result.state) == (Unfinished, "preempted")


@pytest.mark.parametrize("value", ["long", "-1", "inf", "nan", ""])
def test_a_grace_that_is_no_number_of_seconds_is_refused(script, value):
    with pytest.raises(UsageError, match="SWEEPBRIDGE_GRACE"):
        ProgramRunner(None, script("pass"), environ={"SWEEPBRIDGE_GRACE": value}).start()


def test_a_preempted_function_is_interrupted_and_its_trial_given_back(real, agent):
    def train():
        signal.raise_signal(signal.SIGTERM)

    engine = real(ONE)
    worked = agent(engine, FunctionRunner(train))

    assert (worked.ended, worked.reason) == ("interrupted", "preempted")
    assert runs_of(engine) == [("preempted", None)]


def test_an_agent_rests_longer_after_each_preempted_run(real, agent, script, monkeypatch):
    rests = []
    monkeypatch.setattr("sweepbridge.agents.agent.FIRST_PAUSE_S", 0.5)
    monkeypatch.setattr("sweepbridge.agents.brake.Brake.pause", lambda self, seconds: rests.append(seconds))

    agent(real(ONE), ProgramRunner(None, script(RESUMES.format(code=75))))

    assert rests == [0.5, 1.0]


def test_a_parent_that_is_preempted_passes_it_on_once(said, tmp_path, eventually, sending):
    """As `sweepbridge run --workers 2` under Slurm: each agent gives its own trial back."""
    log = tmp_path / "log"
    source = (
        "import signal, time\n"
        f"def caught(number, _):\n    open({str(log)!r}, 'a').write(f'{{number}} '); raise SystemExit\n"
        "signal.signal(signal.SIGUSR1, caught)\nsignal.signal(signal.SIGTERM, caught)\n"
        f"open({str(tmp_path / 'ready')!r}, 'a').write('.')\ntime.sleep(60)"
    )
    launched = LocalLauncher().start([sys.executable, "-c", source], 2)
    eventually(lambda: (tmp_path / "ready").exists() and (tmp_path / "ready").read_text() == "..")

    attend(launched, said.append, look=sending(signal.SIGUSR1))

    assert log.read_text() == "10 10 "
    assert launched.exit_codes == [0, 0]
