"""Which runs a filter means, and in which order: what the client's calls use of MongoDB's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sweepbridge.plugin import Json
from sweepbridge_wandb.refusals import Object, Refused
from sweepbridge_wandb.views import RunView

_ABSENT = object()

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "$eq": lambda found, given: bool(found == given),
    "$ne": lambda found, given: bool(found != given),
    "$gt": lambda found, given: bool(found > given),
    "$gte": lambda found, given: bool(found >= given),
    "$lt": lambda found, given: bool(found < given),
    "$lte": lambda found, given: bool(found <= given),
    "$in": lambda found, given: found in given,
    "$nin": lambda found, given: found not in given,
    "$exists": lambda found, given: (found is not _ABSENT) is bool(given),
    "$regex": lambda found, given: isinstance(found, str) and re.search(given, found) is not None,
}


def matching(runs: Iterable[RunView], filters: Object) -> list[RunView]:
    """The runs that a filter means. Refused if it has a word that is not understood."""
    return [run for run in runs if _matches(run, filters)]


def ordered(runs: list[RunView], order: str | None) -> list[RunView]:
    """The runs by a key, such as `-summary_metrics.loss`; those without it come last. Given oldest first."""
    order = order or "+created_at"
    key, descends = order.lstrip("+-"), order.startswith("-")
    values = [(value, run) for run in runs if _is_sortable(value := _value(run, key))]
    kinds = {isinstance(value, str) for value, _ in values}
    if len(kinds) > 1:
        values = [(str(value), run) for value, run in values]
    found = [run for _, run in sorted(values, key=lambda pair: pair[0], reverse=descends)]
    have = {run.name for run in found}
    return [*found, *(run for run in runs if run.name not in have)]


def _matches(run: RunView, filters: Object) -> bool:
    return all(_holds(run, key, wanted) for key, wanted in filters.items())


def _holds(run: RunView, key: str, wanted: Json) -> bool:
    if key in ("$and", "$or", "$nor"):
        found = [_matches(run, one) for one in _objects(wanted, key)]
        return all(found) if key == "$and" else any(found) is (key == "$or") or not found
    if key.startswith("$"):
        raise Refused(f"filters: {key} is not supported here")
    value = _value(run, key)
    if isinstance(wanted, dict) and any(name.startswith("$") for name in wanted):
        return all(_compares(value, name, given) for name, given in wanted.items())
    return bool(value == wanted) or (value is _ABSENT and wanted is None)


def _compares(value: object, name: str, given: Json) -> bool:
    if name == "$not" and isinstance(given, dict):
        return not all(_compares(value, inner, one) for inner, one in given.items())
    if name not in _COMPARE:
        raise Refused(f"filters: {name} is not supported here")
    try:
        return _COMPARE[name](value, given)
    except TypeError:  # two values of kinds that do not compare
        return False
    except re.error as error:
        raise Refused(f"filters: {given!r} is no regular expression: {error}") from None


def _objects(wanted: Json, key: str) -> list[Object]:
    if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
        raise Refused(f"filters: {key} takes a list of filters")
    return [one for one in wanted if isinstance(one, dict)]


def _value(run: RunView, key: str) -> Any:
    """What a run has at a key, in W&B's names: `config.lr`, `summary_metrics.loss`, `state`."""
    head, _, rest = key.partition(".")
    match head:
        case "config":
            return _at(run.config, rest.removesuffix(".value"))
        case "summary_metrics" | "summary":
            # By `define_metric(summary="min")` the client sends an object: the value itself is in the store.
            found = _at(run.results or {}, rest)
            return found if found is not _ABSENT else _at(run.summary, rest)
        case "sweep":
            return run.sweep
        case "name":
            return run.name
        case "displayName" | "display_name":
            return run.title
        case "state":
            return run.state
        case "created_at" | "createdAt":
            return run.began_at
        case "heartbeat_at" | "heartbeatAt":
            return run.heard_at
        case _:
            return run.about.get("job_type" if head == "jobType" else head, _ABSENT)


def _at(values: Object, path: str) -> Any:
    """What stands at a dotted path, also where a name has dots in it."""
    if path in values:
        return values[path]
    head, dot, rest = path.partition(".")
    inner = values.get(head)
    return _at(inner, rest) if dot and isinstance(inner, dict) else _ABSENT


def _is_sortable(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, (int, float)) and value == value)
