"""Never answers, in a process that has HANG set; says so in the file that it names."""

import os
import time
from pathlib import Path

from sweepbridge.plugin import from_function, hookimpl


def suggest(problem, trials, seed):
    if "HANG" in os.environ:
        Path(os.environ["HANG"]).touch()
        time.sleep(3600)
    return problem.space.decode(dict.fromkeys(problem.space, seed % 101 / 100))


@hookimpl
def sweepbridge_backends():
    return [from_function("bad", suggest)]
