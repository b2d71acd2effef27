"""What is doubtful about a config that has no fault: it loads, and may not mean what its author thinks.

Each doubt is one that a wrong or surprising result can come of. Keys that have no effect here are among them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from sweepbridge.space import Beta, Json, Uniform, decode, greatest, multiples, split
from sweepbridge.spec.commands import misspelt_macros
from sweepbridge.spec.config import SweepConfig
from sweepbridge.spec.findings import Finding, Location, listed, named, shown, where, written
from sweepbridge.spec.forms import Exponents, Form, IntUniformForm
from sweepbridge.spec.metrics import Metric
from sweepbridge.spec.parameters import NestedForm, form_of
from sweepbridge.spec.rules import meant_by, names_of, unknown
from sweepbridge.spec.schedulers import OF_LAUNCH, OF_OPTUNA, PRUNERS, Scheduler, method_of, pruner_of, stopper_of
from sweepbridge.spec.stoppers import Hyperband

WITHOUT_EFFECT = {
    "controller": "the search always runs here",
    "job": "there is no launch queue here",
    "image_uri": "there is no launch queue here",
    "launch": "there is no launch queue here",
    "settings": "W&B ignores it too",
}
"""W&B's keys that change nothing here, and why."""

TEXTS = ("name", "description", "entity", "project", "program", "job", "image_uri", "run_name")
"""The keys that take text."""


def doubts_about(config: SweepConfig) -> Iterator[Finding]:
    """Every doubt about a config."""
    given = config.to_dict()
    yield from _ignored(given)
    yield from _numbers_as_text(given)
    yield from _about_parameters(config.parameters, given.get("parameters"), ("parameters",))
    yield from _about_the_grid(config)
    yield from _about_the_stopper(given)
    yield from _about_the_scheduler(given)
    yield from misspelt_macros(config.command, names_of(given.get("parameters")))
    yield from _about_the_command(config)
    yield from _about_names(config)
    if config.parameters and config.method != "grid" and config.space.size == 1:
        yield Finding(
            ("parameters",),
            "one value for each parameter",
            "something to search; there is one point, and it runs "
            + ("once" if config.skips_duplicates else "again and again"),
            "give a parameter more values, or method: grid for one trial",
        )


def _ignored(given: Mapping[str, Json]) -> Iterator[Finding]:
    for key in unknown(given):
        name = named(key)
        yield Finding((key,), name, f"a key that is known; {name} is ignored", _instead_of(key, given))
    for key, why in WITHOUT_EFFECT.items():
        if given.get(key) is not None:
            yield Finding(
                (key,), key, f"nothing: {key} has no effect here, as {why}", f"it can stay; remove {key} at will"
            )
    metric = given.get("metric")
    if isinstance(metric, dict) and metric.get("impute_while_running", False) not in (False, "false"):
        yield Finding(
            ("metric", "impute_while_running"),
            written("impute_while_running", metric["impute_while_running"]),
            "nothing: a trial has no loss while it runs; each backend keeps parallel trials apart in its own way",
            "remove impute_while_running",
        )


def _instead_of(key: str, given: Mapping[str, Json]) -> str:
    """What to write in place of a key that means nothing here."""
    name, meant = named(key), meant_by(key)
    if key.startswith(("_", ".", "x-")):
        return f"{name} can stay if it holds an anchor; else remove it"
    for holder, model in (("metric", Metric), ("early_terminate", Hyperband)):
        if key in model.model_fields and key not in ("name", "type"):
            return f"indent {name} to stand under {holder}"
    if meant and meant not in given:
        return f'did you mean "{meant}"?'
    if form_of(given[key]) is not None:
        return f"indent {name} to stand under parameters"
    return f"remove {name}, or make it a comment"


def _numbers_as_text(given: Mapping[str, Json]) -> Iterator[Finding]:
    for key in TEXTS:
        value = given.get(key)
        if isinstance(value, (int, float)):
            fix = f'{key}: "{value}"'
            yield Finding((key,), written(key, value), f'text; the number is read as "{value}"', fix)


