"""Two agents in processes of their own, one of them on a machine where nothing works."""

import subprocess
import sys

import pytest

SWEEP = """\
method: grid
command: [bash, -c, "test -z \\"$SICK\\" || exit 1; sleep 0.1; sweepbridge log loss=${a}"]
metric: {name: loss}
parameters: {a: {values: [1, 2, 3, 4, 5, 6, 7, 8]}}
"""


@pytest.fixture
def start_agent(folder, environ):
    """Start an agent in a process of its own, with some environment."""
    started = []

    def start(sweep_id, **environment):
        command = [sys.executable, "-m", "sweepbridge", "agent", sweep_id]
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen(command, env={**environ, **environment}, **options))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_every_point_is_finished_by_the_agent_whose_machine_is_sound(write, call, start_agent, exported):
    sweep_id = call("sweep", write(SWEEP)).out.strip()
    sick = start_agent(sweep_id, SICK="1")
    complaints = sick.communicate(timeout=60)[1]

    sound = start_agent(sweep_id)
    sound.communicate(timeout=60)

    rows = exported(sweep_id)
    assert (sick.returncode, sound.returncode) == (1, 0)
    assert "the first 3 runs have all failed within a minute" in complaints
    assert [row["params.a"] for row in rows if row["state"] == "failed"] == [1, 2]
    assert sorted(row["params.a"] for row in rows if row["state"] == "finished") == [1, 2, 3, 4, 5, 6, 7, 8]
