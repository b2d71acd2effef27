"""A process that forks while a thread of its own is writing: `python forks.py STORE SWEEP_ID TRIALS`.

Parent, thread and children all go on with the store that was open before the fork.
"""

import os
import sys
import threading

from grinds import grind

from sweepbridge.store import open_store

if __name__ == "__main__":
    place, sweep_id, trials = sys.argv[1:]
    store = open_store(place)
    thread = threading.Thread(target=grind, args=(store, sweep_id, "thread", int(trials)))
    thread.start()
    children = []
    for number in range(4):
        child = os.fork()
        if child == 0:
            grind(store, sweep_id, f"child-{number}", int(trials))
            os._exit(0)
        children.append(child)
    grind(store, sweep_id, "parent", int(trials))
    thread.join()
    sys.exit(any(os.waitpid(child, 0)[1] for child in children))
