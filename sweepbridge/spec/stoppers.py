"""When to end trials early: W&B's hyperband with its keys checked, and any other stopper, which checks its own.

W&B's `max_iter` counts with `s` alone, and then wins over `min_iter`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    PlainValidator,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from typing_extensions import Self

from sweepbridge.space import Json
from sweepbridge.spec.findings import nearest, written
from sweepbridge.spec.forms import Closed
from sweepbridge.spec.kinds import AtLeastOne, Flag, filled, number, refuse


def _eta(given: Json, info: ValidationInfo) -> float:
    checked = number(given, info)
    if checked <= 1:
        refuse(written("eta", given), expected="a number above 1", fix="eta: 3")
    return float(checked)


class Hyperband(Closed):
    """Stops the trials that are not among the best 1/eta when they reach a band."""

    type: Literal["hyperband"]
    """The stopper."""
    min_iter: AtLeastOne | None = None
    """The first band; the next ones are eta times as long each."""
    max_iter: AtLeastOne | None = None
    """With `s`: the bands are max_iter/eta, max_iter/eta², …, s of them."""
    s: AtLeastOne | None = None
    """How many bands there are below max_iter."""
    eta: Annotated[float, PlainValidator(_eta), WithJsonSchema({"type": "number", "exclusiveMinimum": 1})] = 3.0
    """About one in eta of the trials that reach a band goes on."""
    strict: Flag = True
    """Whether the value at the band counts, or with `false` the best one up to it."""

    @model_validator(mode="after")
    def _have_a_band(self) -> Self:
        has_pair = self.max_iter is not None and self.s is not None
        if not has_pair and self.min_iter is None:
            missing = "max_iter without s" if self.max_iter else "s without max_iter" if self.s else "no min_iter"
            fix = "s: 2" if self.max_iter else "min_iter: 3"
            refuse(missing, expected="min_iter, or max_iter and s", fix=fix)
        if has_pair and self.max_iter is not None and self.max_iter < self.eta:
            refuse(
                f"max_iter: {self.max_iter}, eta: {self.eta:g}: the first band would be before the first iteration",
                expected="a max_iter of at least eta",
                fix="min_iter: 1",
                at=("max_iter",),
            )
        return self

    @property
    def options(self) -> dict[str, Json]:
        """What was written, without the keys that have no effect. W&B's max_iter counts with s alone."""
        written = self.model_dump(exclude_unset=True, exclude_none=True, exclude={"type"})
        alone = {"max_iter", "s"} if self.max_iter is None or self.s is None else set()
        return {key: value for key, value in written.items() if key not in alone}


def _stopper_name(given: Json, info: ValidationInfo) -> str:
    checked = filled(given, info)
    if checked == "envelope":
        refuse(written("type", given), expected="hyperband; W&B has dropped envelope", fix="type: hyperband")
    # Of the names that plugins bring, `optuna-hyperband` is the nearest. What is no name at all, the registry says.
    if near := nearest(checked, ["hyperband"], cutoff=0.75):
        refuse(
            written("type", given),
            expected="hyperband, or the name of another stopper",
            fix=f'did you mean "{near}"?',
        )
    return checked


class OtherStopper(BaseModel):
    """A stopper that W&B has not, ours or a plugin's, with options of its own."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)

    type: Annotated[str, PlainValidator(_stopper_name), WithJsonSchema({"type": "string"})]
    """The name of the stopper. Its options stand beside it."""

    @property
    def options(self) -> dict[str, Json]:
        """What stands beside `type`."""
        return dict(self.model_extra or {})


def _stopper_tag(given: object) -> str | None:
    if not isinstance(given, Mapping):
        return None
    return "Hyperband" if given.get("type", "hyperband") == "hyperband" else "OtherStopper"


EarlyTerminate: TypeAlias = Annotated[
    Annotated[Hyperband, Tag("Hyperband")] | Annotated[OtherStopper, Tag("OtherStopper")],
    Discriminator(_stopper_tag),
]
