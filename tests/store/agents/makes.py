"""A process that opens a store, makes it if need be, and adds a sweep: `python makes.py STORE`."""

import sys

from sweepbridge.store import NewSweep, open_store

if __name__ == "__main__":
    with open_store(sys.argv[1]) as store:
        store.create(NewSweep({}, 1, "random", "random"))
