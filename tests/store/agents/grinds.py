"""An agent in a process of its own: it begins, records and ends trials until the sweep has so many.

python grinds.py STORE SWEEP_ID AGENT TRIALS
"""

import sys

from sweepbridge.store import Ending, Row, Store, open_store
from sweepbridge.trials import Suggestion


def grind(store: Store, sweep_id: str, agent: str, trials: int) -> None:
    while (sweep := store.sweep(sweep_id)).began < trials:
        claim = store.begin(sweep_id, Suggestion({"at": sweep.length}), 1, at=sweep.length, agent=agent)
        if claim is not None:
            store.record(claim, [Row(0, {"loss": 0.5}, 0.5)])
            store.end(claim, Ending("finished", (0.5,), (0.5,)))


if __name__ == "__main__":
    place, sweep_id, agent, trials = sys.argv[1:]
    with open_store(place) as store:
        grind(store, sweep_id, agent, int(trials))