def _about_parameters(forms: Mapping[str, Form | NestedForm], given: Json, at: Location) -> Iterator[Finding]:
    for name, form in forms.items():
        spec = given[name] if isinstance(given, dict) else None
        here = (*at, name)
        if re.search(r"\s", name):
            expected = f"a name without spaces; as an option it is --{name}=…"
            yield Finding(here, f"the name {shown(name)}", expected, re.sub(r"\s+", "_", name))
        if isinstance(form, NestedForm) and isinstance(spec, dict):
            yield from _about_parameters(form.parameters, spec.get("parameters"), (*here, "parameters"))
        elif isinstance(form, Exponents):
            yield _about_exponents(here, form)
        elif isinstance(form, IntUniformForm) and isinstance(spec, dict):
            yield from _about_whole_floats(here, spec)
        if isinstance(form, Form) and isinstance(spec, dict):
            yield from _about_steps(here, form, is_written="q" in spec)


def _about_names(config: SweepConfig) -> Iterator[Finding]:
    """A name with a dot may be an option's name twice; training code in a function sees no difference."""
    is_program = config.program is not None or config.command is not None
    if not is_program or config.nested_args == "dict":
        return
    names = names_of(config.to_dict().get("parameters"))
    for name in sorted({name for name in names if names.count(name) > 1}):
        found, expected = f"{name} twice, nested and with a dot", f"one of that name; as options, both are --{name}=…"
        yield Finding(("parameters",), found, expected, "nested_args: dict, or rename one")


def _about_exponents(at: Location, form: Exponents) -> Finding:
    low, high = form.values()
    name = form.distribution
    plain = f"{name}_values"
    found = f"distribution: {name}, min: {form.min:g}, max: {form.max:g}"
    expected = f"powers of e: this means values from {low:.4g} to {high:.4g}"
    if form.min > 0 and (form.max <= 1 or form.max > PLAINLY_A_VALUE):
        return Finding(at, found, expected, f"distribution: {plain}, if min and max are meant as values")
    return Finding(at, found, expected, f"distribution: {plain}, min: {low:.4g}, max: {high:.4g} says the same plainly")


PLAINLY_A_VALUE = math.log(1e6)
"""An exponent above which the value is so large that the bound is likely a value itself."""


def _about_whole_floats(at: Location, spec: Mapping[str, Json]) -> Iterator[Finding]:
    floats = {key: spec[key] for key in ("min", "max") if isinstance(spec.get(key), float)}
    if floats:
        found = ", ".join(written(key, value) for key, value in floats.items())
        fix = ", ".join(f"{key}: {int(value)}" for key, value in floats.items() if isinstance(value, float))
        yield Finding((*at, next(iter(floats))), found, "whole numbers, as which these are read", fix)


def _about_steps(at: Location, form: Form, *, is_written: bool) -> Iterator[Finding]:
    """A step as wide as the range leaves next to nothing to search; W&B's default of 1 often is."""
    domain = form.domain()
    inside = multiples(domain)
    if inside is None or len(inside) > (1 if is_written else 2) or not isinstance(domain, (Uniform, Beta)):
        return
    found = f"q: {shown(domain.quantum)}" + ("" if is_written else ", the default")
    only = " and ".join(dict.fromkeys(str(decode(domain, end)) for end in (0.0, 1.0)))
    yield Finding(
        (*at, "q") if is_written else at, found, f"a step below the range; this gives {only} alone", "a smaller q"
    )


def _about_the_command(config: SweepConfig) -> Iterator[Finding]:
    names = set(names_of(config.to_dict().get("parameters")))
    macros = {name for word in config.command or () for name in re.findall(r"\$\{([^{}]*)\}", word)}
    if config.command and not macros & names and not any(name.startswith("arg") for name in macros):
        yield Finding(
            ("command",),
            "no macro that passes the parameters",
            "${args}; without it, every trial is the same unless the program reads its parameters with init()",
            'add "${args}"',
        )


