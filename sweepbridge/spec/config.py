"""The sweep config: W&B's keys and ours, in one frozen model.

However a model is made (`load_file`, `load_object`, `SweepConfig(...)`, `model_validate`), it raises `ConfigError`
with every fault at once, and never pydantic's own error.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    PrivateAttr,
    SkipValidation,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic.functional_validators import ModelWrapValidatorHandler
from typing_extensions import Self

from sweepbridge.errors import ConfigError
from sweepbridge.space import Json, Params, Space
from sweepbridge.spec.commands import MACROS, NestedArgs, words_of
from sweepbridge.spec.durations import Duration
from sweepbridge.spec.faults import findings_of
from sweepbridge.spec.findings import Finding, Source, in_order, shown
from sweepbridge.spec.forms import Closed
from sweepbridge.spec.kinds import METHODS, AtLeastOne, Count, Filled, Method, Seed, Text, one_of, refuse
from sweepbridge.spec.made_up_names import made_up_name
from sweepbridge.spec.metrics import Metric, Objective, Strategy
from sweepbridge.spec.parameters import Parameter, leaves
from sweepbridge.spec.plain import plain
from sweepbridge.spec.rules import broken_rules
from sweepbridge.spec.run_names import run_name
from sweepbridge.spec.schedulers import Request, Scheduler, request_of
from sweepbridge.spec.slips import without_dashes
from sweepbridge.spec.stoppers import EarlyTerminate


class Controller(BaseModel):
    """Where W&B's search runs. Here it always runs locally, so this changes nothing."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)

    type: Annotated[str, PlainValidator(one_of("local", "cloud")), WithJsonSchema({"enum": ["local", "cloud"]})]
    """Either word changes nothing."""


class BackendChoice(BaseModel):
    """The backend that searches, by name, with its own options beside it."""

    model_config = ConfigDict(frozen=True, extra="allow")

    name: Filled


class GridForm(Closed):
    """How a grid is gone through."""

    order: Annotated[
        Literal["sorted", "shuffled"],
        PlainValidator(one_of("sorted", "shuffled")),
        WithJsonSchema({"enum": ["sorted", "shuffled"]}),
    ] = "sorted"
    """`sorted`, as W&B does it: by name, the last one turning fastest; or `shuffled`, as the sweep's seed says."""


def _named(given: Json) -> Json:
    return {"name": given} if isinstance(given, str) else given


def _words(given: Json) -> Json:
    if isinstance(given, str):
        words: list[Json] = [word for word in words_of(given) if word != "-"]
        refuse(f"command: {given.strip()}", expected="a list, one item for each word", fix=f"command: {shown(words)}")
    return given


def _word(given: Json) -> str:
    if given is None or isinstance(given, (dict, list)):
        refuse(shown(given), expected="a word of the command", fix=_word_meant(given))
    return str(given)


def _word_meant(given: dict[str, Json] | list[Json] | None) -> str:
    if not given:
        return "remove it, or write ''"
    if isinstance(given, list):
        return "make each word an item of the command"
    (name, value), *others = given.items()
    is_macro = name in MACROS and value is None and not others  # {args} without its dollar
    return f'"${{{name}}}"' if is_macro else "put the word in quotes"


Word = Annotated[str, PlainValidator(_word), WithJsonSchema({"type": ["string", "number", "boolean"]})]


def _metrics(given: Json) -> Json:
    if isinstance(given, list) and len(given) == 1:
        refuse("one entry in metrics", expected="two metrics or more", fix="metric: instead of metrics:")
    return given


