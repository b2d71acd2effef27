"""The rules that join keys: what one key asks of another.

They look at the config as it was given, so that a fault in one key does not hide those of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sweepbridge.space import Json, Space, without_grid
from sweepbridge.spec.commands import unknown_macros
from sweepbridge.spec.findings import Finding, named, nearest, shown, where, written
from sweepbridge.spec.parameters import form_of, sound_domains
from sweepbridge.spec.run_names import faults_of_run_name
from sweepbridge.spec.schedulers import OF_OPTUNA, method_of

OURS = (
    "backend",
    "nested_args",
    "grid",
    "seed",
    "duplicates",
    "retries",
    "timeout",
    "patience",
    "max_failures",
    "run_name",
)
"""The keys of the top level that W&B has not."""

KNOWN = (
    "method",
    "parameters",
    "metric",
    "metrics",
    "early_terminate",
    "program",
    "command",
    "name",
    "description",
    "entity",
    "project",
    "run_cap",
    "controller",
    "scheduler",
    "job",
    "image_uri",
    "launch",
    "settings",
    "apiVersion",
    "kind",
    *OURS,
)
"""Every key of the top level: W&B's, then ours."""

NEARLY = 0.8
"""How like a known key an unknown one has to be to count as a misspelling."""

WORDS = frozenset({"version"})
"""Keys that are words of their own, however like a known key they are."""

MEANT = {
    "algorithm": "method",
    "budget": "run_cap",
    "count": "run_cap",
    "early_stop": "early_terminate",
    "early_stopping": "early_terminate",
    "earlystopping": "early_terminate",
    "hyperband": "early_terminate",
    "hyperparameters": "parameters",
    "max_errors": "max_failures",
    "max_failed": "max_failures",
    "max_runs": "run_cap",
    "max_time": "timeout",
    "max_trials": "run_cap",
    "n_runs": "run_cap",
    "n_trials": "run_cap",
    "num_runs": "run_cap",
    "num_trials": "run_cap",
    "objective": "metric",
    "params": "parameters",
    "parms": "parameters",
    "search_space": "parameters",
    "stopping": "early_terminate",
    "strategy": "method",
    "sweep_count": "run_cap",
    "time_limit": "timeout",
    "walltime": "timeout",
}
"""What people call a key when they have another tool in mind, or the agent's own options."""

NEED_A_METRIC = frozenset({"bayes", "tpe", "cmaes", "gp", "nsga2", "anneal"})
"""The methods that learn from results. Others may exist; their backends say so."""


def broken_rules(given: Mapping[str, Json]) -> Iterator[Finding]:
    """Every rule between keys that a config breaks."""
    yield from _misspelt(given)
    yield from _missing(given)
    yield from _two_kinds_of_metric(given)
    yield from _metric_needed(given)
    yield from _patience_with_several(given)
    yield from _nobody_searches(given)
    yield from _no_grid(given)
    yield from _grid_of_another_method(given)
    yield from _bad_names(given.get("parameters"))
    yield from _unknown_macros(given)
    yield from _bad_run_name(given)


def unknown(given: Mapping[str, Json]) -> list[str]:
    """The keys of the top level that mean nothing here."""
    return [key for key in given if key not in KNOWN]


def misspelt(key: str) -> str | None:
    """The known key that an unknown one is a misspelling of; None if it is a word of its own."""
    return None if key in WORDS else nearest(key, KNOWN, cutoff=NEARLY)


def _misspelt(given: Mapping[str, Json]) -> Iterator[Finding]:
    for key in unknown(given):
        near = misspelt(key)
        stuck = key.split(":")[0]
        if near:
            yield Finding((key,), named(key), "a key that is known", f'did you mean "{near}"?')
        elif ":" in key and stuck in KNOWN:
            fix = f"put a space after the colon: {stuck}: {key.split(':', 1)[1]}".strip()
            yield Finding((key,), key, "a key, a colon and a space", fix)


def _missing(given: Mapping[str, Json]) -> Iterator[Finding]:
    meant = {misspelt(key) for key in unknown(given)}
    if "method" not in {*given, *meant} and not _is_launch(given):
        expected = "a method: grid, random, bayes or one that a backend offers"
        yield Finding(("method",), "no method", expected, _method_from(given))
    if given.get("parameters", {}) == {} and "parameters" not in meant and not _scheduler(given).get("search_space"):
        yield Finding(("parameters",), "no parameters", "the parameters to search", _parameters_from(given))


def _method_from(given: Mapping[str, Json]) -> str:
    metric = given.get("metric")
    holder = _holder(given) or ("metric" if isinstance(metric, dict) and "method" in metric else None)
    if holder:
        return f"move method out of {holder}, to the left edge"
    other = next((key for key in unknown(given) if meant_by(key) == "method"), None)
    return f"write method in place of {other}" if other else "method: bayes, random or grid"


def _parameters_from(given: Mapping[str, Json]) -> str:
    if holder := _holder(given):
        return f"move parameters out of {holder}, to the left edge"
    if other := next((key for key in unknown(given) if meant_by(key) == "parameters"), None):
        return f"write parameters in place of {other}"
    if outside := [named(key) for key in unknown(given) if form_of(given[key]) and not key.startswith("_")]:
        return f"indent {', '.join(outside)} to stand under parameters:"
    return f"parameters: {EXAMPLE}"


def meant_by(key: str) -> str | None:
    """The known key that people mean by one of another tool's."""
    return MEANT.get(key.lower().replace("-", "_"))


def _holder(given: Mapping[str, Json]) -> str | None:
    """An unknown key that holds what looks like the whole config, at any depth; people indent it under `sweep:`."""
    return next((holder for key in unknown(given) if (holder := _holding(named(key), given[key]))), None)