def _about_the_grid(config: SweepConfig) -> Iterator[Finding]:
    for path, domain in config.space.items() if config.method == "grid" else ():
        last = greatest(domain)
        if isinstance(domain, Uniform) and last != domain.high:
            at = tuple(step for name in split(path) for step in ("parameters", name))
            expected = f"a multiple of q; the last point of the grid is {last}"
            found = f"max: {shown(domain.high)}, q: {shown(domain.quantum)}"
            yield Finding((*at, "max"), found, expected, f"max: {last}, which says the same")


def _about_the_stopper(given: Mapping[str, Json]) -> Iterator[Finding]:
    stopper = given.get("early_terminate")
    if not isinstance(stopper, dict) or stopper.get("type") != "hyperband" or stopper.get("min_iter") is None:
        return
    has = {key for key in ("max_iter", "s") if stopper.get(key) is not None}
    if has == {"max_iter", "s"}:
        expected = "min_iter, or max_iter and s; as in W&B, max_iter and s win"
        yield Finding(("early_terminate", "min_iter"), "min_iter beside max_iter and s", expected, "remove min_iter")
    elif has:
        (alone,) = has
        expected = f"max_iter and s together; {alone} alone has no effect"
        yield Finding(("early_terminate", alone), written(alone, stopper[alone]), expected, f"remove {alone}")


def _about_the_scheduler(given: Mapping[str, Json]) -> Iterator[Finding]:
    scheduler = given.get("scheduler")
    if not isinstance(scheduler, dict):
        return
    for key in scheduler:
        if key in OF_LAUNCH and key != "settings":
            expected = f"nothing: {key} has no effect here, as there is no launch queue"
            yield Finding(("scheduler", key), key, expected, f"it can stay; remove {where(('scheduler', key))} at will")
        elif key not in Scheduler.model_fields and scheduler.get("engine") in (None, "wandb"):
            known = listed(sorted({*Scheduler.model_fields, *OF_LAUNCH}))
            yield Finding(("scheduler", key), key, f"{known}; {key} is ignored", f"remove {key}")
    settings = scheduler.get("settings")
    if isinstance(settings, dict) and scheduler.get("engine") is None:
        yield from _about_the_job(settings, has_stopper=given.get("early_terminate") is not None)
        method = given.get("method", "custom")
        # bayes is W&B's one word for every sampler that learns.
        fits = {"custom", method_of(settings)} | ({"bayes"} if method_of(settings) not in ("grid", "random") else set())
        if "sampler" in settings and method not in fits:
            expected = f"a method or a sampler; the sampler wins, and searches with {method_of(settings) or 'its own'}"
            yield Finding(("method",), written("method", method), expected, "remove method")
    if scheduler.get("engine") == "wandb":
        expected = "nothing: the search always runs here"
        yield Finding(("scheduler", "engine"), "engine: wandb", expected, "it can stay; remove scheduler at will")


def _about_the_job(settings: Mapping[str, Json], *, has_stopper: bool) -> Iterator[Finding]:
    at = ("scheduler", "settings")
    for key in settings.keys() - OF_OPTUNA - {"method"}:
        known = listed(sorted({*OF_OPTUNA, "method"}))
        yield Finding((*at, key), key, f"{known}; {key} is ignored", f"remove {key}")
    pruner, stopper = pruner_of(settings), stopper_of(settings)
    if pruner is None:
        return
    found = written("pruner", settings["pruner"])
    if has_stopper:
        expected = "a pruner or early_terminate; early_terminate wins"
        yield Finding((*at, "pruner"), found, expected, "remove the pruner")
    elif stopper is None:
        expected = f"{listed(PRUNERS)}; no trial is ended early by {pruner}"
        yield Finding((*at, "pruner"), found, expected, "early_terminate: {type: asha}")
    else:
        said = f"early_terminate: {{{', '.join(written(key, value) for key, value in stopper.items())}}}"
        yield Finding((*at, "pruner"), found, f"what it is read as, {said}", f"{said} says it plainly")
