"""Runs as programs: real child processes, what they log, how they end, and that nothing of them is left."""

import json
import os
import signal
import sys
import threading
import time

import pytest

from sweepbridge.agents.brake import Brake
from sweepbridge.agents.program import ProgramRunner
from sweepbridge.agents.runner import Unfinished
from sweepbridge.errors import UsageError

LOG = "from sweepbridge import training as t\nt.init()\n"


def test_a_program_that_ends_well_has_its_rows_and_its_summary(execute):
    result, engine = execute(
        LOG + "t.log({'loss': t.config.lr})\nt.log({'loss': 0})\nt.summary['n'] = 2", params={"lr": 0.5}
    )

    assert (result.state, result.exit_code, result.summary) == ("finished", 0, {"n": 2})
    assert [row["loss"] for row in engine.rows] == [0.5, 0]


def test_a_program_in_any_language_appends_json_lines(execute):
    command = ["sh", "-c", 'echo "{\\"loss\\": ${lr}}" >> "$SWEEPBRIDGE_RUN_DIR/metrics.jsonl"']

    result, engine = execute("", command=command, params={"lr": 0.5})

    assert result.state == "finished"
    assert engine.rows == [{"loss": 0.5}]


def test_a_programs_output_is_kept_in_its_folder(execute, tmp_path):
    execute("import sys; print('out'); print('err', file=sys.stderr)")

    assert (tmp_path / "runs/0-1/stdout.log").read_text() == "out\n"
    assert (tmp_path / "runs/0-1/stderr.log").read_text() == "err\n"


@pytest.fixture
def typed_ahead():
    """Something to read on this process's own standard input."""
    before = os.dup(0)
    read, write = os.pipe()
    os.write(write, b"typed ahead")
    os.close(write)
    os.dup2(read, 0)
    os.close(read)
    yield
    os.dup2(before, 0)
    os.close(before)


def test_a_program_reads_nothing_of_what_is_typed_into_its_agent(execute, typed_ahead, tmp_path):
    execute("import sys; print(repr(sys.stdin.read()))")

    assert (tmp_path / "runs/0-1/stdout.log").read_text() == "''\n"


def test_a_program_knows_which_run_it_is(execute, tmp_path):
    source = "import os, sys; print([os.environ['SWEEPBRIDGE_' + n] for n in sys.argv[1:]])"

    execute(source, command=["${interpreter}", "${program}", "SWEEP_ID", "TRIAL", "RUN", "RUN_DIR"])

    expected = ["abcdefgh", "0", "1", str(tmp_path / "runs" / "0-1")]
    assert (tmp_path / "runs/0-1/stdout.log").read_text() == f"{expected}\n"


def test_a_traceback_is_shown_whole_also_of_a_program_that_logs_nothing(execute, said):
    source = "def a(): b()\ndef b(): c()\ndef c(): raise ValueError('lr is too high')\nprint('x' * 9)\na()\n"

    result, _ = execute(source)

    assert (result.state, result.exit_code) == ("failed", 1)
    assert result.reason == "exit code 1: ValueError: lr is too high"
    assert said[0].startswith("Traceback (most recent call last):")
    assert all(f"in {name}" in said[0] for name in "abc")


def test_chained_tracebacks_are_shown_from_the_first_one_on(execute, said):
    execute("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('x') from e")

    assert "ZeroDivisionError" in said[0]
    assert "KeyError" in said[0]


def test_a_program_without_a_traceback_shows_its_last_words(execute, said):
    result, _ = execute("import sys; sys.exit('no such data set')")

    assert said == ["no such data set"]
    assert result.reason == "exit code 1: no such data set"


def test_a_program_that_is_killed_has_failed(execute):
    result, _ = execute("import os; os.kill(os.getpid(), 9)")

    assert (result.state, result.reason, result.exit_code) == ("failed", "killed by SIGKILL", -9)


def test_a_stopped_program_ends_at_once(execute, fake, tmp_path):
    source = LOG + "import time\nt.log({'loss': 1})\ntime.sleep(200)"
    began = time.monotonic()

    result, _ = execute(source, engine=fake(stop_after=1))

    assert (result.state, result.reason) == ("stopped", "too slow")
    assert (tmp_path / "runs/0-1/stop").read_text() == "too slow\n"
    assert time.monotonic() - began < 100


