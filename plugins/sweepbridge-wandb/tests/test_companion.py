"""The server beside an agent: it costs nothing until a run knocks, and leaves alone what the user has set."""

import fcntl
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest
import yaml
from sweepbridge_wandb.companion import NOTICE, Beside, _readable

import sweepbridge

pytestmark = pytest.mark.timeout(600)  # clients take seconds to start, and far longer on a machine that is busy

FLOWS = Path(__file__).parent / "flows"
GIVEN = {"WANDB_RUN_ID": "abcd1234"}


@pytest.fixture
def beside():
    """A companion of an agent."""
    session = Beside()
    yield session
    session.close()


def children():
    return psutil.Process().children()


def posted(url, path, body):
    request = urllib.request.Request(url + path, json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


HIGH = 1500
"""A file's number that `select` can't take."""


@pytest.fixture
def room():
    """Room for so many open files in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        os.close(fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 2 * HIGH))
    except (OSError, ValueError):
        pytest.skip(f"this machine allows {hard} open files")
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def crowd(room, tmp_path):
    """So many files are open that the next has a high number."""
    files = [os.open(tmp_path, os.O_RDONLY) for _ in range(HIGH)]
    yield
    for file in files:
        os.close(file)


@pytest.fixture
def pair(room):
    """Two sockets that hear each other, under high numbers."""
    made = socket.socketpair()
    ends = [socket.socket(fileno=fcntl.fcntl(one.fileno(), fcntl.F_DUPFD_CLOEXEC, HIGH)) for one in made]
    yield ends
    for one in (*made, *ends):
        one.close()


def test_a_file_that_can_be_read_is_told_from_one_that_can_not_whatever_its_number(pair):
    """A function that trains in this process may have more than a thousand files open."""
    one, other = pair

    before = _readable(one.fileno(), other.fileno(), within_s=0.0)
    one.send(b"x")

    assert min(one.fileno(), other.fileno()) >= HIGH
    assert (before, _readable(one.fileno(), other.fileno())) == (set(), {other.fileno()})


def test_a_companion_serves_a_process_that_has_many_open_files(crowd, beside, tmp_path):
    url = beside.environ(tmp_path, GIVEN, {})["WANDB_BASE_URL"]

    seen = posted(url, "/graphql", {"query": "{ viewer { username } }"})

    assert beside._listening.fileno() >= HIGH
    assert seen == {"data": {"viewer": {"username": "sweepbridge"}}}


def test_a_run_is_led_to_a_server_and_none_is_there_yet(beside, tmp_path):
    before = children()

    made = beside.environ(tmp_path, GIVEN, {})

    assert made["WANDB_BASE_URL"].startswith("http://127.0.0.1:")
    assert (made["WANDB_MODE"], len(made["WANDB_API_KEY"]) >= 40) == ("online", True)
    assert children() == before


@pytest.mark.parametrize("users", [{"WANDB_MODE": "offline"}, {"WANDB_MODE": "online"}, {"WANDB_BASE_URL": "http://x"}])
def test_what_the_user_has_set_stands(beside, tmp_path, users):
    assert beside.environ(tmp_path, GIVEN, users) == {}


def test_a_key_of_the_users_stays_and_the_user_is_told_where_the_runs_report(beside, tmp_path, capfd):
    made = beside.environ(tmp_path, GIVEN, {"WANDB_API_KEY": "theirs"})

    posted(made["WANDB_BASE_URL"], "/graphql", {"query": "{ viewer { id } }"})

    assert made["WANDB_API_KEY"] == "theirs"
    assert capfd.readouterr().err == NOTICE


@pytest.mark.parametrize(
    ("machine", "is_told"), [("api.wandb.ai", True), ("api.forge.coreweave.com", True), ("example.org", False)]
)
def test_a_user_who_has_logged_in_to_w_and_b_is_told_too(beside, tmp_path, capfd, machine, is_told):
    (tmp_path / ".netrc").write_text(f"machine {machine}\n  login user\n  password {'k' * 40}\n")
    made = beside.environ(tmp_path, GIVEN, {"HOME": str(tmp_path)})

    posted(made["WANDB_BASE_URL"], "/graphql", {"query": "{ viewer { id } }"})

    assert (capfd.readouterr().err == NOTICE) is is_told


def test_the_server_starts_when_the_first_client_knocks_and_ends_with_the_agent(tmp_path):
    beside = Beside()
    url = beside.environ(tmp_path, GIVEN, {})["WANDB_BASE_URL"]

    seen = posted(url, "/graphql", {"query": "{ viewer { username } }"})
    [server] = children()
    beside.close()

    assert seen == {"data": {"viewer": {"username": "sweepbridge"}}}
    assert not server.is_running()


def test_a_server_that_was_killed_is_started_again_and_goes_on(beside, tmp_path):
    url = beside.environ(tmp_path, GIVEN, {})["WANDB_BASE_URL"]
    begin = 'mutation { upsertBucket(input: {name: "abcd1234"}) { inserted } }'
    line = json.dumps({"loss": 1.0, "_step": 0, "_timestamp": 1.0})
    rows = {"files": {"wandb-history.jsonl": {"offset": 0, "content": [line]}}}
    posted(url, "/graphql", {"query": begin})
    posted(url, "/files/a/b/abcd1234/file_stream", rows)

    [server] = children()
    server.kill()
    server.wait()
    posted(url, "/files/a/b/abcd1234/file_stream", rows)

    assert (tmp_path / "metrics.jsonl").read_text().count("loss") == 1


def test_the_server_of_an_agent_that_is_killed_ends_by_itself(tmp_path):
    """Else it would hold the run's folder, and the port, for ever."""
    code = (
        "import sys, time, urllib.request, psutil\n"
        "from pathlib import Path\n"
        "from sweepbridge_wandb.companion import Beside\n"
        "url = Beside().environ(Path(), {'WANDB_RUN_ID': 'a'}, {})['WANDB_BASE_URL']\n"
        "urllib.request.urlopen(url + '/healthz').read()\n"
        "print(psutil.Process().children()[0].pid, flush=True)\n"
        "time.sleep(1000)\n"
    )
    agent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    server = psutil.Process(int(agent.stdout.readline()))

    agent.kill()
    agent.wait()
    agent.stdout.close()

    assert psutil.wait_procs([server], timeout=60)[1] == []


@pytest.fixture
def folder(tmp_path, monkeypatch, door):
    """A folder in which nothing is set, and from which nobody gets out."""
    for name in [name for name in os.environ if name.startswith(("WANDB_", "SWEEPBRIDGE_"))]:
        monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, door)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run_sweep(folder):
    """Run a program of flows/ as a sweep, with `sweepbridge run`: the sweep, and what was said."""

    def ran(program, parameters, *options, **keys):
        shutil.copy(FLOWS / program, folder)
        config = {"program": program, "method": "grid", "metric": {"name": "loss"}, "parameters": parameters, **keys}
        (folder / "sweep.yaml").write_text(yaml.safe_dump(config))
        words = [sys.executable, "-m", "sweepbridge", "run", "sweep.yaml", *options]
        done = subprocess.run(words, capture_output=True, text=True, timeout=300)
        [opened] = sweepbridge.list_sweeps()
        return opened, f"{done.stdout}\n{done.stderr}"

    return ran


