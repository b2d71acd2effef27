"""A value from elsewhere as a domain has it: from a table, where all is text, or from a tool with other floats.

Nothing is bent to fit: what a domain does not have is told, and no nearest value is taken for it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from typing_extensions import assert_never

from sweepbridge.space.domains import Beta, Choice, Constant, Domain, Integer, Normal, Uniform
from sweepbridge.space.quantile import drawn, multiple, quanta
from sweepbridge.space.values import Json, same

_ROUNDING = 1e-9
"""How far from a multiple of its quantum a number may lie: 0.30000000000000004 is 0.3."""


def meant(domain: Domain, value: Json) -> Json:
    """The value that stands for `value` in a domain: of its kind, and perhaps outside of it.

    ValueError if it can't be told what is meant.
    """
    match domain:
        case Constant(constant):
            return _listed([constant], value)
        case Choice():
            return _listed(drawn(domain), value)
        case Integer():
            number = _number(value)
            if number != int(number):
                raise ValueError(f"{value!r} is not a whole number")
            return int(number)
        case Uniform(quantum=quantum) | Normal(quantum=quantum) | Beta(quantum=quantum):
            return _in_steps(_number(value), quantum)
        case _:
            assert_never(domain)


def _listed(listed: Sequence[Json], value: Json) -> Json:
    found = [item for item in listed if same(item, value)] or [item for item in listed if _is_text_of(value, item)]
    if not found:
        raise ValueError(f"{value!r} is not one of {list(listed)!r}")
    return found[0]


def _is_text_of(text: Json, value: Json) -> bool:
    """Whether a text is how a table has a value: as JSON, as Python writes it, or nothing for None."""
    if not isinstance(text, str):
        return False
    return text in (json.dumps(value, ensure_ascii=False), str(value)) or (text == "" and value is None)


def _number(value: Json) -> int | float:
    try:
        number = float(value) if isinstance(value, str) else value
    except ValueError:
        number = None
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
        raise ValueError(f"{value!r} is not a finite number")
    return number


def _in_steps(number: int | float, quantum: int | float | None) -> int | float:
    if quantum is None:
        return float(number)
    nearest = multiple(quantum, quanta(number, quantum))
    return nearest if math.isclose(nearest, number, rel_tol=_ROUNDING, abs_tol=_ROUNDING * quantum) else number
