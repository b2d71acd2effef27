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
    search_space: Text | None = None
    settings: dict[str, Json] | None = None
    """How the job of the launch form searches."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a scheduler asks for."""

    backend: str | None = None
    method: str | None = None
    options: Mapping[str, Json] = field(default_factory=dict)
    metrics: tuple[Mapping[str, Json], ...] = ()


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
    sampler = settings.get("sampler") or {}
    kind = sampler.get("type") if isinstance(sampler, dict) else None
    arguments = sampler.get("args") if isinstance(sampler, dict) else None
    method = SAMPLERS.get(str(kind).lower().removesuffix("sampler")) if kind else "tpe"
    options: dict[str, Json] = dict(arguments) if isinstance(arguments, dict) else {}
    if method is None:
        options["sampler"] = kind
    if "optuna_source" in settings:
        options["source"] = settings["optuna_source"]
    metrics = settings.get("metrics")
    named = tuple(item for item in metrics if isinstance(item, dict)) if isinstance(metrics, list) else ()
    return Request("optuna", method, options, named)
