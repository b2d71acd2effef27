"""Lengths of time in a config: a number of seconds, or text such as `2h30m`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from sweepbridge.space import Json
from sweepbridge.spec.findings import written
from sweepbridge.spec.kinds import number, number_in, refuse

_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_PARTS = re.compile(r"(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?")


def duration(value: Json, info: ValidationInfo) -> float:
    """A length of time above 0, in seconds."""
    is_text = isinstance(value, str) and number_in(value) is None
    seconds = _seconds(str(value)) if is_text else float(number(value, info))
    if seconds is None or seconds <= 0:
        refuse(
            written(info.field_name, value),
            expected="a number of seconds above 0, or days, hours, minutes and seconds, as in 2h30m",
            fix=f"{info.field_name}: 2h30m",
        )
    return seconds


def _seconds(text: str) -> float | None:
    found = _PARTS.fullmatch(re.sub(r"\s", "", text))
    if found is None or not any(found.groups()):
        return None
    return sum(float(part) * unit for part, unit in zip(found.groups(), _SECONDS.values(), strict=True) if part)


Duration = Annotated[
    float,
    PlainValidator(duration),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0},
                {"type": "string", "pattern": r"^\s*(\d+(\.\d+)?\s*[dhms]\s*)+$"},
            ]
        }
    ),
]
