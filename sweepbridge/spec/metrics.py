"""What is optimized: W&B's `metric`, and the objective that the engine sees of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from sweepbridge.space import Json
from sweepbridge.spec.forms import Closed
from sweepbridge.spec.kinds import Filled, Number, one_of

Goal: TypeAlias = Literal["minimize", "maximize"]
Strategy: TypeAlias = Literal["worst", "best", "latest"]


@dataclass(frozen=True, slots=True)
class Objective:
    """A metric to optimize."""

    name: str
    goal: Goal = "minimize"
    target: float | None = None
    """Once a trial reaches it, no new ones begin."""


def _while_running(given: Json, info: ValidationInfo) -> str:
    # YAML turns a bare false into a boolean, and W&B then refuses its own default.
    return "false" if given is False else one_of("false", "worst", "best", "latest")(given, info)


class Metric(Closed):
    """What is to be optimized."""

    name: Filled
    """The key that training code logs."""
    goal: Annotated[
        Goal, PlainValidator(one_of("minimize", "maximize")), WithJsonSchema({"enum": ["minimize", "maximize"]})
    ] = "minimize"
    """Whether less or more of it is better."""
    target: Number | None = None
    """Once a trial reaches it, no new ones begin."""
    impute: Annotated[
        Strategy,
        PlainValidator(one_of("worst", "best", "latest")),
        WithJsonSchema({"enum": ["worst", "best", "latest"]}),
    ] = "worst"
    """The loss that a search sees for a trial that failed."""
    impute_while_running: Annotated[
        Literal["false", "worst", "best", "latest"],
        PlainValidator(_while_running),
        WithJsonSchema({"enum": ["false", "worst", "best", "latest", False]}),
    ] = "false"
    """W&B's guess of a running trial's loss. It has no effect: each backend keeps parallel trials apart by itself."""

    @property
    def objective(self) -> Objective:
        """The metric as the engine sees it."""
        return Objective(self.name, self.goal, None if self.target is None else float(self.target))
