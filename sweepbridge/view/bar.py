"""A bar for work that takes long: on a terminal alone, once a second has passed, and gone when the work is done.

It is drawn on standard error, and elsewhere than on a terminal nothing is drawn at all.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

Item = TypeVar("Item")

APPEARS_AFTER_S = 1.0
"""What is done sooner needs no bar."""


class Bar:
    """A bar that appears when it is moved after a second or later; `total` None is work of unknown length."""

    def __init__(self, what: str, total: int | None) -> None:
        self._what = what
        self._total = total
        self._began = time.monotonic()
        self._progress: Progress | None = None

    @cached_property
    def console(self) -> Console:
        """What it is drawn on."""
        return Console(stderr=True, highlight=False, soft_wrap=True)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def move(self, done: int, what: str | None = None) -> None:
        """So many are done; `what` is what is at hand now."""
        self._what = what or self._what
        if self._progress is None and time.monotonic() - self._began >= APPEARS_AFTER_S:
            self.appear()
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], completed=done, description=self._what)

    def appear(self) -> None:
        """Be drawn from now on, where there is a terminal to draw on."""
        self._progress = _drawn(self.console, is_endless=self._total is None)
        self._progress.add_task(self._what, total=self._total)
        self._progress.start()

    def say(self, line: str) -> None:
        """Print one line, above the bar where there is one."""
        self.console.print(Text(line))


@contextmanager
def counted(items: Sequence[Item], what: str, /) -> Iterator[Iterable[Item]]:
    """The same items, for a loop in the block; a bar counts those that are done, and how long the rest may take."""
    with Bar(what, len(items)) as bar:
        yield _moving(bar, items)


def _moving(bar: Bar, items: Iterable[Item]) -> Iterator[Item]:
    for done, item in enumerate(items):
        bar.move(done)
        yield item


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """While the block goes on, of which nobody knows how long it takes, a bar goes to and fro."""
    with Bar(what, None) as bar:
        clock = threading.Timer(APPEARS_AFTER_S, bar.appear)
        clock.start()
        try:
            yield
        finally:
            clock.cancel()
            clock.join()


def _drawn(console: Console, *, is_endless: bool) -> Progress:
    bar = BarColumn(complete_style="cyan", finished_style="cyan", pulse_style="cyan")
    known = (TimeElapsedColumn(),) if is_endless else (MofNCompleteColumn(), TimeRemainingColumn())
    is_silent = not console.is_terminal or console.is_dumb_terminal
    return Progress(TextColumn("{task.description}"), bar, *known, console=console, transient=True, disable=is_silent)