def test_a_stopped_program_may_tidy_up(execute, fake, tmp_path):
    source = (
        "import signal, sys, time\nsignal.signal(15, lambda *_: (print('tidied'), sys.exit(0)))\n"
        + LOG + "t.log({'loss': 1})\ntime.sleep(60)"
    )  # fmt: skip

    result, _ = execute(source, engine=fake(stop_after=1))

    assert (result.state, result.exit_code) == ("stopped", 0)
    assert (tmp_path / "runs/0-1/stdout.log").read_text() == "tidied\n"


def test_a_stopped_program_that_ignores_it_is_killed_after_a_while(execute, fake):
    source = "import signal, time\nsignal.signal(15, signal.SIG_IGN)\n" + LOG + "t.log({'loss': 1})\ntime.sleep(60)"

    result, _ = execute(source, engine=fake(stop_after=1), environ={**os.environ, "WANDB_AGENT_KILL_DELAY": "0.2"})

    assert (result.state, result.exit_code) == ("stopped", -9)


def test_a_program_that_ignores_the_signal_ends_at_its_next_log(execute, fake):
    source = (
        "import signal, time\nsignal.signal(15, signal.SIG_IGN)\n" + LOG
        + "while True:\n    t.log({'loss': 1})\n    time.sleep(0.01)"
    )  # fmt: skip

    result, _ = execute(source, engine=fake(stop_after=1))

    assert (result.state, result.exit_code) == ("stopped", 95)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("ends", ["time.sleep(60)", "sys.exit(1)"])
def test_what_a_program_has_started_ends_with_it(execute, fake, tmp_path, eventually, is_alive, ends):
    """A grandchild that lives on holds its GPU, and no one looks for it."""
    source = (
        "import subprocess, sys, time\n"
        "stubborn = 'import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)'\n"
        "child = subprocess.Popen([sys.executable, '-c', stubborn], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\nprint(child.pid, flush=True)\n" + LOG + "t.log({'loss': 1})\n" + ends
    )

    execute(source, engine=fake(stop_after=1))

    grandchild = int((tmp_path / "runs/0-1/stdout.log").read_text())
    eventually(lambda: not is_alive(grandchild))


def test_a_run_that_was_given_up_on_ends(execute, fake):
    result, _ = execute("import time; time.sleep(60)", engine=fake(gives_up=True))

    assert result.state == "stopped"
    assert "taken for lost" in result.reason


def test_an_interrupted_program_is_no_result(execute, said):
    brake = Brake()
    threading.Timer(0.3, brake.pull, [2]).start()

    result, _ = execute("import time; time.sleep(60)", brake=brake)

    assert result == Unfinished("its agent was interrupted", exit_code=-signal.SIGTERM)
    assert said == ["ending this run now"]


def test_the_first_ctrl_c_lets_the_run_end(execute, said):
    brake = Brake()
    brake.pull(1)

    result, _ = execute("pass", brake=brake)

    assert result.state == "finished"


HEARS = """
import os, signal, sys, time

def heard(number, _):
    print(signal.Signals(number).name, flush=True)
    if number == signal.{ends}:
        sys.exit({code})

for name in ("SIGINT", "SIGUSR2", "SIGTERM"):
    signal.signal(getattr(signal, name), heard)
with open(os.environ["SWEEPBRIDGE_RUN_DIR"] + "/metrics.jsonl", "a") as metrics:
    metrics.write('{{"loss": 1}}\\n')
while True:
    time.sleep(0.01)
"""
"""Says which signals it hears, and ends on one of them. It is ready when it has logged a row."""


@pytest.fixture
def signalled(execute, fake, tmp_path, in_a_terminal):
    """Run a program whose agent gets a signal once it is ready, and more as it says what it heard: what came of it."""

    def done(source, *numbers, **options):
        brake, left = Brake(forwards=True), list(numbers)

        class Ready(fake):
            def record(self, claim, rows):
                with brake.on_signals():
                    [signal.raise_signal(left.pop(0)) for _ in left[: len(rows)]]
                return super().record(claim, rows)

        result, _ = execute(source, engine=Ready(), brake=brake, **options)
        return result, (tmp_path / "runs/0-1/stdout.log").read_text().split()

    return done


def test_a_signal_is_forwarded_and_a_program_that_dies_of_it_has_not_failed(signalled):
    result, heard = signalled(HEARS.format(ends="SIGINT", code=3), signal.SIGINT)

    assert heard == ["SIGINT"]
    assert result == Unfinished("its agent was interrupted", exit_code=3)


