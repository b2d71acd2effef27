"""What the tests of this plugin share: a server in this process, with a clock that stands, and requests to it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from sweepbridge_wandb.app import make_app
from sweepbridge_wandb.standing import Standing
from sweepbridge_wandb.views import House

import sweepbridge

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
mutation UpsertBucket($name: String, $project: String, $config: JSONString, $sweep: String, $tags: [String!]) {
  upsertBucket(input: {name: $name, modelName: $project, config: $config, sweep: $sweep, tags: $tags}) {
    bucket { id name config sweepName historyLineCount } inserted
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