def _holding(name: str, held: Json) -> str | None:
    if not isinstance(held, dict):
        return None
    if {"method", "parameters"} <= held.keys():
        return name
    return next((holder for key, value in held.items() if (holder := _holding(f"{name}.{named(key)}", value))), None)


EXAMPLE = "{lr: {min: 0.0001, max: 0.1}}"
"""Parameters, as one writes them."""


def _two_kinds_of_metric(given: Mapping[str, Json]) -> Iterator[Finding]:
    if given.get("metric") is not None and given.get("metrics") is not None:
        yield Finding(("metrics",), "both metric and metrics", "one of them", "list all of them in metrics")


def _metric_needed(given: Mapping[str, Json]) -> Iterator[Finding]:
    if any(given.get(key) is not None for key in ("metric", "metrics")) or _job_metrics(given):
        return
    fix = "metric: {name: loss, goal: minimize}"
    method = given.get("method", _method_of_job(given))
    if isinstance(method, str) and method in NEED_A_METRIC:
        yield Finding(("metric",), "no metric", f"a metric, as method: {method} learns from it", fix)
    if given.get("early_terminate") is not None:
        expected = "a metric, as early_terminate compares trials by it"
        yield Finding(("early_terminate",), "no metric", expected, fix)
    if given.get("patience") is not None:
        yield Finding(("patience",), "no metric", "a metric, as patience waits for a better value of it", fix)


def _patience_with_several(given: Mapping[str, Json]) -> Iterator[Finding]:
    metrics = given.get("metrics")
    if given.get("patience") is not None and isinstance(metrics, list) and len(metrics) > 1:
        expected = "one metric with patience: of several, none says alone which result is better"
        yield Finding(("patience",), written("patience", given["patience"]), expected, "run_cap, or remove patience")


def _nobody_searches(given: Mapping[str, Json]) -> Iterator[Finding]:
    if given.get("method") != "custom" or given.get("backend") is not None:
        return
    if _scheduler(given).get("engine") in (None, "wandb") and not _is_launch(given):
        expected = "with method: custom, a backend that searches, or scheduler: {engine: optuna}"
        yield Finding(
            ("method",), "method: custom, and nobody to search", expected, "add backend: optuna, or method: bayes"
        )


def _no_grid(given: Mapping[str, Json]) -> Iterator[Finding]:
    if given.get("method") != "grid":
        return
    for at, spec, domain in sound_domains(given.get("parameters")):
        if without_grid(Space({"it": domain})):
            has_weights = isinstance(spec, dict) and "probabilities" in spec
            ways = "leave probabilities out" if has_weights else "give values, or distribution: q_uniform with a q"
            yield Finding(
                at,
                f"method: grid over {where(at).removeprefix('parameters.')}: {shown(spec)}",
                "value, values without probabilities, a range of whole numbers, or q_uniform",
                f"{ways}, or method: random",
            )


def _grid_of_another_method(given: Mapping[str, Json]) -> Iterator[Finding]:
    method = given.get("method")
    if given.get("grid") is not None and isinstance(method, str) and method != "grid":
        expected = f"grid with method: grid only; this is method: {method}"
        yield Finding(("grid",), written("grid", given["grid"]), expected, "method: grid, or remove grid")


def _bad_names(parameters: Json, at: tuple[str, ...] = ("parameters",)) -> Iterator[Finding]:
    if not isinstance(parameters, dict):
        return
    for name, given in parameters.items():
        if not name.strip() or name.startswith("-") or not name.isprintable() or "=" in name:
            expected = "a name that can be a command line option: no = and no - at its start"
            yield Finding((*at, name), f"the name {shown(name)}", expected, "letters, digits, dots, - and _")
        if isinstance(given, dict):
            yield from _bad_names(given.get("parameters"), (*at, name, "parameters"))


def _scheduler(given: Mapping[str, Json]) -> Mapping[str, Json]:
    scheduler = given.get("scheduler")
    return scheduler if isinstance(scheduler, dict) else {}


def _settings(given: Mapping[str, Json]) -> Mapping[str, Json]:
    settings = _scheduler(given).get("settings")
    return settings if isinstance(settings, dict) else {}


def _is_launch(given: Mapping[str, Json]) -> bool:
    """Whether a job of the launch form searches, which needs no method."""
    return "engine" not in _scheduler(given) and bool({"method", *OF_OPTUNA} & _settings(given).keys())


def _method_of_job(given: Mapping[str, Json]) -> str | None:
    is_job = "engine" not in _scheduler(given) and bool(OF_OPTUNA & _settings(given).keys())
    return method_of(_settings(given)) if is_job else None


def _job_metrics(given: Mapping[str, Json]) -> bool:
    return "engine" not in _scheduler(given) and bool(_settings(given).get("metrics"))


def _unknown_macros(given: Mapping[str, Json]) -> Iterator[Finding]:
    command = given.get("command")
    if isinstance(command, list) and not any(word is None or isinstance(word, (dict, list)) for word in command):
        yield from unknown_macros(command, names_of(given.get("parameters")))


def _bad_run_name(given: Mapping[str, Json]) -> Iterator[Finding]:
    template = given.get("run_name")
    if isinstance(template, str):
        yield from faults_of_run_name(template, given.get("parameters"))


def names_of(parameters: Json) -> list[str]:
    """The dotted names of all parameters, and of the groups that hold them, in a config as it was given."""
    names: list[str] = []
    for name, form in parameters.items() if isinstance(parameters, dict) else ():
        inner = form.get("parameters") if isinstance(form, dict) else None
        names += [name, *(f"{name}.{below}" for below in names_of(inner))]
    return names