def test_a_signal_that_came_before_the_run_is_not_for_its_program(execute, in_a_terminal):
    brake = Brake(forwards=True)
    with brake.on_signals():
        signal.raise_signal(signal.SIGUSR2)

    result, _ = execute("import time; time.sleep(0.3)", brake=brake)

    assert result.state == "finished"


def test_a_program_that_ends_well_after_a_forwarded_ctrl_c_has_finished(signalled):
    result, _ = signalled(HEARS.format(ends="SIGINT", code=0), signal.SIGINT)

    assert (result.state, result.exit_code) == ("finished", 0)


def test_a_signal_that_means_nothing_to_an_agent_reaches_the_program_and_ends_no_run(signalled):
    result, heard = signalled(HEARS.format(ends="SIGUSR2", code=0), signal.SIGUSR2)

    assert heard == ["SIGUSR2"]
    assert result.state == "finished"


def test_a_program_that_knows_nothing_of_a_forwarded_signal_dies_of_it_and_waits_for_another_run(signalled):
    result, _ = signalled(HEARS.format(ends="SIGINT", code=0).replace('"SIGUSR2", ', ""), signal.SIGUSR2)

    assert result == Unfinished("killed by SIGUSR2, which its agent got", exit_code=-signal.SIGUSR2)


def test_a_signal_that_ends_the_run_is_sent_to_the_program_once(signalled):
    result, heard = signalled(HEARS.format(ends="SIGTERM", code=0), signal.SIGTERM)

    assert heard == ["SIGTERM"]
    assert (type(result), result.state) == (Unfinished, "preempted")


def test_a_program_that_does_not_end_on_a_forwarded_ctrl_c_is_killed_after_the_timeout(signalled):
    result, heard = signalled(HEARS.format(ends="SIGTERM", code=0), signal.SIGINT, term_timeout_s=0.2)

    assert heard == ["SIGINT"]
    assert result == Unfinished("its agent was interrupted", exit_code=-signal.SIGKILL)


@pytest.mark.parametrize("value", ["soon", "-1", "inf", ""])
def test_a_kill_delay_that_is_no_number_of_seconds_is_refused(script, value):
    with pytest.raises(UsageError, match="WANDB_AGENT_KILL_DELAY"):
        ProgramRunner(None, script("pass"), environ={"WANDB_AGENT_KILL_DELAY": value}).start()


@pytest.mark.parametrize(
    ("command", "program", "found"),
    [
        (None, "no_such_script.py", "no_such_script.py"),
        (["no-such-program", "${args}"], None, "no-such-program"),
        (["${env}", "no-such-program"], None, "no-such-program"),
        (["${program}", "${args}"], "./no_such_script.py", "./no_such_script.py"),
    ],
)
def test_what_is_not_there_is_said_before_any_trial_is_taken(command, program, found):
    with pytest.raises(UsageError) as error:
        ProgramRunner(command, program).start()

    assert found in error.value.what
    assert error.value.fix


def test_a_script_that_cannot_be_executed_is_said_with_what_to_do(script):
    with pytest.raises(UsageError) as error:
        ProgramRunner(["${program}"], script("#!/bin/sh")).start()

    assert "chmod +x" in error.value.fix


def test_values_reach_a_program_with_their_type(execute, tmp_path):
    params = {"a": None, "b": [1, "x y"], "c": False, "d": "True", "e/f": 0.1, "e/g": ""}
    source = LOG + "import json; print(json.dumps(t.config.as_dict()))"

    execute(source, params=params)

    printed = json.loads((tmp_path / "runs/0-1/stdout.log").read_text())
    assert printed == {"a": None, "b": [1, "x y"], "c": False, "d": "True", "e": {"f": 0.1, "g": ""}}


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_program_does_not_outlive_an_agent_that_is_killed(real, script, start_agent, eventually, is_alive, tmp_path):
    engine = real({"program": "x.py", "method": "random", "parameters": {"a": {"values": [1, 2]}}})
    program = script("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    agent = start_agent(engine, program)
    log = tmp_path / ".sweepbridge/runs" / engine.sweep.id / "0-1" / "stdout.log"
    pid = int(eventually(lambda: log.exists() and log.read_text().strip(), agent.process))

    agent.process.send_signal(signal.SIGKILL)

    eventually(lambda: not is_alive(pid))
