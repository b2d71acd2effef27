"""What W&B's companion costs an agent: with no run that knocks, and from the first one on.

    python bench/companion.py [--repeats 200] [--servers 5]

Processor time of this process for a companion that starts, is asked for a run's variables and closes; then processor
time and resident memory of the server that the first connection starts, once it has answered. Medians.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from sweepbridge_wandb.companion import Beside, WandbCompanion

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def without_a_run(folder: Path) -> float:
    """CPU seconds."""
    began = time.process_time()
    beside = WandbCompanion().start()
    beside.environ(folder, {"WANDB_RUN_ID": "run"}, {})
    beside.close()
    return time.process_time() - began


def with_a_run(folder: Path) -> tuple[float, float]:
    """CPU seconds and MiB of the server, once it has answered."""
    beside = WandbCompanion().start()
    try:
        url = beside.environ(folder, {"WANDB_RUN_ID": "run"}, {})["WANDB_BASE_URL"]
        with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(url, timeout=60):
            pass
        return of_process(server_of(beside))
    finally:
        beside.close()


def server_of(beside: Beside) -> int:
    """The number of the server's process."""
    assert beside._server is not None  # noqa: SLF001
    return beside._server.pid  # noqa: SLF001


def of_process(pid: int) -> tuple[float, float]:
    """CPU seconds and MiB, from Linux's own books."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND, pages * PAGE / 2**20


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--servers", type=int, default=5)
    terms = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        idle = statistics.median(without_a_run(folder) for _ in range(terms.repeats))
        servers = [with_a_run(folder) for _ in range(terms.servers)]
    print(f"no run connects: {idle * 1e3:.2f} ms of a processor")
    print(f"its server, after one request: {statistics.median(one for one, _ in servers):.2f} s of a processor", end="")
    print(f", {statistics.median(size for _, size in servers):.0f} MiB")


if __name__ == "__main__":
    main()
