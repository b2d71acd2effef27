"""A process that forks others, each of which is killed inside of one transaction, a statement later each time.

    python dies.py STORE SWEEP_ID begin|end

Prints how many it has killed.
"""

import os
import signal
import sys

from sqlalchemy import event

from sweepbridge.store import Ending, open_store
from sweepbridge.trials import Suggestion


def prepared(store, sweep_id, deed):
    if deed == "begin":
        length = store.sweep(sweep_id).length
        return lambda: store.begin(sweep_id, Suggestion({"a": 1}), 1, at=length, agent="ann")
    claim = store.own(sweep_id, "ann")
    return lambda: store.end(claim, Ending("finished", (0.5,)))


def die_before(store, statement):
    """Kill this process before it runs its `statement`-th change, or before the commit that follows the last."""
    changes = iter(range(1, 100))

    def count(_connection, _cursor, sql, *_):
        if not sql.startswith(("SELECT", "BEGIN")) and next(changes) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def commit(_connection):
        if next(changes) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(store._database._engine, "before_cursor_execute", count)
    event.listen(store._database._engine, "commit", commit)


def was_killed(place, sweep_id, deed, statement):
    if (child := os.fork()) == 0:
        with open_store(place) as store:
            act = prepared(store, sweep_id, deed)
            die_before(store, statement)
            assert act() is not None
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    place, sweep_id, deed = sys.argv[1:]
    killed = 0
    while was_killed(place, sweep_id, deed, killed + 1):
        killed += 1
    print(killed)