class SweepConfig(BaseModel):
    """A validated sweep config. Frozen."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True, title="Sweep config")

    written_method: Method = Field(default="custom", alias="method")
    """How to search: `grid`, `random`, `bayes`, or any method that a backend offers."""
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    """What to search, by name: a form for each parameter, or a group of them."""
    metric: Metric | None = None
    """What to optimize. A method that learns from results needs it, and so does `early_terminate`."""
    metrics: Annotated[list[Metric], BeforeValidator(_metrics), Field(min_length=1)] | None = None
    """What to optimize, where there is more than one objective: two metrics or more, for a backend that can."""
    early_terminate: EarlyTerminate | None = None
    """When to end trials early."""
    program: Text | None = None
    """The script that `${program}` in the command stands for."""
    command: Annotated[list[Word], BeforeValidator(_words)] | None = None
    """The command that runs a trial, a word an item. Macros in it stand for the parameters."""
    nested_args: Annotated[
        NestedArgs, PlainValidator(one_of("dotted", "dict")), WithJsonSchema({"enum": ["dotted", "dict"]})
    ] = "dotted"
    """How the command names a nested parameter: `--opt.lr=0.1`, or as W&B does, `--opt={'lr': 0.1}`."""
    name: Text | None = None
    """What the sweep is called in lists; else its id."""
    description: Text | None = None
    """Free text, kept with the sweep."""
    entity: Text | None = None
    """Whose sweep it is: kept with it, and handed to the run's environment."""
    project: Text | None = None
    """What the sweep belongs to: kept with it, and handed to the run's environment."""
    run_cap: AtLeastOne | None = None
    """How many trials there are at the most."""
    timeout: Duration | None = None
    """How long after the sweep was created trials may begin: seconds, or text such as `2h30m`. None is cut off."""
    patience: AtLeastOne | None = None
    """So many trials that end one after the other without a better result end the search."""
    max_failures: AtLeastOne | None = None
    """So many trials that fail end the sweep, as failed. Those that run may end."""
    controller: Controller | None = None
    """Where W&B's search runs. It has no effect: the search always runs here."""
    scheduler: Scheduler | None = None
    """W&B's own ways to bring an optimizer, read as a backend, a method and a stopper."""
    job: Text | None = None
    """W&B's launch job. It has no effect: there is no launch queue here."""
    image_uri: Text | None = None
    """W&B's launch image. It has no effect: there is no launch queue here."""
    launch: Annotated[Json, SkipValidation, WithJsonSchema({})] = None
    """W&B's launch queue. It has no effect: there is none here."""
    settings: Annotated[Json, SkipValidation, WithJsonSchema({})] = None
    """What W&B's hidden `--settings` writes. It has no effect, at W&B neither."""
    api_version: Text | None = Field(default=None, alias="apiVersion")
    """Kept, and nothing else."""
    kind: Annotated[str, PlainValidator(one_of("sweep")), WithJsonSchema({"const": "sweep"})] | None = None
    """What the file is."""
    backend: (
        Annotated[
            BackendChoice,
            BeforeValidator(_named),
            WithJsonSchema(
                {
                    "anyOf": [
                        {"type": "string"},
                        {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
                    ]
                }
            ),
        ]
        | None
    ) = None
    """Which backend searches: a name, or a mapping of `name` and the backend's own options."""
    grid: GridForm | None = None
    """With `method: grid`: the order of its points."""
    seed: Seed | None = None
    """The same seed gives the same configurations. Without one, a sweep draws one and keeps it."""
    duplicates: (
        Annotated[
            Literal["skip", "allow"],
            PlainValidator(one_of("skip", "allow")),
            WithJsonSchema({"enum": ["skip", "allow"]}),
        ]
        | None
    ) = None
    """Whether a point that was tried already is tried again, where there are finitely many. Default: `skip`."""
    retries: Count = 0
    """How often a trial is run again after a run that failed. Runs that were lost or preempted do not count."""
    run_name: Text | None = None
    """What each trial is called beside its number: text with parameters in braces, in Python's format language."""

    _given: dict[str, Json] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _tell_all_faults(cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        if isinstance(data, SweepConfig):
            return handler(data)
        source = (info.context or {}).get("source", Source())
        findings: list[Finding] = list((info.context or {}).get("findings", ()))
        given = plain(data, findings.append)
        if not isinstance(given, dict):
            raise ConfigError([source.fault(_not_a_mapping(given))])
        findings += broken_rules(given)
        try:
            config = handler(_without_nulls(given))
        except ValidationError as error:
            told = {finding.at for finding in findings}
            findings += [finding for finding in findings_of(error) if finding.at not in told]
        if findings:
            raise ConfigError([source.fault(finding) for finding in in_order(findings, source, given)])
        config._given = copy.deepcopy(given)  # noqa: SLF001  # its own class
        return config

    def to_dict(self) -> dict[str, Json]:
        """The config as it was given, in plain JSON; `load_object` makes an equal config of it."""
        return copy.deepcopy(self._given)

    @cached_property
    def space(self) -> Space:
        """What is searched."""
        return Space({path: form.domain() for path, form in leaves(self.parameters)})

    @property
    def method(self) -> str:
        """The method to search with. W&B's `custom` leaves it to the backend: its best model-based one."""
        asked = self._request.method
        if self.written_method == "custom" or self._request.has_sampler:
            return asked or "bayes"
        return self.written_method

    @property
    def method_elsewhere(self) -> str:
        """The method for a backend that the config does not name: a launch job's sampler is Optuna's own."""
        is_of_a_sampler = self._request.has_sampler or self.written_method == "custom"
        return "bayes" if is_of_a_sampler and self.method not in METHODS else self.method

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """What is optimized, the first one first; empty where the config names no metric."""
        if self.metric is not None:
            return (self.metric.objective,)
        return tuple(metric.objective for metric in self.metrics or self._request_metrics)

    @property
    def impute(self) -> Strategy:
        """The loss that a search sees for a trial that failed."""
        return self.metric.impute if self.metric is not None else "worst"

    @property
    def backend_name(self) -> str | None:
        """The backend that the config asks for; None leaves it to the method."""
        return self.backend.name if self.backend is not None else self._request.backend

    @property
    def backend_options(self) -> Mapping[str, Json]:
        """What the config tells the backend beside its name, unchecked."""
        return dict(self.backend.model_extra or {}) if self.backend is not None else self._request.options

    def name_of(self, number: int, params: Params, *, seed: int) -> str:
        """What a trial is called: as `run_name` says, else a word of its seed's, `sweep` and its number."""
        if self.run_name is None:
            return made_up_name(number, seed=seed)
        return run_name(self.run_name, number, params)

    @property
    def grid_options(self) -> Mapping[str, Json]:
        """What the config tells whoever serves `method: grid`."""
        return {"order": self.grid.order} if self.grid is not None else {}

    @property
    def skips_duplicates(self) -> bool:
        """Whether each point of a finite space is tried once."""
        return self.duplicates != "allow"

    @property
    def stopper_name(self) -> str | None:
        """The stopper that the config asks for."""
        if self.early_terminate is not None:
            return self.early_terminate.type
        return str(self._request.stopper["type"]) if self._request.stopper is not None else None

    @property
    def stopper_options(self) -> Mapping[str, Json]:
        """What the config tells the stopper beside its name."""
        if self.early_terminate is not None:
            return self.early_terminate.options
        return {key: value for key, value in (self._request.stopper or {}).items() if key != "type"}

    @cached_property
    def _request(self) -> Request:
        return request_of(self.scheduler)

    @cached_property
    def _request_metrics(self) -> list[Metric]:
        return [Metric.model_validate(metric) for metric in self._request.metrics]


def _without_nulls(given: Mapping[str, Json]) -> dict[str, Json]:
    # `entity:` with nothing behind it is how people leave a key for later; parameters are never optional.
    return {key: value for key, value in given.items() if value is not None or key in ("parameters", "method")}


def _not_a_mapping(given: Json) -> Finding:
    kind = {list: "a list", str: "text", type(None): "nothing"}.get(type(given), "a single value")
    is_dashed = {"method", "parameters"} & (without_dashes(given) or {}).keys()
    fix = "remove the dashes: a config is one mapping" if is_dashed else "start with method: bayes"
    return Finding((), kind, "a mapping with method and parameters", fix)
