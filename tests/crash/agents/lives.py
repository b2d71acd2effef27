"""One sweep, worked through by agents that die one after the other, each in a process of its own.

    python lives.py STORE LIVES [MODULE…]

Each line of the file LIVES is JSON: `sweep` is an id, and `moments` says at which moments its agents kill themselves,
one after the other, such as `before-3` or `after-7`: before the event of that position is stored, or after it is, but
before the agent knows of it. When no moment is left, an agent lives on until the sweep is over.

The processes are forks of this one, so that a search library, with the modules that it would import later, is imported
once and not in each of them. Nothing else is carried along: store, engine and searcher are made anew in each.
"""

import json
import math
import os
import signal
import sys
from importlib import import_module
from pathlib import Path

import sweepbridge
from sweepbridge.api import engine_for, work_on
from sweepbridge.store import open_store


def train():
    """Deterministic in the parameters, with two rows, so that a run can be killed between them."""
    with sweepbridge.init() as run:
        config = run.config
        run.log({"loss": 5.0})
        run.log({"loss": (math.log10(config["lr"]) + 3) ** 2 + abs(config["units"] - 20) / 10 + len(config["kind"])})


def live(place, sweep_id, moment, name):
    """Be an agent: until the moment, or until the sweep is over if there is none."""
    store = open_store(place)
    if moment is not None:
        when, _, position = moment.partition("-")
        for deed in ("begin", "end"):
            setattr(store, deed, deadly(getattr(store, deed), store, sweep_id, when, int(position)))
    work_on(sweep_id, store, train, name=name, count=None, say=lambda _: None)


def deadly(deed, store, sweep_id, when, position):
    """The same deed, which kills this process where it would write the event of this position."""

    def done(*given, **named):
        is_the_one = store.sweep(sweep_id).length == position
        if is_the_one and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = deed(*given, **named)
        if is_the_one:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    return done


def lived(place, sweep_id, moment, name):
    """Let an agent live in a fork: the signal that it died of, or 0."""
    if (child := os.fork()) == 0:
        code = 1
        try:
            live(place, sweep_id, moment, name)
            code = 0
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "an agent raised"
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


if __name__ == "__main__":
    place, file, *modules = sys.argv[1:]
    jobs = [json.loads(line) for line in Path(file).read_text().splitlines()]
    for module in modules:
        import_module(module)
    with open_store(place) as store:
        engine_for(jobs[0]["sweep"], store).plan.start()
    for job in jobs:
        moments = [*job["moments"], None]
        signals = [lived(place, job["sweep"], moment, f"life-{number}") for number, moment in enumerate(moments)]
        assert signals == [signal.SIGKILL] * len(job["moments"]) + [0], signals
