"""The run's summary: the last value of everything logged, and what the run sets by hand, which wins."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from sweepbridge.rundir import NotPlain, plain, replace
from sweepbridge.space import Json


class SummaryFile:
    """What a summary holds. Only what is set by hand is on disk: the last values follow from the metrics."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._logged: dict[str, Json] = {}
        self._given: dict[str, Json] = {}

    def values(self) -> dict[str, Json]:
        """All there is."""
        return {**self._logged, **self._given}

    def logged(self, row: Mapping[str, Json]) -> None:
        """Remember a logged row's values as the last ones."""
        self._logged.update((name, value) for name, value in row.items() if not name.startswith("_"))

    def put(self, given: Mapping[str, object]) -> None:
        """Set values by hand. One that JSON can't hold is left out, with a warning."""
        for name, value in given.items():
            self._put_one(str(name), value)
        replace(self._file, self._given)

    def remove(self, name: str) -> None:
        """Take away a value, whichever way it came; KeyError if there is none."""
        del {**self._logged, **self._given}[name]
        self._logged.pop(name, None)
        self._given.pop(name, None)
        replace(self._file, self._given)

    def _put_one(self, name: str, value: object) -> None:
        try:
            self._given[name] = plain(value)
        except NotPlain as error:
            warnings.warn(f"summary.{name} is not kept: {error}", stacklevel=5)


class Summary(MutableMapping[str, Any]):
    """The summary as training code sees it."""

    def __init__(self, source: Callable[[], SummaryFile]) -> None:
        self._source = source

    def __getitem__(self, name: str) -> Any:
        return self._source().values()[name]

    def __setitem__(self, name: str, value: object) -> None:
        self._source().put({name: value})

    def __delitem__(self, name: str) -> None:
        self._source().remove(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._source().values())

    def __len__(self) -> int:
        return len(self._source().values())

    def __repr__(self) -> str:
        return repr(dict(self))

    def update(self, *given: Any, **named: Any) -> None:
        """Set several at once, in one write."""
        self._source().put(dict(*given, **named))
