"""`run_name`: a name for each trial, from its parameters, in Python's format language and without what could harm.

`{lr:.1e}` is a parameter in a format, `{optimizer.name}` one in a group, `{number}` the trial's number. A field is a
parameter's whole name, so nothing is looked up inside of a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from string import Formatter

from sweepbridge.space import Choice, Constant, Domain, Json, Params, decode, dotted
from sweepbridge.spec.findings import Finding, nearest, shown, where
from sweepbridge.spec.parameters import sound_domains

NUMBER = "number"
"""The field that is the trial's number, unless a parameter is called so."""

_TOO_WIDE = re.compile(r"\d{3}")
"""A width or a precision of more than two digits."""


def run_name(template: str, number: int, params: Params) -> str:
    """The name of a trial. A parameter that it has not is nothing; white space of any kind is one blank."""
    values = {NUMBER: number, **{dotted(path): value for path, value in params.items()}}
    parts = [text + _field(name, form, values) for text, name, form, _ in Formatter().parse(template)]
    return " ".join("".join(parts).split())


def faults_of_run_name(template: str, parameters: Json) -> Iterator[Finding]:
    """All that is wrong with a template; `parameters` are those of the config, as they were given."""
    domains = {where(at).removeprefix("parameters."): domain for at, _, domain in sound_domains(parameters)}
    try:
        fields = [(name, form, conversion) for _, name, form, conversion in Formatter().parse(template)]
    except ValueError as error:
        yield _fault(f"{shown(template)}: {error}", "text with parameters in braces", "{{ and }} for braces that stay")
        return
    for name, form, conversion in fields:
        if name is None:
            continue
        if conversion is not None:
            yield _fault(f"{{{name}!{conversion}}}", "a parameter, and a format behind a colon", f"{{{name}}}")
        elif name in domains:
            yield from _faults_of_form(name, form or "", domains[name])
        elif name != NUMBER and not _has(parameters, name):
            near = nearest(name, [*domains, NUMBER])
            fix = f'did you mean "{{{near}}}"?' if near else f"{{{next(iter(domains), NUMBER)}}}, or remove it"
            yield _fault(f"{{{name}}} in run_name", f"one of {', '.join([*domains, NUMBER])}", fix)
        elif name == NUMBER:
            yield from _faults_of_form(name, form or "", Constant(0))


def _has(parameters: Json, name: str) -> bool:
    """Whether a parameter is there whose own fault is told elsewhere; a group is no parameter."""
    given = parameters
    for place, step in enumerate(steps := name.split(".")):
        if not isinstance(given, dict) or step not in given:
            return False
        given = given[step]
        if place < len(steps) - 1:
            given = given.get("parameters") if isinstance(given, dict) else None
    return not (isinstance(given, dict) and "parameters" in given)


def _faults_of_form(name: str, form: str, domain: Domain) -> Iterator[Finding]:
    """What is wrong with a format, for some value that the parameter may have."""
    field = f"{{{name}:{form}}}"
    if "{" in form or _TOO_WIDE.search(form):
        yield _fault(field, "a format such as .1e or .3f", f"{{{name}}}")
        return
    complaints = ((value, _complaint(form, value)) for value in _values(domain))
    value, complaint = next(((value, told) for value, told in complaints if told), (None, ""))
    if complaint:
        yield _fault(f"{field}, and {name} may be {shown(value)}: {complaint}", "a format that it has", f"{{{name}}}")


def _values(domain: Domain) -> list[Json]:
    """A value of each type that a parameter may have."""
    match domain:
        case Choice(values):
            return list(values)
        case _:
            return [decode(domain, 0.5)]


def _complaint(form: str, value: Json) -> str:
    """Why a value has not this format; empty if it has."""
    try:
        format(value, form)
    except (ValueError, TypeError) as error:
        return str(error)
    return ""


def _field(name: str | None, form: str | None, values: Mapping[str, Json]) -> str:
    if name is None or name not in values:
        return ""
    value = values[name]
    if form and not _complaint(form, value):  # a prior trial's value may be of another type
        return format(value, form)
    if isinstance(value, float):
        return f"{value:.6g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fault(found: str, expected: str, fix: str) -> Finding:
    return Finding(("run_name",), found, expected, fix)
