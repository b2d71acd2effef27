"""What people write in place of what YAML needs, read as what they mean. It is for the `fix` of a fault, never a value.

Nothing is computed on the way in: `1/1000` as a bound is a fault, and its fix says 0.001.
"""

from __future__ import annotations

import math
import re

from sweepbridge.space import Json

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_COMPUTED = re.compile(rf"\(?({_NUMBER})\)?\s*(/|\^|\*\*|\*|,|%)\s*\(?({_NUMBER}|)\)?")
_LOGARITHM = re.compile(rf"(?:math\.|np\.|numpy\.)?(log|log10|exp)\(\s*({_NUMBER})\s*\)")
_RANGE = re.compile(r"(?:np\.|numpy\.)?a?range\(\s*(-?\d+)\s*(?:,\s*(-?\d+)\s*)?\)")


def number_meant(text: str) -> str | None:
    """The number that a sum in text form comes to; None if it is no sum that we know."""
    bare = text.strip()
    try:
        value = _value(bare)
    except (ArithmeticError, ValueError):
        return None
    return f"{value:.12g}" if isinstance(value, float) and math.isfinite(value) else None


def _value(text: str) -> float | None:
    if found := _LOGARITHM.fullmatch(text):
        return {"log": math.log, "log10": math.log10, "exp": math.exp}[found[1]](float(found[2]))
    found = _COMPUTED.fullmatch(text)
    if found is None or (found[2] == "%") == bool(found[3]):
        return None
    first, second = float(found[1]), float(found[3] or 0)
    match found[2]:
        case "/":
            return first / second
        case "*":
            return first * second
        case "%":
            return first / 100
        case ",":
            # Three digits behind a comma are thousands as likely as they are decimals.
            is_decimal = found[3].isdigit() and len(found[3]) != 3
            return float(f"{found[1]}.{found[3]}") if is_decimal else None
        case _:
            power = first**second
            return power if isinstance(power, float) else None


def bounds_meant(text: str) -> str | None:
    """What Python's `range(…)` is in YAML; None for a text that is none."""
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        return None
    low, high = (int(found[1]), int(found[2])) if found[2] else (0, int(found[1]))
    return f"min: {low}, max: {high - 1} in place of values" if high - low > 1 else None


def without_dashes(given: Json) -> dict[str, Json] | None:
    """The one mapping that a list of mappings stands for, where no key is in two of them."""
    items = [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    merged = {key: value for item in items for key, value in item.items()}
    is_all = isinstance(given, list) and len(items) == len(given) and len(merged) == sum(map(len, items))
    return merged if merged and is_all else None


def by_name(given: Json) -> dict[str, Json] | None:
    """The mapping that a list of mappings stands for, each of which has a `name` of its own."""
    items = [dict(item) for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    if not items or not all(isinstance(item.get("name"), str) and len(item) > 1 for item in items):
        return None
    return {str(item.pop("name")): item for item in items}