def test_whatever_a_script_does_with_the_client_its_run_ends_well(run_sweep, folder):
    opened, said = run_sweep(
        "everything.py", {"swept": {"value": 0.5}}, command=["${env}", "${interpreter}", "${program}"]
    )

    [record] = opened.trials
    assert record.state == "finished", said
    assert (record.trial.losses, record.summary["best"], record.summary["deep.er"]) == ((0.5 / 3,), 1, 1)
    files = {file.name for file in (folder / f".sweepbridge/runs/{opened.id}/0-1/files").rglob("*")}
    assert {"saved.txt", "saved.bin", "wandb_manifest.json"} <= files
    assert "INFO from run" in said


def test_the_client_calls_a_run_as_its_trial_is_called(run_sweep, folder):
    opened, said = run_sweep("named.py", {"a": {"value": 1}})

    assert [record.state for record in opened.trials] == ["finished"], said
    assert json.loads((folder / "names.json").read_text()) == [opened.table[0]["name"]] * 2


def test_a_program_that_does_badly_is_stopped_while_it_runs(run_sweep):
    parameters = {"a": {"values": [0, 1, 900]}, "how": {"value": "slowly"}, "pause": {"value": 0.02}}
    early = {"type": "hyperband", "min_iter": 2, "eta": 2, "strict": True}

    opened, said = run_sweep("train.py", parameters, early_terminate=early)

    assert opened.trials[-1].state == "stopped", said
    assert all(record.state in ("finished", "stopped") for record in opened.trials)


