"""The official client of several releases, each in an environment of its own, through all flows that it has."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

RELEASES = {
    "0.31.0": ["numpy"],
    "0.22.3": ["numpy"],
    "0.19.11": ["numpy"],
    "0.17.9": ["numpy", "setuptools<81"],
    "0.16.6": ["numpy<2", "setuptools<81"],  # older than NumPy 2, and than the end of pkg_resources
}
"""What each needs beside it, on a Python of today."""


@pytest.fixture(scope="module", params=RELEASES)
def release(request, tmp_path_factory):
    """A Python that has this release of the client."""
    home = tmp_path_factory.mktemp("client") / request.param
    subprocess.run([sys.executable, "-m", "venv", home], check=True)
    python = home / "bin" / "python"
    needs = [f"wandb=={request.param}", *RELEASES[request.param], "pillow"]
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *needs]
    subprocess.run(install, check=True, capture_output=True, timeout=900)
    return python


@pytest.fixture
def old_site(release, make_site):
    """A standing server, and a client of this release."""
    return make_site(release)


def test_a_function_under_wandb_agent_until_run_cap_and_the_public_api_afterwards(old_site):
    seen = old_site.last_line(old_site.python("function_agent.py", 2))

    assert (seen["state"], seen["states"], seen["epochs"]) == ("FINISHED", ["finished"] * 2, [2] * 2)
    assert (seen["backend"], old_site.sweep(seen["id"]).sweep.method) == ("optuna", "tpe")
    assert (seen["by_hand"], seen["inner"], seen["best"] in seen["runs"]) == ([7] * 2, [1] * 2, True)
    assert (len(seen["history"]), seen["history_inner"], seen["scanned"]) == (2, [0, 1], 2)
    assert seen["best_loss"] == min(seen["losses"])


def test_a_function_that_does_badly_is_stopped_early(old_site):
    seen = old_site.last_line(old_site.python("function_stopped.py"))

    trials = old_site.sweep(seen["id"]).trials
    assert [record.state for record in trials] == ["finished", "finished", "stopped"]
    assert seen["ended"] == 2


def test_a_file_names_its_backend_and_its_agent_leaves_at_run_cap(old_site):
    sweep = old_site.make_sweep({"a": {"min": 0, "max": 99}}, method="tpe", backend="hyperopt", run_cap=2)

    code = old_site.ended(old_site.agent(sweep))

    assert code == 0
    found = old_site.sweep(sweep)
    assert (found.sweep.backend, found.sweep.method, found.state) == ("hyperopt", "tpe", "finished")
    assert [record.summary["twice"] for record in found.trials] == [2 * one.trial.params["a"] for one in found.trials]


def test_an_agent_leaves_once_the_target_is_reached(old_site):
    sweep = old_site.make_sweep({"a": {"values": [5, 1, 3]}}, metric={"name": "loss", "target": 2.0})

    code = old_site.ended(old_site.agent(sweep))

    assert code == 0
    assert [record.trial.params["a"] for record in old_site.sweep(sweep).trials] == [5, 1]


def test_two_agents_share_a_grid_survive_the_servers_death_and_leave_at_its_end(old_site):
    sweep = old_site.make_sweep({"a": {"values": [1, 2, 3]}, "pause": {"value": 0.7}, "how": {"value": "slowly"}})
    agents = [old_site.agent(sweep) for _ in range(2)]
    old_site.until(lambda: old_site.rows_of(sweep, 0, 1) > 4, agents, trials=(sweep, 2))

    old_site.kill_server()
    old_site.start_server()

    assert [old_site.ended(agent) for agent in agents] == [0, 0]
    trials = old_site.sweep(sweep).trials
    assert [(record.state, record.runs) for record in trials] == [("finished", 1)] * 3
    assert [len(old_site.sweep(sweep).rows(number)) for number in range(3)] == [20] * 3


def test_what_becomes_of_runs_that_end_badly(old_site):
    """The agent reports none of it."""
    sweep = old_site.make_sweep({"how": {"values": ["raises", "before init", "killed"]}, "a": {"value": 1}})

    code = old_site.ended(old_site.agent(sweep, WANDB_AGENT_DISABLE_FLAPPING="true"))

    ends = {record.trial.params["how"]: record for record in old_site.sweep(sweep).trials}
    assert code == 0
    assert {record.state for record in ends.values()} == {"failed"}
    assert ends["raises"].trial.reason == "exit code 1: ValueError: no luck"
    assert "before wandb.init()" in ends["before init"].trial.reason
    assert "without a word" in ends["killed"].trial.reason


def test_a_sweep_is_paused_resumed_and_cancelled_by_the_official_command(old_site):
    sweep = old_site.make_sweep({"a": {"values": [1, 2, 3]}, "pause": {"value": 15.0}, "how": {"value": "slowly"}})
    agent = old_site.agent(sweep)
    old_site.until(lambda: old_site.sweep(sweep).rows(0), [agent], trials=(sweep, 1))

    states = [old_site.state_after(change, sweep) for change in ("--pause", "--resume", "--cancel")]

    assert states == ["paused", "running", "cancelled"]
    assert old_site.ended(agent) == 0
    assert [record.state for record in old_site.sweep(sweep).trials] == ["stopped"]


def test_a_stopped_sweep_lets_its_run_end(old_site):
    sweep = old_site.make_sweep({"a": {"values": [1, 2, 3]}, "pause": {"value": 0.5}, "how": {"value": "slowly"}})
    agent = old_site.agent(sweep)
    old_site.until(lambda: old_site.sweep(sweep).rows(0), [agent], trials=(sweep, 1))

    state = old_site.state_after("--stop", sweep)

    assert state == "stopped"
    assert old_site.ended(agent) == 0
    assert [record.state for record in old_site.sweep(sweep).trials] == ["finished"]


def test_a_run_that_does_badly_is_stopped_early(old_site):
    parameters = {"a": {"values": [0, 1, 900]}, "pause": {"value": 0.5}, "how": {"value": "slowly"}}
    early = {"type": "hyperband", "min_iter": 2, "eta": 2, "strict": True}
    sweep = old_site.make_sweep(parameters, early_terminate=early)

    code = old_site.ended(old_site.agent(sweep))

    assert code == 0
    last = old_site.sweep(sweep).trials[-1]
    assert (last.state, len(old_site.sweep(sweep).rows(2)) < 20) == ("stopped", True)


def test_whatever_a_script_does_with_the_client_its_run_ends_well(old_site):
    old_site.python("everything.py")

    [folder] = [path.parent for path in old_site.folder.glob(".sweepbridge/runs/wandb/*/wandb.json")]
    assert {"saved.txt", "saved.bin"} <= {file.name for file in (folder / "files").rglob("*")}


EXAMPLES = Path(__file__).parents[3] / "examples" / "wandb"
"""Scripts that others could have written."""


@pytest.mark.parametrize("backend", ["optuna", "hyperopt"])
@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()))
def test_a_script_runs_unedited_under_the_official_agent_and_under_ours(site, example, backend):
    theirs, ours = site.both_ways(EXAMPLES / example, backend)

    assert [record.state for record in theirs.trials] == ["finished"] * 2, site.said()
    assert [record.state for record in ours.trials] == ["finished"] * 2, site.said()
    assert {theirs.sweep.backend, ours.sweep.backend} == {backend}


def test_a_sweep_is_read_back_by_a_script_of_its_own(site):
    theirs, _ = site.both_ways(EXAMPLES / "afterwards", "optuna")

    printed = site.run([site.python_path, EXAMPLES / "afterwards/analyze.py", f"sweepbridge/flows/{theirs.id}"])

    assert printed.count("finished") == 2
    assert "best " in printed


AUDIT = """
set -e
ip link set lo up
{python} -m sweepbridge wandb-server --port 8080 --store store > server.log 2>&1 &
until grep -q serving server.log; do sleep 0.1; done
eval "$({python} -m sweepbridge wandb-env)"
strace -f -qq -e trace=connect -o {trace} {python} {script} 1
kill %1
"""


def test_no_client_that_we_start_tries_to_reach_anything_but_this_machine(tmp_path):
    """In a network of its own, in which nothing but loopback is there, and every attempt is written down."""
    tools = subprocess.run(["unshare", "--net", "strace", "-V"], capture_output=True)
    if tools.returncode:
        pytest.skip("needs unshare, strace, and the right to make a network of its own")
    script, trace = Path(__file__).parent / "flows" / "function_agent.py", tmp_path / "trace"
    audit = AUDIT.format(python=sys.executable, trace=trace, script=script)

    done = subprocess.run(["unshare", "--net", "bash", "-c", audit], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    reached = [line for line in trace.read_text().splitlines() if "sa_family=AF_INET" in line]
    assert [line for line in reached if "127.0.0.1" in line]
    assert [line for line in reached if "127.0.0.1" not in line and '"::1"' not in line] == []
