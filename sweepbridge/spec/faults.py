"""pydantic's errors in our four parts.

Most errors come from our own validators and bring their parts along. Those that pydantic raises itself (a key is
missing, a key is unknown, a list is no mapping) get theirs here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sweepbridge.space import Json
from sweepbridge.spec.findings import Finding, Location, shown, written
from sweepbridge.spec.forms import LEAVES
from sweepbridge.spec.kinds import FINDING
from sweepbridge.spec.metrics import Metric
from sweepbridge.spec.parameters import NestedForm, misfit, unknown_key
from sweepbridge.spec.slips import by_name, without_dashes
from sweepbridge.spec.stoppers import Hyperband


def findings_of(error: ValidationError) -> list[Finding]:
    """Every error of pydantic's as a finding."""
    found = [_finding(details) for details in error.errors(include_url=False)]
    # A misspelt key is one fault: that the right one is missing goes without saying.
    meant = {(*one.at[:-1], near[1]) for one in found if (near := re.fullmatch('did you mean "(.*)"\\?', one.fix))}
    return [one for one in found if one.at not in meant or not one.found.startswith("no ")]


def _finding(details: ErrorDetails) -> Finding:
    at, tag = _place(details["loc"])
    given = details["input"]
    match details["type"]:
        case kind if kind == FINDING:
            parts = details["ctx"]
            return Finding((*at, *parts["at"]), parts["found"], parts["expected"], parts["fix"])
        case "missing":
            return _missing(at, given, tag)
        case "extra_forbidden":
            return unknown_key(at, given, ["order"] if at[0] == "grid" else _known(tag))
        case "union_tag_not_found" | "union_tag_invalid" if at[0] == "parameters":
            return misfit(at, given)
        case "too_short":
            return Finding(at, f"{at[-1]}: {shown(given)}", "at least one entry", f"fill {at[-1]}, or leave it out")
        case _:
            return _wrong_shape(at, given)


def _place(loc: tuple[str | int, ...]) -> tuple[Location, str | None]:
    """A place in pydantic's words as one in the config: without the tags of the forms, the last of which is told."""
    if loc[0] == "early_terminate" and len(loc) > 1:
        return (loc[0], *loc[2:]), str(loc[1])
    if loc[0] != "parameters":
        return loc, None
    at: list[str | int] = []
    tag: str | None = None
    rest = list(loc)
    while rest[:1] == ["parameters"] and tag in (None, NestedForm.__name__):
        at += rest[:2]
        tag = str(rest[2]) if len(rest) > 2 else tag
        rest = rest[3:]
    return (*at, *rest), tag


def _known(tag: str | None) -> list[str]:
    """The keys of the model that refused one. Metrics have no tag."""
    return list(next((model for model in CLOSED if model.__name__ == tag), Metric).model_fields)


CLOSED: tuple[type[BaseModel], ...] = (*LEAVES, NestedForm, Hyperband)


def _missing(at: Location, given: Json, tag: str | None) -> Finding:
    key = str(at[-1])
    example = EXAMPLES_OF.get(at[0]) or EXAMPLES.get(key, f"{key}: …")
    expected = next((form.about for form in LEAVES if form.__name__ == tag), f"a mapping with {key}")
    return Finding(at, f"no {key} in {shown(given)}", expected, f"add {example}")


def _wrong_shape(at: Location, given: Json) -> Finding:
    key = str(at[-1])
    example = SHAPES.get(key, f"{key}: {{…}}")
    if meant := (by_name(given) if key == "parameters" else None) or without_dashes(given):
        example = f"{key}: {shown(meant)}, without a dash"
    if isinstance(given, str) and key in ("metric", "backend"):
        example = f"{key}: {{name: {given}}}"
    fix = f"write it as {example}"
    if given is None and key == "parameters":
        fix = "indent the names that belong to it"
    elif given is False or str(given).lower() in ("none", "null", "no", "off"):
        fix = f"leave {key} out"
    return Finding(at, written(key, given), SHAPE_OF.get(key, "a mapping"), fix)


EXAMPLES = {
    "min": "min: 0.001, a number below max",
    "max": "max: 10, a number above min",
    "values": "values: [1, 2, 3]",
    "value": "value: 1",
    "name": "name: loss",
    "type": "type: hyperband",
    "distribution": "distribution: uniform",
    "parameters": "parameters: {lr: {min: 0.0001, max: 0.1}}",
}
"""What to add where a key is missing."""

EXAMPLES_OF: Mapping[str | int, str] = {"backend": "name: optuna", "controller": "type: local"}
"""What to add to these where their one key is missing."""

SHAPE_OF = {
    "command": "a list, one item for each word",
    "metrics": "a list of metrics",
    "parameters": "a mapping of names to parameters",
    "probabilities": "a list of numbers, one for each value",
}
"""What a key takes that takes no scalar; the others take a mapping."""

SHAPES = {
    "command": 'command: [python, "${program}", "${args}"]',
    "parameters": "parameters: {lr: {min: 0.0001, max: 0.1}}",
    "probabilities": "probabilities: [0.5, 0.3, 0.2]",
    "metric": "metric: {name: loss, goal: minimize}",
    "metrics": "metrics: [{name: loss}, {name: accuracy, goal: maximize}]",
    "early_terminate": "early_terminate: {type: hyperband, min_iter: 3}",
    "controller": "controller: {type: local}",
    "grid": "grid: {order: shuffled}",
    "scheduler": "scheduler: {engine: optuna}",
    "settings": "settings: {sampler: {type: TPESampler}}",
    "backend": "backend: {name: optuna}",
}
"""How such a key is written."""