FUNCTION = """
import time

import wandb

import sweepbridge

seen = []


def train():
    with wandb.init(config={"mine": 1}) as run:
        for epoch in range(64 if run.config.a < 3 else 4000):
            run.log({"loss": run.config.a + 1 / (epoch + 1)})
            seen.append(run.id)
            time.sleep(0.01 if run.config.a < 3 else 0.05)


config = {
    "method": "grid",
    "metric": {"name": "loss"},
    "parameters": {"a": {"values": [0, 1, 2, 3000]}},
    "early_terminate": {"type": "hyperband", "min_iter": 1, "eta": 2, "strict": True},
}
sweepbridge.agent(sweepbridge.sweep(config), train)
assert len(set(seen)) == 4, seen
"""


def test_a_function_that_logs_with_the_client_is_heard_and_stopped(folder):
    (folder / "function.py").write_text(FUNCTION)

    done = subprocess.run([sys.executable, "function.py"], capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stderr
    [opened] = sweepbridge.list_sweeps()
    assert opened.trials[0].state == "finished"
    assert opened.trials[0].trial.losses == (1 / 64,)
    assert opened.trials[3].state == "stopped", done.stderr


def test_the_hook_hears_a_run_that_reports_elsewhere(run_sweep, monkeypatch, folder):
    """Offline stands for W&B's own server here: our server is not asked in either case."""
    (folder / "mine").mkdir()
    (folder / "mine" / "sitecustomize.py").write_text("open('customized', 'w').close()")
    monkeypatch.setenv("PYTHONPATH", str(folder / "mine"))
    monkeypatch.setenv("WANDB_MODE", "offline")

    opened, said = run_sweep("train.py", {"a": {"value": 5}}, "--wandb-hook")

    assert opened.trials[0].trial.losses == (5.5,), said
    assert [row["loss"] for row in opened.rows(0)] == [6.0, 5.5]
    assert (folder / "customized").exists(), "a sitecustomize of the user's own is imported too"
    assert not list(folder.rglob("wandb.json"))


def test_a_server_that_dies_while_a_run_goes_on_loses_nothing(folder):
    shutil.copy(FLOWS / "train.py", folder)
    parameters = {"a": {"value": 1}, "how": {"value": "slowly"}, "pause": {"value": 0.2}}
    config = {"program": "train.py", "method": "grid", "metric": {"name": "loss"}, "parameters": parameters}
    sweep = sweepbridge.open_sweep(sweepbridge.sweep(config))
    agent = subprocess.Popen([sys.executable, "-m", "sweepbridge", "agent", sweep.id], start_new_session=True)

    killed = False
    while agent.poll() is None and not killed:
        killed = bool(sweep.trials and sweep.rows(0)) and kill_server_of(agent)

    assert killed
    assert agent.wait(300) == 0
    assert (sweep.trials[0].state, len(sweep.rows(0))) == ("finished", 20)


def kill_server_of(agent):
    """Kill the embedded server of an agent; whether it was there."""
    for child in psutil.Process(agent.pid).children():
        if "sweepbridge_wandb.embedded" in " ".join(child.cmdline()):
            os.kill(child.pid, signal.SIGKILL)
            return True
    return False
