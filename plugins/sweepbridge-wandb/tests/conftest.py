"""What the tests of this plugin share: a server in this process, with a clock that stands, and requests to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
import yaml
from sweepbridge_wandb.app import make_app
from sweepbridge_wandb.standing import Standing
from sweepbridge_wandb.variables import KEY, for_client
from sweepbridge_wandb.views import House

import sweepbridge

FLOWS = Path(__file__).parent / "flows"
PATIENCE_S = 300.0
"""How long a client may take for what it does in seconds on a machine that has nothing else to do."""

CONFIG = """\
program: train.py
method: grid
metric: {name: loss, goal: minimize}
parameters:
  a: {values: [1, 2, 3]}
"""

HEARTBEAT = """
mutation Heartbeat($id: ID!, $metrics: JSONString, $runState: JSONString) {
  agentHeartbeat(input: {id: $id, metrics: $metrics, runState: $runState}) { agent { id } commands }
}
"""
UPSERT_SWEEP = """
mutation UpsertSweep($id: ID, $config: String, $state: String, $projectName: String) {
  upsertSweep(input: {id: $id, config: $config, state: $state, projectName: $projectName}) {
    sweep { id name project { name entity { name } } } configValidationWarnings
  }
}
"""
CREATE_AGENT = """
mutation CreateAgent($host: String!, $sweep: String!) {
  createAgent(input: {host: $host, sweep: $sweep}) { agent { id } }
}
"""
UPSERT_BUCKET = """
mutation UpsertBucket(
  $name: String, $project: String, $config: JSONString, $sweep: String, $tags: [String!], $displayName: String
) {
  upsertBucket(input: {
    name: $name, modelName: $project, config: $config, sweep: $sweep, tags: $tags, displayName: $displayName
  }) {
    bucket { id name displayName config sweepName historyLineCount } inserted
  }
}
"""


@dataclass
class Answer:
    """What an application has answered."""

    status_code: int
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class Http:
    """Requests to an application in this process, without a socket."""

    app: Any

    def request(self, method: str, url: str, content: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        return asyncio.run(self._call(method, url, content, headers or {}))

    async def _call(self, method: str, url: str, content: bytes, headers: dict[str, str]) -> Answer:
        answer, body = {}, bytearray()
        chunks = [content[at : at + 65536] for at in range(0, len(content), 65536)] or [b""]

        async def receive() -> dict:
            return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

        async def send(message: dict) -> None:
            answer.update(message)
            body.extend(message.get("body", b""))

        parts = urlsplit(url)
        named = {"host": parts.netloc or "127.0.0.1:8080", **headers}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(parts.path),
            "raw_path": quote(parts.path, safe="/%").encode(),
            "root_path": "",
            "query_string": parts.query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
            "server": ("127.0.0.1", 8080),
            "client": ("127.0.0.1", 50000),
        }
        try:
            await self.app(scope, receive, send)
        except Exception:  # the server has answered with a 500 before it lets this out
            assert answer["status"] == 500
        return Answer(answer["status"], bytes(body))


@dataclass
class Client:
    """W&B's client, as far as its requests go."""

    http: Http
    house: Standing
    clock: list[float] = field(default_factory=lambda: [0.0])

    def post(self, path: str, body: object, **headers: str) -> Answer:
        return self.http.request("POST", path, json.dumps(body).encode(), headers)

    def ask(self, query: str, **variables: object) -> dict:
        answer = self.post("/graphql", {"query": query, "variables": variables})
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def refused(self, query: str, **variables: object) -> tuple[int, str]:
        answer = self.post("/graphql", {"query": query, "variables": variables})
        return answer.status_code, answer.json()["errors"][0]["message"]

    def make_sweep(self, config: str = CONFIG) -> str:
        return self.ask(UPSERT_SWEEP, config=config)["upsertSweep"]["sweep"]["name"]

    def make_agent(self, sweep: str, host: str = "here") -> str:
        return self.ask(CREATE_AGENT, host=host, sweep=sweep)["createAgent"]["agent"]["id"]

    def beat(self, agent: str, *running: str) -> list[dict]:
        answer = self.ask(HEARTBEAT, id=agent, metrics="{}", runState=json.dumps(dict.fromkeys(running, True)))
        return json.loads(answer["agentHeartbeat"]["commands"])

    def take(self, agent: str) -> str:
        """The id of the run that an idle agent is given."""
        [command] = self.beat(agent)
        assert command["type"] == "run"
        return command["run_id"]

    def init(self, run: str, **given: object) -> dict:
        return self.ask(UPSERT_BUCKET, name=run, **given)["upsertBucket"]

    def stream(self, run: str, *rows: dict, offset: int = 0, **more: object) -> Answer:
        lines = [
            json.dumps({"_step": place, "_timestamp": 1000.0 + place, **row}) for place, row in enumerate(rows, offset)
        ]
        files = {"wandb-history.jsonl": {"offset": offset, "content": lines}} if rows else {}
        return self.post(f"/files/me/mine/{run}/file_stream", {"files": files, **more})

    def finish(self, run: str, code: int = 0) -> Answer:
        return self.stream(run, complete=True, exitcode=code)

    def do(self, agent: str, *rows: dict, code: int = 0) -> str:
        """Let an agent take a run, and the run log these rows and end."""
        run = self.take(agent)
        self.init(run)
        self.stream(run, *rows)
        self.finish(run, code)
        return run

    def restart(self) -> Client:
        """Another server on the same store, as after a `kill -9`: this one's memory is gone."""
        return connect(self.house.store, self.clock)

    def trials(self, sweep: str) -> list[tuple[str, str | None]]:
        """State and reason of each trial."""
        opened = sweepbridge.open_sweep(sweep, store=self.house.store)
        return [(record.state, record.trial.reason) for record in opened.trials]


