"""The moment in which other people's code names the next trial: it may take long, and a person may not want to wait.

A searcher that thinks for minutes may be right to, so nothing cuts it off; but it is named, and Ctrl-C ends the wait at
once, because no run is going on that could be lost. Code that never gives control back to Python, in a loop of another
language, hears neither of the two (`docs/decisions/0020-a-slow-searcher-is-named-not-killed.md`).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from sweepbridge.agents.brake import Brake
from sweepbridge.agents.runner import Say

SLOW_S = 30.0
"""How long a searcher may think before that is said; again after twice as long, and so on."""


@contextlib.contextmanager
def searching(brake: Brake, who: str, say: Say, *, slow_s: float = SLOW_S) -> Iterator[None]:
    """Inside, a searcher is at work: the first pull on the brake raises KeyboardInterrupt, and slowness is told."""
    done = threading.Event()
    watch = threading.Thread(target=_watch, args=(done, who, say, slow_s), name="sweepbridge-slow-search", daemon=True)
    watch.start()
    try:
        with brake.interrupting(at=1):
            yield
    finally:
        done.set()
        watch.join()  # a run that forks is not to find a second thread


def _watch(done: threading.Event, who: str, say: Say, slow_s: float) -> None:
    pause, so_far = slow_s, slow_s
    while not done.wait(pause):
        say(
            f"warning: {who} has been naming the next trial for {so_far:g} seconds; "
            "other agents go on, and Ctrl-C ends this one"
        )
        pause, so_far = so_far, 2 * so_far
