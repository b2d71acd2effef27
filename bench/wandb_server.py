"""What the standing W&B server sustains: heartbeats and history rows a second, and its memory over many runs.

    python bench/wandb_server.py [--agents 100] [--seconds 15] [--runs 10000]

The server is a process of its own, with a store on this disk. Its clients here are threads that send what W&B's client
sends, as requests alone: real clients would need a second machine of their own. Four measurements:

- Heartbeats: eight agents that have a run each say so as fast as they can.
- Rows: eight runs post a hundred rows of history at a time, as fast as they can.
- Pace: so many agents at the client's own pace, a heartbeat every 5 s and a post of one row every second.
- Memory: one agent after the other takes a run, logs, and ends it. The server's resident memory, as it goes on.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

CONFIG = """\
method: random
metric: {name: loss}
parameters: {x: {min: 0.0, max: 1.0}}
"""
HEARTBEAT = """
mutation Heartbeat($id: ID!, $metrics: JSONString, $runState: JSONString) {
  agentHeartbeat(input: {id: $id, metrics: $metrics, runState: $runState}) { agent { id } commands }
}
"""


@dataclass
class Client:
    """One agent and its run, over a connection that stays open."""

    port: int
    agent: str = ""
    run: str = ""
    rows: int = 0
    times: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def begin(self, sweep: str) -> None:
        """Be an agent of a sweep."""
        query = 'mutation($s: String!) { createAgent(input: {host: "bench", sweep: $s}) { agent { id } } }'
        self.agent = self.ask(query, s=sweep)["createAgent"]["agent"]["id"]

    def take(self) -> None:
        """Take a run, and call init in it."""
        [command] = self.beat()
        self.run, self.rows = command["run_id"], 0
        query = 'mutation($n: String) { upsertBucket(input: {name: $n, config: "{}"}) { inserted } }'
        self.ask(query, n=self.run)

    def beat(self) -> list[dict]:
        """Say which run it has."""
        began = time.perf_counter()
        answer = self.ask(HEARTBEAT, id=self.agent, runState=json.dumps({self.run: True} if self.run else {}))
        self.times.append(time.perf_counter() - began)
        return json.loads(answer["agentHeartbeat"]["commands"])

    def log(self, count: int) -> None:
        """Post rows of history."""
        places = range(self.rows, self.rows + count)
        lines = [json.dumps({"loss": 1 / (place + 1), "_step": place, "_timestamp": 1e9 + place}) for place in places]
        self.post({"files": {"wandb-history.jsonl": {"offset": self.rows, "content": lines}}})
        self.rows += count

    def finish(self) -> None:
        """End the run."""
        self.post({"complete": True, "exitcode": 0})
        self.run = ""

    def ask(self, query: str, **variables: object) -> dict:
        """Send a query."""
        return self._sent("/graphql", {"query": query, "variables": variables})["data"]

    def post(self, body: dict) -> None:
        """Send a post of the run's file stream."""
        self._sent(f"/files/e/p/{self.run}/file_stream", body)

    def _sent(self, path: str, body: dict) -> dict:
        self._connection.request("POST", path, json.dumps(body))
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        return json.loads(content)


@contextlib.contextmanager
def server(folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """A standing server: its port, and its process."""
    log = folder / "server.log"
    words = [sys.executable, "-m", "sweepbridge", "wandb-server", "--port", "0", "--store", str(folder / "store")]
    with log.open("wb") as output, subprocess.Popen(words, stderr=output) as process:
        try:
            while "serving" not in log.read_text():
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            yield int(log.read_text().split("127.0.0.1:")[1].split()[0]), psutil.Process(process.pid)
        finally:
            process.terminate()


def agents(port: int, count: int) -> list[Client]:
    """So many agents of a new sweep, each with a run."""
    maker = Client(port)
    query = "mutation($c: String) { upsertSweep(input: {config: $c}) { sweep { name } } }"
    sweep = maker.ask(query, c=CONFIG)["upsertSweep"]["sweep"]["name"]
    clients = [Client(port) for _ in range(count)]
    for client in clients:
        client.begin(sweep)
        client.take()
        client.times.clear()
    return clients


def for_seconds(seconds: float, clients: list[Client], step: Callable[[Client], None]) -> float:
    """Let each client repeat a step in a thread of its own: how long that took in all."""
    until = time.monotonic() + seconds

    def work(client: Client) -> None:
        while time.monotonic() < until:
            step(client)

    began = time.monotonic()
    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began


def at_the_clients_pace(client: Client) -> None:
    """A heartbeat, and five posts of a row, within five seconds."""
    client.beat()
    for _ in range(5):
        began = time.monotonic()
        client.log(1)
        time.sleep(max(0.0, 1.0 - (time.monotonic() - began)))


def memory(port: int, process: psutil.Process, runs: int) -> None:
    """The server's memory while many runs come and go."""
    [client] = agents(port, 1)
    began = time.monotonic()
    for number in range(1, runs + 1):
        client.log(1)
        client.finish()
        client.take()
        if number in (runs // 10, runs // 2, runs):
            rate = number / (time.monotonic() - began)
            print(f"after {number:6} runs  {process.memory_info().rss / 2**20:7.1f} MiB   {rate:6.1f} runs/s")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--runs", type=int, default=10_000)
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as (port, process):
        few = agents(port, 8)
        took = for_seconds(given.seconds, few, lambda client: client.beat() and None)
        print(f"heartbeats   {sum(len(client.times) for client in few) / took:8.0f} a second, by 8 agents")
        took = for_seconds(given.seconds, few, lambda client: client.log(100))
        print(f"rows         {sum(client.rows for client in few) / took:8.0f} a second, by 8 runs, 100 a post")
        many = agents(port, given.agents)
        for_seconds(given.seconds, many, at_the_clients_pace)
        times = sorted(one for client in many for one in client.times)
        p50, p95 = statistics.median(times), times[int(0.95 * len(times))]
        print(
            f"pace         {given.agents} agents: a heartbeat takes {p50 * 1e3:.1f} ms, 95 % below {p95 * 1e3:.1f} ms"
        )
        memory(port, process, given.runs)


if __name__ == "__main__":
    main()
