"""Work that goes through many things, and may take long: whoever has people to show it to counts them as they go by.

What is counted is what comes back, in its order, so the work is the same with and without. `view/bar.py` draws a bar.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Counting(Protocol):
    """Goes through things, and shows how far that is."""

    def __call__(self, items: Sequence[Item], what: str, /) -> AbstractContextManager[Iterable[Item]]:
        """The same items, in their order, for a loop in the block; `what` says to people what is done with them."""


@contextmanager
def uncounted(items: Sequence[Item], what: str, /) -> Iterator[Iterable[Item]]:  # noqa: ARG001  # nobody is told
    """The items, and nothing is shown."""
    yield items
