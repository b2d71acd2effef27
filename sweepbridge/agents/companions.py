"""The companions of one agent: what plugins let live beside it, for the sake of its runs.

A companion is other people's code at the side of every run, so what it raises ends nothing. It is named once, and the
runs go on without it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from sweepbridge.plugin import Companion, CompanionSession
from sweepbridge.registry import Offer, Registry

Given = TypeVar("Given")


class Companions:
    """All companions of one agent. Without any, nothing happens."""

    def __init__(self, offers: Iterable[Offer[Companion]] = ()) -> None:
        self._offers = tuple(offers)
        self._sessions: list[tuple[Offer[Companion], CompanionSession]] = []

    @classmethod
    def of(cls, registry: Registry) -> Companions:
        """Every companion that is installed."""
        return cls(offer for offers in registry.companions.values() for offer in offers)

    def start(self) -> None:
        """Let each of them start."""
        for offer in self._offers:
            session = _tried(offer, "start", offer.record.start)
            if session is not None:
                self._sessions.append((offer, session))

    def environ(self, directory: Path, given: Mapping[str, str], users: Mapping[str, str]) -> dict[str, str]:
        """What they add to the environment of a run. One that fails is not asked again."""
        added: dict[str, str] = {}
        for offer, session in tuple(self._sessions):
            more = _tried(offer, "environ", partial(_asked, session, directory, {**given, **added}, users))
            if more is None:
                self._sessions.remove((offer, session))
                _tried(offer, "close", session.close)
            added.update(more or {})
        return added

    def close(self) -> None:
        """Let each of them close. A second time does nothing."""
        while self._sessions:
            offer, session = self._sessions.pop()
            _tried(offer, "close", session.close)


def _tried(offer: Offer[Companion], doing: str, call: Callable[[], Given]) -> Given | None:
    """What a call into a companion gives; None, and a warning that names its distribution, if it fails."""
    try:
        return call()
    except Exception as error:  # the border to other people's code
        name = f"companion {offer.record.name} of {offer.plugin.title}"
        warnings.warn(f"{name} failed at {doing}(), and runs go on without it: {error!r}", stacklevel=2)
        return None


def _asked(
    session: CompanionSession, directory: Path, made: Mapping[str, str], users: Mapping[str, str]
) -> dict[str, str]:
    """What one adds, if it is such as a process can have."""
    given = session.environ(directory, made, users)
    strange = [name for name, value in given.items() if not (isinstance(name, str) and isinstance(value, str))]
    if strange:
        raise TypeError(f"{strange[0]} is no text, or has none")
    return dict(given)
