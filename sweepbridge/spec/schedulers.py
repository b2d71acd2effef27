"""W&B's own two ways to bring another optimizer, read as what they ask for: a backend, a method, options.

The one is `method: custom` with `scheduler: {engine: optuna}`. The other is the launch form, where a job searches
and `scheduler.settings` tells it how. What a backend can't do with the options, its own check says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from sweepbridge.space import Json
from sweepbridge.spec.kinds import Filled, Text

SAMPLERS = {
    "bruteforce": "grid",
    "cmaes": "cmaes",
    "gp": "gp",
    "grid": "grid",
    "nsgaii": "nsga2",
    "qmc": "qmc",
    "random": "random",
    "tpe": "tpe",
}
"""The methods that the launch form names by a sampler's class, in lower case and without `Sampler`."""

PRUNERS = {
    "hyperband": "optuna-hyperband",
    "median": "optuna-median",
    "patient": "optuna-patient",
    "percentile": "optuna-percentile",
    "successivehalving": "optuna-successive-halving",
    "threshold": "optuna-threshold",
    "wilcoxon": "optuna-wilcoxon",
}
"""The stoppers that the launch form names by a pruner's class, in lower case and without `Pruner`."""

OF_LAUNCH = frozenset(
    {"job", "resource", "resource_args", "docker_image", "num_workers", "template_variables", "settings", "name"}
)
"""The keys of the launch form. They say where a job runs, and `settings` how it searches."""

OF_OPTUNA = frozenset({"sampler", "pruner", "metrics", "optuna_source", "optuna_source_filename"})
"""The settings of the launch form's Optuna job."""


class Scheduler(BaseModel):
    """Who searches, in W&B's words."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)

    engine: Filled | None = None
    """`wandb` for W&B's own search, else the backend."""
    source: Text | None = None
    """A Python file that defines what `optimizer` and `search_space` name."""
    optimizer: Text | None = None
    """The function in it that makes the optimizer."""
    search_space: Text | None = None
    """The function in it that names the parameters of a trial."""
    settings: dict[str, Json] | None = None
    """How the job of the launch form searches."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a scheduler asks for."""

    backend: str | None = None
    method: str | None = None
    options: Mapping[str, Json] = field(default_factory=dict)
    stopper: Mapping[str, Json] | None = None
    """The `early_terminate` that stands in for a pruner, its type among its options."""
    metrics: tuple[Mapping[str, Json], ...] = ()
    has_sampler: bool = False
    """Whether a job of the launch form names its sampler, which then wins over `method`."""


def request_of(scheduler: Scheduler | None) -> Request:
    """What a scheduler asks for; nothing, where there is none or where W&B's own engine is meant."""
    if scheduler is None:
        return Request()
    settings = scheduler.settings or {}
    method = settings.get("method")
    if scheduler.engine is None and OF_OPTUNA & settings.keys():
        return _of_job(settings)
    if scheduler.engine in (None, "wandb"):
        return Request(method=method if isinstance(method, str) else None)
    given = scheduler.model_dump(exclude_none=True)
    options = {key: value for key, value in given.items() if key != "engine" and key not in OF_LAUNCH}
    return Request(backend=scheduler.engine, options=options)


def _of_job(settings: Mapping[str, Json]) -> Request:
    _, arguments = _typed(settings.get("sampler"), "sampler")
    method = method_of(settings)
    options: dict[str, Json] = dict(arguments)
    if method is None:
        options["sampler"] = sampler.get("type") if isinstance(sampler := settings.get("sampler"), dict) else None
    if "optuna_source" in settings:
        options["source"] = settings["optuna_source"]
    metrics = settings.get("metrics")
    named = tuple(item for item in metrics if isinstance(item, dict)) if isinstance(metrics, list) else ()
    return Request("optuna", method, options, stopper_of(settings), named, "sampler" in settings)


def method_of(settings: Mapping[str, Json]) -> str | None:
    """The method that an Optuna job's sampler stands for; None for a sampler that has none here."""
    kind, _ = _typed(settings.get("sampler"), "sampler")
    return SAMPLERS.get(kind) if kind else "tpe"


def pruner_of(settings: Mapping[str, Json]) -> str | None:
    """The kind of pruner that an Optuna job names, in lower case; None for none, and for the one that does nothing."""
    kind, _ = _typed(settings.get("pruner"), "pruner")
    return kind if kind not in ("", "nop") else None


def stopper_of(settings: Mapping[str, Json]) -> dict[str, Json] | None:
    """The `early_terminate` that an Optuna job's pruner stands for; None for one that Optuna has not."""
    return _stopper_of(settings.get("pruner"))


def _stopper_of(pruner: Json) -> dict[str, Json] | None:
    kind, arguments = _typed(pruner, "pruner")
    if kind not in PRUNERS:
        return None
    # What Optuna learns on the way is left to the stopper, which says what it takes in its place.
    given = {name: value for name, value in arguments.items() if value != "auto"}
    if kind == "hyperband" and "max_resource" not in given:
        return _hyperband(given)
    if (inner := _stopper_of(given.get("wrapped_pruner"))) is not None:
        given["wrapped_pruner"] = inner
    return {"type": PRUNERS[kind], **given}


def _hyperband(given: Mapping[str, Json]) -> dict[str, Json]:
    """W&B's hyperband, for Optuna's where nobody says how long the longest trial is: it has no brackets."""
    first, eta = _above(given.get("min_resource"), 0) or 1, _above(given.get("reduction_factor"), 1) or 3
    return {"type": "hyperband", "min_iter": int(first), "eta": eta}


def _typed(given: Json, suffix: str) -> tuple[str, Mapping[str, Json]]:
    """The type of a sampler or pruner, in lower case and without what all of them end in, and its arguments."""
    if not isinstance(given, dict):
        return "", {}
    arguments = given.get("args")
    return str(given.get("type") or "").lower().removesuffix(suffix), arguments if isinstance(arguments, dict) else {}


def _above(given: Json, least: int) -> int | float | None:
    is_number = isinstance(given, (int, float)) and not isinstance(given, bool)
    return given if is_number and isinstance(given, (int, float)) and least < given < 1e9 else None
