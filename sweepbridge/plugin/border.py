"""The border to other people's code: what they raise comes back with a name to it, and what they print goes aside."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator


class TookTooLong(BaseException):
    """The time that was given to other people's code is up. Not an Exception, so that few of them catch it."""


@contextlib.contextmanager
def border(told: Callable[[str], Exception]) -> Iterator[None]:
    """Call other people's code inside: whatever it raises is raised as what `told` makes of it, with the cause.

    `told` is given the error in words. That a plugin exits, or panics in another language, is an error like any
    other; a KeyboardInterrupt is a person's own, and passes, as does TookTooLong.
    """
    try:
        yield
    except (KeyboardInterrupt, TookTooLong):
        raise
    except BaseException as error:
        raise told(in_words(error)) from error


def in_words(error: BaseException) -> str:
    """An error as errors of ours quote it: its type, and what it says."""
    said = str(error)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


@contextlib.contextmanager
def prints_aside() -> Iterator[None]:
    """Let what is printed inside go to standard error: standard output is for what a command was asked for.

    Only in the main thread: `sys.stdout` is one for all threads, and a run may be printing in another.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with contextlib.redirect_stdout(sys.stderr):
        yield
