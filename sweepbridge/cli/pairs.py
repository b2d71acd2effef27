"""NAME=VALUE words of a command line, and what their values mean."""

from __future__ import annotations

from contextlib import suppress

from sweepbridge.errors import UsageError


def pair(word: str, *, what: str, example: str) -> tuple[str, int | float | bool | str | None]:
    """The name and the value in a word: a number where it is one, true, false and null, and else text.

    UsageError, which says what it is to be, for a word that has no name or no `=`.
    """
    name, equals, value = word.partition("=")
    if not (name and equals):
        left, _, right = example.partition("=")
        raise UsageError(f"not {what}", found=word, expected="NAME=VALUE", fix=f"{word.strip('=') or left}={right}")
    return name, _value(value)


def _value(value: str) -> int | float | bool | str | None:
    with suppress(ValueError):
        return int(value)
    with suppress(ValueError):
        return float(value)
    return {"true": True, "false": False, "null": None}.get(value, value)
