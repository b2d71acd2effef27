"""Checks that nothing outside of a searcher is touched: its process is the agent's, and runs the user's code too."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import IO

from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import Broken, check


@check("manners", per="method")
def it_prints_nothing(case: Case) -> None:
    """Standard output stays empty: it is for what a command was asked for."""
    with _captured() as printed:
        case.checked(case.problem)
        case.play(seed=6).to(case.trials // 2).end_all()
        text = printed()
    if text:
        raise Broken(f"it printed {text[:60]!r} to standard output")


@check("manners", per="method")
def it_leaves_no_threads_behind(case: Case) -> None:
    """No thread goes on once it has answered: an agent that is done could not end."""
    before = {thread.ident for thread in threading.enumerate()}
    case.play(seed=6).to(case.trials // 2).end_all()
    left = [thread.name for thread in threading.enumerate() if thread.ident not in before and not thread.daemon]
    if left:
        raise Broken(f"{len(left)} threads run on after its last answer, {left[0]!r} among them")


@check("manners", per="method")
def it_leaves_the_process_as_it_is(case: Case) -> None:
    """The folder, the environment, the signals and the warnings' filters stay as the user has set them."""
    case.start()  # what a library does once, when it is loaded, is not the searcher's doing
    before = _state()
    case.play(seed=6).to(case.trials // 2).end_all()
    changed = [f"{name} was {before[name]!r}, and is {now!r}" for name, now in _state().items() if now != before[name]]
    if changed:
        raise Broken(f"a search has changed its process: {changed[0]}")


def _state() -> dict[str, object]:
    return {
        "the folder": os.getcwd(),
        "the environment": dict(os.environ),
        "the handler of Ctrl-C": signal.getsignal(signal.SIGINT),
        "the handler of SIGTERM": signal.getsignal(signal.SIGTERM),
        "the number of warnings' filters": len(warnings.filters),
        "the limit of recursion": sys.getrecursionlimit(),
    }


@contextlib.contextmanager
def _captured() -> Iterator[Callable[[], str]]:
    """Capture what is printed inside, by Python and by what lies below it; calling what is given tells what it was."""
    above = io.StringIO()
    with tempfile.TemporaryFile() as below, contextlib.redirect_stdout(above):
        kept = os.dup(1)
        os.dup2(below.fileno(), 1)
        try:
            yield lambda: above.getvalue() + _read(below)
        finally:
            os.dup2(kept, 1)
            os.close(kept)


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
