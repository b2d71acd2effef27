"""A parameter: which of the forms a mapping in the config takes, and what to say when it takes none.

The form is chosen before it is checked: by `distribution` where there is one, else by the keys. So a fault says
what is wrong with the one form that was meant, and not that eighteen did not match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, TypeAlias

from pydantic import Discriminator, Field, Tag, TypeAdapter, ValidationError

from sweepbridge.space import Domain, Json, join
from sweepbridge.spec.findings import Finding, Location, listed, named, nearest, shown
from sweepbridge.spec.forms import (
    BY_NAME,
    KEYS,
    BetaForm,
    CategoricalForm,
    Closed,
    ConstantForm,
    Form,
    IntUniformForm,
    LogUniformForm,
    LogUniformValuesForm,
    NormalForm,
    QBetaForm,
    QLogUniformForm,
    QLogUniformValuesForm,
    QNormalForm,
    QUniformForm,
    UniformForm,
)
from sweepbridge.spec.slips import without_dashes

MEANT = {
    "choices": "values",
    "choice": "values",
    "options": "values",
    "low": "min",
    "lower": "min",
    "minimum": "min",
    "high": "max",
    "upper": "max",
    "maximum": "max",
    "mean": "mu",
    "std": "sigma",
    "stddev": "sigma",
    "dist": "distribution",
    "type": "distribution",
    "probs": "probabilities",
    "weights": "probabilities",
    "step": "q",
    "alpha": "a",
    "beta": "b",
    "params": "parameters",
    "mode": "goal",
    "direction": "goal",
    "optimize": "goal",
    "grace_period": "min_iter",
    "max_t": "max_iter",
    "reduction_factor": "eta",
}
"""What other tools call W&B's keys."""


GOALS = {"max": "maximize", "min": "minimize"}
"""The goal that a word means, by how it begins."""

OF_OTHERS = {
    "choice": "categorical",
    "choices": "categorical",
    "discrete": "categorical",
    "float": "uniform",
    "gaussian": "normal",
    "int": "int_uniform",
    "integer": "int_uniform",
    "loguniform": "log_uniform_values",
    "qloguniform": "q_log_uniform_values",
    "qrandint": "q_uniform",
    "quniform": "q_uniform",
    "randint": "int_uniform",
    "uniform_int": "int_uniform",
}
"""What other tools call W&B's distributions."""

NOTES = frozenset({"comment", "desc", "description", "help", "info", "note", "notes", "doc"})
"""What people call a remark on a parameter."""


class NestedForm(Closed):
    """A group of parameters, which training code gets as a nested mapping."""

    parameters: dict[str, Parameter] = Field(min_length=1)
    """The parameters of the group, by name."""


def form_of(given: object) -> str | None:
    """The tag of the form that a mapping takes; None if it takes none."""
    if not isinstance(given, Mapping):
        return None
    if isinstance(given.get("parameters"), (Mapping, list)) or list(given) == ["parameters"]:
        return NestedForm.__name__
    if "distribution" in given:
        name = given["distribution"]
        return BY_NAME[name].__name__ if isinstance(name, str) and name in BY_NAME else None
    if "values" in given or "probabilities" in given:
        return CategoricalForm.__name__
    if "value" in given:
        return ConstantForm.__name__
    bounds = [given[key] for key in ("min", "max") if key in given]
    if not bounds:
        return None
    return IntUniformForm.__name__ if all(type(bound) is int for bound in bounds) else UniformForm.__name__


Parameter: TypeAlias = Annotated[
    Annotated[ConstantForm, Tag("ConstantForm")]
    | Annotated[CategoricalForm, Tag("CategoricalForm")]
    | Annotated[IntUniformForm, Tag("IntUniformForm")]
    | Annotated[UniformForm, Tag("UniformForm")]
    | Annotated[QUniformForm, Tag("QUniformForm")]
    | Annotated[LogUniformValuesForm, Tag("LogUniformValuesForm")]
    | Annotated[QLogUniformValuesForm, Tag("QLogUniformValuesForm")]
    | Annotated[LogUniformForm, Tag("LogUniformForm")]
    | Annotated[QLogUniformForm, Tag("QLogUniformForm")]
    | Annotated[NormalForm, Tag("NormalForm")]
    | Annotated[QNormalForm, Tag("QNormalForm")]
    | Annotated[BetaForm, Tag("BetaForm")]
    | Annotated[QBetaForm, Tag("QBetaForm")]
    | Annotated[NestedForm, Tag("NestedForm")],
    Discriminator(form_of),
]

NestedForm.model_rebuild()

_PARAMETER: TypeAdapter[Form | NestedForm] = TypeAdapter(Parameter)


def leaves(parameters: Mapping[str, Form | NestedForm], names: tuple[str, ...] = ()) -> Iterator[tuple[str, Form]]:
    """Every parameter that is not a group, by its path in the space."""
    for name, form in parameters.items():
        if isinstance(form, NestedForm):
            yield from leaves(form.parameters, (*names, name))
        else:
            yield join((*names, name)), form


def sound_domains(parameters: Json, at: Location = ("parameters",)) -> Iterator[tuple[Location, Json, Domain]]:
    """Every parameter that has no fault of its own, with its place and what was written there.

    Other parameters may have faults: this is how a check over all parameters sees those that have none.
    """
    if not isinstance(parameters, dict):
        return
    for name, given in parameters.items():
        if form_of(given) == NestedForm.__name__ and isinstance(given, dict):
            yield from sound_domains(given["parameters"], (*at, name, "parameters"))
            continue
        try:
            form = _PARAMETER.validate_python(given)
        except ValidationError:
            continue
        if isinstance(form, Form):
            yield (*at, name), given, form.domain()


