"""Never answers, and keeps Python from taking any signal; says that it hangs in the file that HANG names."""

import os
from pathlib import Path

from sweepbridge.plugin import from_function, hookimpl


def suggest(problem, trials, seed):
    Path(os.environ["HANG"]).touch()
    return sum(range(10**15))


@hookimpl
def sweepbridge_backends():
    return [from_function("bad", suggest)]
