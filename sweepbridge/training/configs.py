"""The run's parameters, as training code sees them: items, attributes, and values that the sweep has locked.

A nested parameter is a plain dict inside, as in W&B's client: `config.optimizer["lr"]`.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from sweepbridge.errors import RunError
from sweepbridge.space import Json

_FREE = object()
"""Stands where the sweep has set no value; None is a value."""


@dataclass
class Values:
    """What a config holds: everything, and the part of it that the sweep has set."""

    locked: dict[str, Any]
    present: dict[str, Any]
    warned: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, locked: Mapping[str, Json]) -> Values:
        """The values of a run at its start: the sweep's parameters. Two copies, because `present` may be changed."""
        text = json.dumps(locked)
        return cls(json.loads(text), json.loads(text))

    def put(self, name: str, value: object) -> None:
        """Set a value. Where the sweep has set one, nothing changes; dicts merge, name by name."""
        self.present[name] = self._merged(name, self.locked.get(name, _FREE), self.present.get(name), value)

    def fill(self, name: str, value: object) -> None:
        """Set a value where there is none; dicts are filled name by name."""
        self.present[name] = _filled(self.present.get(name, _FREE), value)

    def remove(self, name: str) -> None:
        """Take a value away, unless the sweep has set it."""
        if name in self.locked:
            self._warn(name)
        else:
            del self.present[name]

    def _merged(self, path: str, locked: object, present: object, given: object) -> Any:
        if locked is _FREE:
            return given
        if isinstance(locked, dict) and isinstance(given, Mapping):
            merged = dict(present) if isinstance(present, dict) else {}
            for name, value in given.items():
                merged[name] = self._merged(f"{path}.{name}", locked.get(name, _FREE), merged.get(name), value)
            return merged
        if not _is_equal(given, locked):
            self._warn(path)
        return present

    def _warn(self, path: str) -> None:
        if path not in self.warned:
            self.warned.add(path)
            warnings.warn(f"config.{path} stays as the sweep has set it", stacklevel=5)


class Config(MutableMapping[str, Any]):
    """Parameters as items and as attributes. What the sweep has set is locked: a change is ignored, and said once."""

    _source: Callable[[], Values]

    def __init__(self, source: Callable[[], Values]) -> None:
        object.__setattr__(self, "_source", source)

    def __getitem__(self, name: str) -> Any:
        return self._source().present[name]

    def __setitem__(self, name: str, value: object) -> None:
        self._source().put(name, value)

    def __delitem__(self, name: str) -> None:
        self._source().remove(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._source().present)

    def __len__(self) -> int:
        return len(self._source().present)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # copy and pickle ask for these before there is a source
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"config has no {name!r}; it has {', '.join(self) or 'nothing'}") from None

    def __setattr__(self, name: str, value: object) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        del self[name]

    def __repr__(self) -> str:
        return repr(dict(self))

    def update(  # type: ignore[override]  # W&B's: the namespace of argparse is taken too
        self,
        given: Any = None,
        allow_val_change: bool | None = None,  # noqa: ARG002  # W&B's name
        **named: Any,
    ) -> None:
        """Set several at once, from a dict, an argparse namespace or keywords."""
        for name, value in {**as_mapping(given), **named}.items():
            self[name] = value

    def setdefaults(self, given: Any) -> None:
        """Set what is not there yet."""
        for name, value in as_mapping(given).items():
            self.setdefault(name, value)

    def as_dict(self) -> dict[str, Any]:
        """A copy, as a plain dict."""
        return {name: dict(value) if isinstance(value, dict) else value for name, value in self.items()}


def _filled(present: object, default: object) -> Any:
    if isinstance(present, dict) and isinstance(default, dict):
        return present | {name: _filled(present.get(name, _FREE), value) for name, value in default.items()}
    return default if present is _FREE else present


def as_mapping(given: Any) -> Mapping[str, Any]:
    """A dict, an argparse namespace or None as a mapping. RunError for anything else."""
    match given:
        case None:
            return {}
        case Mapping():
            return given
        case _ if hasattr(given, "__dict__") and not callable(given):
            return dict(vars(given))
        case _:
            raise RunError(
                "config can't be read",
                found=f"{given!r} of type {type(given).__name__}",
                expected="a dict, or an argparse namespace",
                fix="read the file, and give init() the dict" if isinstance(given, str) else "give init() a dict",
            )


def _is_equal(given: object, locked: object) -> bool:
    # Two arrays compare to an array: what has no plain truth value is taken for a change.
    try:
        return bool(given == locked)
    except (TypeError, ValueError):
        return False