def misfit(at: Location, given: Json) -> Finding:
    """What is wrong with a parameter that takes none of the forms."""
    name = str(at[-1])
    expected = "a mapping with value, values, min and max, or parameters"
    match given:
        case str() if gap := _without_space(given):
            return Finding(at, f"{name}: {given}", expected, f"put a space after the colon: {gap}")
        case dict() if "distribution" in given:
            return _unknown_distribution((*at, "distribution"), given)
        case {"mu": _, **_others} | {"sigma": _, **_others}:
            fix = "add distribution: normal, or distribution: log_normal"
            return Finding(at, shown(given), "a distribution beside mu and sigma", fix)
        case dict() if any(isinstance(item, dict) for item in given.values()):
            fix = f"put its names one level deeper: {name}: {{parameters: {{{next(iter(given))}: …}}}}"
            return Finding(at, f"{name}: {shown(given)}", f"{expected}, which holds nested ones", fix)
        case dict() if given:
            return _no_form(at, given, expected)
        case list() if (meant := without_dashes(given)) and form_of(meant):
            return Finding(at, f"{name}: {shown(given)}", expected, f"{name}: {shown(meant)}, without a dash")
        case list() if given:
            fix = f"{name}: {{values: {shown(given)}}}, or value: if it is one value"
            return Finding(at, f"{name}: {shown(given)}", expected, fix)
        case None | [] | {}:
            return Finding(at, f"{name}: (nothing)", expected, f"{name}: {{values: [1, 2]}}, or leave it out")
        case _:
            return Finding(at, f"{name}: {shown(given)}", expected, f"{name}: {{value: {shown(given)}}}")


def unknown_key(at: Location, given: Json, known: list[str]) -> Finding:
    """What is wrong with a key that a mapping does not take."""
    key = str(at[-1])
    found = named(key) if given is None else f"{key}: {shown(given)}"
    return Finding(at, found, listed(known), _remedy(at, given, known))


def _remedy(at: Location, given: Json, known: list[str]) -> str:
    key = str(at[-1])
    if gap := _without_space(key):
        return f"put a space after the colon: {gap}"
    if key in ("scale", "log") and "min" in known:
        return "leave it out, and for a log scale write distribution: log_uniform_values"
    if key == "type" and given in ("int", "float", "integer", "double"):
        return "leave type out: min and max without a point make whole numbers"
    if isinstance(given, dict) and form_of(given):
        return f"move {key} out of {at[-2]}, or put both under parameters:"
    if key.lower() in NOTES and isinstance(given, str):
        return f"make it a comment: # {' '.join(given.split())}"
    meant = MEANT.get(key.lower())
    if meant == "goal" and meant in known and (goal := GOALS.get(str(given).lower()[:3])):
        return f"goal: {goal}"
    near = meant if meant in known else nearest(key, known)
    return f'did you mean "{near}"?' if near else f"leave {key} out"


def _no_form(at: Location, given: dict[str, Json], expected: str) -> Finding:
    for key, item in given.items():
        if key not in KEYS and (_without_space(key) or key.lower() in MEANT or nearest(key, KEYS, cutoff=0.7)):
            return unknown_key((*at, key), item, sorted(KEYS))
    # Fixed settings in a group look like this: every name needs a form of its own.
    fix = f"{at[-1]}: {{value: {shown(given)}}}, or for a group {at[-1]}: {{parameters: …}}"
    return Finding(at, f"{at[-1]}: {shown(given)}", expected, fix)


def _unknown_distribution(at: Location, given: Mapping[str, Json]) -> Finding:
    name = given["distribution"]
    near = _distribution_meant(name if isinstance(name, str) else "", given.get("min"))
    fix = _of_tens(given) or (f'did you mean "{near}"?' if near else "distribution: uniform")
    return Finding(at, f"distribution: {shown(name)}", f"one of {listed(sorted(BY_NAME))}", fix)


def _of_tens(given: Mapping[str, Json]) -> str | None:
    """What bounds that are powers of ten are as values; None where no distribution of that kind is meant."""
    bounds = [given.get(key) for key in ("min", "max")]
    exponents = [bound for bound in bounds if isinstance(bound, (int, float)) and abs(bound) < 300]
    is_meant = re.fullmatch(r"log\w*10\w*", str(given["distribution"]).lower()) and len(exponents) == 2
    low, high = (f"{10.0**exponent:.6g}" for exponent in exponents) if is_meant else ("", "")
    return f"distribution: log_uniform_values, min: {low}, max: {high}" if is_meant else None


def _distribution_meant(word: str, low: Json) -> str | None:
    bare = re.sub(r"[\W_]+", "_", word.lower())
    near = OF_OTHERS.get(bare) or nearest(bare, BY_NAME)
    # A bound above 0 is a value, and hardly ever an exponent.
    takes_exponents = near in ("log_uniform", "inv_log_uniform", "q_log_uniform")
    has_values = isinstance(low, (int, float)) and low > 0
    return f"{near}_values" if takes_exponents and has_values else near


def _without_space(text: str) -> str | None:
    """`min:16` as it should be written; None for a text that is no key stuck to its value."""
    stuck = re.fullmatch(r"\s*([A-Za-z_]+):(\S.*|)", text, re.DOTALL)
    if stuck is None or stuck[1] not in KEYS:
        return None
    # YAML joins lines of such text, so several keys can stand in one.
    rest = re.sub(rf"\s+({'|'.join(sorted(KEYS))}):\s*", r", \1: ", stuck[2])
    return f"{stuck[1]}: {rest}".strip()
