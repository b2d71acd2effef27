"""A cell of a notebook that shows a sweep while an agent works on it: one output, which is replaced again and again.

A notebook's kernel has loaded IPython already. Where it is not loaded there is no notebook, and it is not loaded to
find that out.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections import deque
from contextvars import copy_context
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from sweepbridge.errors import StoreError
from sweepbridge.view.notebook import ended_html, live_html
from sweepbridge.view.watch import Watched, headline

LOOK_S = 0.5
"""How often the cell is drawn anew."""

SAID = 12
"""How many of the latest lines stay in it."""


def is_in_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return getattr(get_ipython() if get_ipython is not None else None, "kernel", None) is not None


@dataclass
class Cell:
    """Shows a sweep inside its block, in the cell that is being executed, from a thread of its own."""

    watched: Watched
    said: deque[str] = field(default_factory=lambda: deque(maxlen=SAID))
    _over: threading.Event = field(default_factory=threading.Event)
    _shown: Any = None
    """IPython's handle of what is displayed."""
    _thread: threading.Thread | None = None
    _began: float = 0.0

    def __enter__(self) -> Cell:
        self.watched.join()
        self._began = time.monotonic() - self.watched.elapsed_before_s
        from IPython.display import display  # a kernel has loaded it

        shown = self._as_it_goes_on()
        self._shown = display(shown, raw=True, display_id=True)  # type: ignore[no-untyped-call]  # IPython's own
        # In this context, or the kernel would not know to which cell the news belong.
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._go_on,), name="sweepbridge-cell", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        assert self._thread is not None
        self._thread.join()
        with contextlib.suppress(StoreError):  # what has kept the agent from its work is raised there
            self._show(self._as_it_ended())

    def say(self, text: str) -> None:
        """Show one thing, a line or a whole traceback, until others have taken its place."""
        self.said.extend(text.splitlines())

    def _go_on(self) -> None:
        while not self._over.wait(LOOK_S):
            with contextlib.suppress(StoreError):  # it may be back at the next look
                self.watched.catch_up()
                self._show(self._as_it_goes_on())

    def _show(self, data: dict[str, str]) -> None:
        self._shown.update(data, raw=True)

    def _as_it_goes_on(self) -> dict[str, str]:
        elapsed_s = time.monotonic() - self._began
        html = live_html(self.watched, elapsed_s, tuple(self.said))
        return {"text/html": html, "text/plain": headline(self.watched, elapsed_s)}

    def _as_it_ended(self) -> dict[str, str]:
        self.watched.catch_up()
        html = ended_html(self.watched, tuple(self.said))
        return {"text/html": html, "text/plain": headline(self.watched, time.monotonic() - self._began)}
