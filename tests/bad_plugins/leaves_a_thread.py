"""Starts a thread that never ends."""

import threading

from sweepbridge.plugin import from_function, hookimpl


def suggest(problem, trials, seed):
    threading.Thread(target=threading.Event().wait, name="bad-worker").start()
    return problem.space.decode(dict.fromkeys(problem.space, seed % 101 / 100))


@hookimpl
def sweepbridge_backends():
    return [from_function("bad", suggest)]
