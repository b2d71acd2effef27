"""An agent in a process of its own: it takes trials until the engine says that the sweep is over.

python works.py STORE SWEEP_ID AGENT
"""

import sys

from sweepbridge.api import engine_for
from sweepbridge.engine import Over, Result
from sweepbridge.store import Claim, open_store

if __name__ == "__main__":
    place, sweep_id, agent = sys.argv[1:]
    with open_store(place) as store:
        engine = engine_for(sweep_id, store)
        while not isinstance(claim := engine.next(agent), Over):
            if isinstance(claim, Claim):
                engine.record(claim, [{"loss": claim.trial.number}])
                engine.end(claim, Result("finished", {}))
                print(claim.trial.number, flush=True)