def connect(store: sweepbridge.Store, clock: list[float]) -> Client:
    house = Standing(store, lambda _: None, now=lambda: clock[0])
    house.take_up()
    return Client(Http(make_app(House(house, house))), house, clock)


@pytest.fixture
def store(tmp_path: Path):
    """An empty store."""
    with sweepbridge.store_at(tmp_path / ".sweepbridge") as opened:
        yield opened


@pytest.fixture
def client(store):
    """A client of a standing server."""
    return connect(store, [0.0])


@pytest.fixture
def http():
    """Requests to an application of the test's own."""
    return Http


@dataclass
class Site:
    """A folder with a standing server, and an official client that finds it, and finds nobody else."""

    folder: Path
    python_path: Path
    door: str
    """Where every way out of this machine ends."""
    port: int = 0
    _started: list[subprocess.Popen] = field(default_factory=list)
    _server: subprocess.Popen | None = None

    def start_server(self) -> None:
        log = self.folder / f"server-{len(self._started)}.log"
        words = [sys.executable, "-m", "sweepbridge", "wandb-server", "--port", str(self.port)]
        self._server = self._start([*words, "--store", str(self.folder / ".sweepbridge")], log, self._ours())
        self.until(lambda: "serving W&B's client" in log.read_text(), [self._server])
        self.port = int(re.search(r"http://127\.0\.0\.1:(\d+)", log.read_text())[1])

    def kill_server(self) -> None:
        self._server.kill()
        self._server.wait()

    def python(self, script: str, *words: object) -> str:
        """Run a script of flows/ to its end: what it printed."""
        return self.run([self.python_path, FLOWS / script, *words])

    def run(self, words: list[object]) -> str:
        """Run a program with the client's variables: what it printed."""
        done = subprocess.run(
            [str(word) for word in words],
            cwd=self.folder,
            env=self.environ(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def last_line(self, printed: str) -> Any:
        return json.loads(printed.splitlines()[-1])

    def make_sweep(self, parameters: dict, **config: object) -> str:
        """Make a sweep of flows/train.py with the official command: its id."""
        shutil.copy(FLOWS / "train.py", self.folder)
        file = self.folder / "sweep.yaml"
        given = {
            "program": "train.py",
            "method": "grid",
            "metric": {"name": "loss"},
            "parameters": parameters,
            **config,
        }
        file.write_text(yaml.safe_dump(given))
        return self.cli("sweep", "--project", "flows", file)

    def cli(self, *words: object) -> str:
        """Call the official command: the last word of what it said."""
        done = subprocess.run(
            [str(word) for word in (self.python_path.parent / "wandb", *words)],
            cwd=self.folder,
            env=self.environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_S,
        )
        assert done.returncode == 0, done.stdout
        found = re.search(r"wandb agent \S+/(\w+)", done.stdout)
        return found[1] if found else ""

    def agent(self, sweep: str, **more: str) -> subprocess.Popen:
        """Start an official agent."""
        words = [str(self.python_path.parent / "wandb"), "agent", f"sweepbridge/flows/{sweep}"]
        log = self.folder / f"agent-{len(self._started)}.log"
        return self._start(words, log, {**self.environ(), **more})

    def both_ways(self, example: Path, backend: str) -> tuple[sweepbridge.OpenSweep, sweepbridge.OpenSweep]:
        """Run a script with its sweep file, as they are, under the official agent and under ours: the two sweeps."""
        shutil.copytree(example, self.folder, dirs_exist_ok=True)
        config = yaml.safe_load((self.folder / "sweep.yaml").read_text())
        searched = {"method": "random"} if config["method"] == "grid" else {}
        config = {**config, **searched, "backend": backend, "run_cap": 2}
        (self.folder / "sweep.yaml").write_text(yaml.safe_dump(config))
        sweep = self.cli("sweep", "--project", "flows", "sweep.yaml")
        assert self.ended(self.agent(sweep)) == 0, self.said()
        environ = {name: value for name, value in self._ours().items() if not name.startswith("WANDB_")}
        ours = [sys.executable, "-m", "sweepbridge", "run", "sweep.yaml", "--store", str(self.folder / ".sweepbridge")]
        assert self.ended(self._start(ours, self.folder / "ours.log", environ)) == 0, self.said()
        first, second = sweepbridge.list_sweeps(store=self.store)
        return first, second

    def ended(self, process: subprocess.Popen) -> int:
        """The exit code of a process that ends by itself."""
        try:
            return process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(self.said()) from None

    def state_after(self, change: str, sweep: str) -> str:
        self.cli("sweep", change, f"sweepbridge/flows/{sweep}")
        return self.sweep(sweep).state

    def sweep(self, sweep: str) -> sweepbridge.OpenSweep:
        return sweepbridge.open_sweep(sweep, store=self.store)

    def rows_of(self, sweep: str, *numbers: int) -> int:
        """How many rows these trials have logged together; 0 if one has none."""
        counts = [len(self.sweep(sweep).rows(number)) for number in numbers]
        return sum(counts) if all(counts) else 0

    @cached_property
    def store(self) -> sweepbridge.Store:
        return sweepbridge.store_at(self.folder / ".sweepbridge")

    def until(self, holds: Any, alive: list[subprocess.Popen], trials: tuple[str, int] | None = None) -> None:
        """Wait until something holds; with `trials`, not before so many of a sweep have begun."""
        deadline = time.monotonic() + PATIENCE_S
        while (trials and len(self.sweep(trials[0]).trials) < trials[1]) or not holds():
            assert time.monotonic() < deadline, self.said()
            assert all(process.poll() is None for process in alive), self.said()
            time.sleep(0.05)

    def said(self) -> str:
        return "\n".join(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in sorted(self.folder.glob("*.log")))

    def environ(self) -> dict[str, str]:
        """The environment of the client, as a person has it who follows our docs."""
        return {**self._ours(), **for_client(f"http://127.0.0.1:{self.port}", KEY)}

    def close(self) -> None:
        self.store.close()
        for process in self._started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _ours(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("WANDB_", "SWEEPBRIDGE_"))}
        ways = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), self.door)
        path = f"{self.python_path.parent}{os.pathsep}{os.environ['PATH']}"
        return {**kept, **ways, "NO_PROXY": "127.0.0.1,localhost", "HOME": str(self.folder), "PATH": path}

    def _start(self, words: list[str], log: Path, environ: dict[str, str]) -> subprocess.Popen:
        with log.open("wb") as output:
            process = subprocess.Popen(
                words, cwd=self.folder, env=environ, stdout=output, stderr=output, start_new_session=True
            )
        self._started.append(process)
        return process


@pytest.fixture
def door():
    """A listening socket at which every way out of this machine ends. Nobody may knock."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):
            listening.accept()


@pytest.fixture
def make_site(tmp_path, door):
    """A standing server, and the client that a Python has."""
    made = []

    def start(python_path):
        made.append(Site(tmp_path, python_path, door))
        made[0].start_server()
        return made[0]

    yield start
    for one in made:
        one.close()


@pytest.fixture
def site(make_site):
    """A standing server and the newest client."""
    return make_site(Path(sys.executable))
