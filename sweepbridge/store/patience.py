"""Waiting for a database that went away: a call is made again until it comes through, or patience ends.

A server that is restarted in the middle of a sweep is away for seconds. An agent that gave up would take hours of
training along, so it waits; the others wait as well, so nobody is taken for lost meanwhile.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from typing import Concatenate, ParamSpec, TypeVar

from sweepbridge.store.troubles import Unsettled

PATIENCE_S = 45.0
"""How long a call is made again before its error counts: less than the silence after which a run is taken for lost."""

_P = ParamSpec("_P")
_T = TypeVar("_T")
_Self = TypeVar("_Self")


def patient(
    method: Callable[Concatenate[_Self, _P], _T],
) -> Callable[Concatenate[_Self, _P], _T]:
    """A method that is called again when it comes back Unsettled. It must be right to call it twice."""

    @functools.wraps(method)
    def called(self: _Self, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        for pause in _pauses():
            try:
                return method(self, *args, **kwargs)
            except Unsettled:  # noqa: PERF203  # to try again is what this loop is for
                time.sleep(pause)
        return method(self, *args, **kwargs)

    return called


def _pauses() -> Iterator[float]:
    until, pause = time.monotonic() + PATIENCE_S, 0.02
    while time.monotonic() + pause < until:
        yield pause
        pause = min(pause * 2, 2.0)
