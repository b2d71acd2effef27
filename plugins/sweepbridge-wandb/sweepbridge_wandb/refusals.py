"""What the server says no to, and how it reads what a client has sent: by name, and of the kind that is expected."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias, cast

from sweepbridge.plugin import Json

Object: TypeAlias = Mapping[str, Json]


class Refused(Exception):
    """The client's fault: it is told why, with an HTTP status that makes it stop asking."""

    def __init__(self, why: str, status: int = 400) -> None:
        self.why = why
        self.status = status
        super().__init__(why)


class TryLater(Exception):
    """Nobody's fault: the client keeps what it has, and sends it again."""


def json_of(text: str | bytes, what: str) -> Json:
    """The value of a JSON text; NaN and infinities are taken, as Python writes them. Refused for anything else."""
    try:
        return cast("Json", json.loads(text))
    except (ValueError, RecursionError) as error:
        raise Refused(f"{what} is no JSON: {error}") from None


def object_of(value: Json, what: str) -> dict[str, Json]:
    """A value that has to be an object."""
    if not isinstance(value, dict):
        raise Refused(f"{what} is no object, but {_kind(value)}")
    return value


class Given:
    """The arguments of a GraphQL field, or one of its inputs. What is null counts as not given."""

    def __init__(self, values: Object) -> None:
        self._values = values

    def has(self, name: str) -> bool:
        """Whether something was given under this name."""
        return self._values.get(name) is not None

    def text(self, name: str) -> str | None:
        """A text that may be missing."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, str):
            raise Refused(f"{name} is no text, but {_kind(value)}")
        return value

    def the_text(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if value is None:
            raise Refused(f"{name} is missing")
        return value

    def number(self, name: str, otherwise: int) -> int:
        """A whole number that may be missing."""
        value = self._values.get(name)
        if value is None:
            return otherwise
        if isinstance(value, bool) or not isinstance(value, int):
            raise Refused(f"{name} is no whole number, but {_kind(value)}")
        return value

    def texts(self, name: str) -> list[str]:
        """A list of texts; empty if it is missing."""
        value = self._values.get(name) or []
        found = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in found):
            raise Refused(f"{name} is no list of texts")
        return cast("list[str]", found)

    def objects(self, name: str) -> list[dict[str, Json]]:
        """A list of objects; empty if it is missing."""
        value = self._values.get(name) or []
        return [object_of(one, name) for one in (value if isinstance(value, list) else [value])]

    def object(self, name: str) -> dict[str, Json]:
        """An object that was given as JSON text; empty if it is missing."""
        text = self.text(name)
        return object_of(json_of(text, name), name) if text else {}

    def inner(self, name: str) -> Given:
        """What was given inside."""
        return Given(object_of(self._values.get(name), name))


def _kind(value: Json) -> str:
    return "nothing" if value is None else f"{type(value).__name__} {str(value)[:60]!r}"
