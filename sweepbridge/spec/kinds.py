"""The kinds of value that a key can take, each with its own check and its own words for what is wrong.

pydantic's own types convert too much ("5" to 5, true to 1) and say too little, so none of them is used for
scalars. The values that come in are plain JSON already.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Annotated, NoReturn

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from sweepbridge.space import Json
from sweepbridge.spec.findings import Location, listed, nearest, shown, written
from sweepbridge.spec.slips import number_meant

FINDING = "finding"
"""The error type that marks an error of ours among pydantic's own."""


def refuse(found: str, *, expected: str, fix: str, at: Location = ()) -> NoReturn:
    """Raise, as a validator does, what is wrong with a value; `at` leads on from the validator's own place."""
    parts = {"found": found, "expected": expected, "fix": fix, "at": at}
    raise PydanticCustomError(FINDING, "{expected}", parts)


def number_in(text: str) -> str | None:
    """The number that a text spells, as it is to be written without quotes; None if it spells none."""
    bare = text.strip()
    try:
        return bare if bare.isascii() and math.isfinite(float(bare)) else None
    except ValueError:
        return None


def number(value: Json, info: ValidationInfo) -> int | float:
    """A finite number that is no boolean. A number in quotes is refused, with the same one bare as the fix."""
    found = written(info.field_name, value)
    if isinstance(value, str) and (bare := number_in(value)):
        refuse(found, expected="a number; this is text", fix=f"{info.field_name}: {bare} without quotes")
    if isinstance(value, str) and (meant := number_meant(value)):
        refuse(found, expected="a number; YAML computes nothing", fix=f"{info.field_name}: {meant}")
    if isinstance(value, bool):
        refuse(found, expected="a number", fix=f"{info.field_name}: {int(value)}; for true and false, give values")
    example = EXAMPLES.get(info.field_name or "", "0.1")
    if not isinstance(value, (int, float)):
        refuse(found, expected="a number", fix=f"{info.field_name}: {example}, or another number")
    if not math.isfinite(value):
        refuse(found, expected="a finite number", fix=f"{info.field_name}: {example}, or another number")
    return value


EXAMPLES = {
    "max_failures": "5",
    "max_iter": "27",
    "min_iter": "3",
    "patience": "20",
    "retries": "2",
    "run_cap": "30",
    "s": "2",
    "seed": "7",
    "timeout": "3600",
}
"""A number for each key that takes whole ones."""


def positive(value: Json, info: ValidationInfo) -> int | float:
    """A finite number above 0."""
    checked = number(value, info)
    if checked <= 0:
        is_exponent = info.field_name in ("min", "max") and checked < 0
        fix = "distribution: log_uniform takes powers of e" if is_exponent else f"{info.field_name}: 0.001, or another"
        refuse(written(info.field_name, value), expected="a number above 0", fix=fix)
    return checked


def whole(value: Json, info: ValidationInfo) -> int:
    """A whole number; 5.0 counts as 5."""
    checked = number(value, info)
    if checked != int(checked):
        near = math.floor(checked), math.ceil(checked)
        refuse(
            written(info.field_name, value),
            expected="a whole number",
            fix=" or ".join(f"{info.field_name}: {one}" for one in near),
        )
    return int(checked)


def at_least(least: int, *, below: int | None = None) -> Callable[[Json, ValidationInfo], int]:
    """The check for a whole number from `least` on."""

    def check(value: Json, info: ValidationInfo) -> int:
        checked = whole(value, info)
        if checked < least or (below is not None and checked >= below):
            end = f" and below {below}" if below is not None else ""
            refuse(
                written(info.field_name, value),
                expected=f"a whole number of at least {least}{end}",
                fix=f"{info.field_name}: {least}",
            )
        return checked

    return check


def text(value: Json, info: ValidationInfo) -> str:
    """Text. A bare number counts as the text that it is written as."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    first = next((item for item in value if isinstance(item, str)), "…") if isinstance(value, list) else "…"
    refuse(written(info.field_name, value), expected="text", fix=f"{info.field_name}: {shown(first)}")


def filled(value: Json, info: ValidationInfo) -> str:
    """Text that is not empty."""
    checked = text(value, info)
    if not checked.strip():
        refuse(written(info.field_name, value), expected="text that is not empty", fix=f"{info.field_name}: loss")
    return checked


def flag(value: Json, info: ValidationInfo) -> bool:
    """True or false, and no word for them."""
    if not isinstance(value, bool):
        bare = str(value).lower() if str(value).lower() in ("true", "false") else "true"
        refuse(written(info.field_name, value), expected="true or false", fix=f"{info.field_name}: {bare}")
    return value


def one_of(*choices: str) -> Callable[[Json, ValidationInfo], str]:
    """The check for one of a few words; a near miss gets a did-you-mean."""

    def check(value: Json, info: ValidationInfo) -> str:
        if value in choices and isinstance(value, str):
            return value
        near = nearest(value, choices, cutoff=0.5) if isinstance(value, str) else None
        fix = f'did you mean "{near}"?' if near else f"{info.field_name}: {choices[0]}"
        refuse(written(info.field_name, value), expected=listed(choices), fix=fix)

    return check


def method(value: Json) -> str:
    """The name of a method. Backends bring their own, so any lower-case name goes but a misspelt one of W&B's."""
    if isinstance(value, str) and value in METHODS:
        return value
    expected = f"{listed(METHODS)}, or a method that a backend offers, in lower case"
    if not isinstance(value, str):
        refuse(written("method", value), expected=expected, fix="method: random")
    near = nearest(value, METHODS, cutoff=0.7) or next((name for name in METHODS if _begins(value, name)), None)
    if near:
        refuse(written("method", value), expected=expected, fix=f'did you mean "{near}"?')
    if not re.fullmatch("[a-z][a-z0-9_.-]*", value):
        refuse(written("method", value), expected=expected, fix="method: random")
    return value


METHODS = ("grid", "random", "bayes", "custom")
"""W&B's own."""


def _begins(value: str, name: str) -> bool:
    return re.fullmatch(rf"{name}(ian\w*|[ _-]?(search|opt)\w*)", value.lower()) is not None


Number = Annotated[float, PlainValidator(number), WithJsonSchema({"type": "number"})]
Positive = Annotated[float, PlainValidator(positive), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
Whole = Annotated[int, PlainValidator(whole), WithJsonSchema({"type": "integer"})]
Count = Annotated[int, PlainValidator(at_least(0)), WithJsonSchema({"type": "integer", "minimum": 0})]
AtLeastOne = Annotated[int, PlainValidator(at_least(1)), WithJsonSchema({"type": "integer", "minimum": 1})]
Seed = Annotated[
    int,
    PlainValidator(at_least(0, below=2**63)),
    WithJsonSchema({"type": "integer", "minimum": 0, "exclusiveMaximum": 2**63}),
]
Text = Annotated[str, PlainValidator(text), WithJsonSchema({"type": ["string", "number"]})]
Filled = Annotated[str, PlainValidator(filled), WithJsonSchema({"type": ["string", "number"], "minLength": 1})]
Flag = Annotated[bool, PlainValidator(flag), WithJsonSchema({"type": "boolean"})]
Method = Annotated[
    str,
    PlainValidator(method),
    WithJsonSchema({"anyOf": [{"enum": list(METHODS)}, {"type": "string", "pattern": "^[a-z][a-z0-9_.-]*$"}]}),
]
