"""The forms that one parameter can take, a model each, and the domain that each folds into.

Which form a parameter has is decided first (`choosing.py`), so what a form says is about that form alone. A reader
may miss the names `log_uniform_values` and `inv_log_uniform_values` as two forms: they are one distribution.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, NoReturn

from pydantic import (
    BaseModel,
    ConfigDict,
    PlainValidator,
    SkipValidation,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from typing_extensions import Self

from sweepbridge.space import Beta, Choice, Constant, Domain, Integer, Json, Normal, Uniform, multiples
from sweepbridge.spec.findings import shown, written
from sweepbridge.spec.kinds import Number, Positive, Whole, number, refuse
from sweepbridge.spec.slips import bounds_meant


class Closed(BaseModel):
    """A frozen model that takes its own keys and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True)


class Form(Closed):
    """One of the forms that a parameter can take."""

    about: ClassVar[str]
    """What the form takes, for the `expected` part of a fault."""

    @model_validator(mode="before")
    @classmethod
    def _refuse_the_keys_of_other_forms(cls, given: Json) -> Json:
        assert isinstance(given, dict), "the form was chosen by what stands in the mapping"
        strange = [key for key in given if key in KEYS and key not in cls.model_fields]
        if strange:
            refuse(
                shown(given),
                expected=cls.about,
                fix=_without(cls, given, strange),
                at=(strange[0],),
            )
        return given

    def domain(self) -> Domain:
        """The domain that the form stands for."""
        raise NotImplementedError


class ConstantForm(Form):
    """One value, which is not searched."""

    about = "`value` alone"

    distribution: Literal["constant"] = "constant"
    """May be left out."""
    value: Annotated[Json, SkipValidation, WithJsonSchema({})]
    """Any value, null included."""

    def domain(self) -> Domain:
        """The value, always."""
        return Constant(self.value)


def _values(given: Json) -> list[Json]:
    if not isinstance(given, list) or not given:
        _refuse_values(given)
    return given


def _refuse_values(given: Json) -> NoReturn:
    expected = "a list of at least one value"
    if given is None or given == []:
        refuse(written("values", given), expected=expected, fix="values: [1, 2, 3], or leave the parameter out")
    if isinstance(given, str) and re.search(r"\w\(", given):
        refuse(
            written("values", given),
            expected=f"{expected}; YAML computes nothing",
            fix=bounds_meant(given) or "write the values out: values: [1, 2, 3]",
        )
    if isinstance(given, str) and "," in given:
        refuse(written("values", given), expected=expected, fix=f"values: [{given.strip('[](){} ')}]")
    if isinstance(given, dict):
        refuse(written("values", given), expected=expected, fix=f"values: {shown(list(given.values()) or [1, 2])}")
    refuse(written("values", given), expected=expected, fix=f"value: {shown(given)}, or values: [{shown(given)}]")


def _share(given: Json, info: ValidationInfo) -> float:
    checked = number(given, info)
    if checked < 0:
        refuse(shown(given), expected="a probability of at least 0", fix="0, for a value that is never drawn")
    return checked


Share = Annotated[float, PlainValidator(_share), WithJsonSchema({"type": "number", "minimum": 0})]


class CategoricalForm(Form):
    """One of several values, each as likely as the next or as its probability says."""

    about = "`values`, and `probabilities` if some are likelier"

    distribution: Literal["categorical", "categorical_w_probabilities"] = "categorical"
    """May be left out."""
    values: Annotated[
        list[Json], PlainValidator(_values), WithJsonSchema({"type": "array", "minItems": 1, "items": {}})
    ]
    """At least one value, of any kind."""
    probabilities: list[Share] | None = None
    """How likely each value is; they add up to 1."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if self.probabilities is None:
            if self.distribution == "categorical_w_probabilities":
                fix = f"probabilities: {_even(len(self.values))}"
                refuse("no probabilities", expected="a probability for each value", fix=fix, at=("distribution",))
            return self
        found = written("probabilities", self.probabilities)
        if len(self.probabilities) != len(self.values):
            expected = f"{len(self.values)} probabilities, one for each value, not {len(self.probabilities)}"
            fix = f"probabilities: {_even(len(self.values))}, or leave them out"
            refuse(found, expected=expected, fix=fix, at=("probabilities",))
        total = math.fsum(self.probabilities)
        if not math.isclose(total, 1.0):
            expected = f"probabilities that add up to 1, not {total:.6g}"
            fix = f"probabilities: {_scaled(self.probabilities) if total else _even(len(self.values))}"
            refuse(found, expected=expected, fix=fix, at=("probabilities",))
        return self

    def domain(self) -> Domain:
        """A choice, with weights that add up to exactly 1."""
        if self.probabilities is None:
            return Choice(tuple(self.values))
        return Choice(tuple(self.values), tuple(_adding_up_to_one(self.probabilities)))


class _Range(Form):
    min: Number
    """The least value."""
    max: Number
    """The greatest value."""

    @model_validator(mode="after")
    def _ascend(self) -> Self:
        found, expected = f"min: {self.min}, max: {self.max}", "a min below the max"
        if self.min == self.max:
            refuse(found, expected=expected, fix=f"value: {self.min}", at=("max",))
        if self.min > self.max:
            refuse(found, expected=expected, fix=f"min: {self.max}, max: {self.min}", at=("min",))
        self._check_the_range()
        return self

    def _check_the_range(self) -> None:
        domain = self.domain()
        inside = multiples(domain)
        if inside is not None and not inside:
            assert isinstance(domain, Uniform)
            refuse(
                f"q: {domain.quantum} from {domain.low:.6g} to {domain.high:.6g}",
                expected="at least one multiple of q from min to max",
                fix="a smaller q, or a wider range",
                at=("q",),
            )


class IntUniformForm(_Range):
    """A whole number from min to max, both included."""

    about = "whole numbers `min` and `max`"

    distribution: Literal["int_uniform"] = "int_uniform"
    """May be left out if both bounds are whole numbers."""
    min: Whole
    """The least value."""
    max: Whole
    """The greatest value."""

    def domain(self) -> Domain:
        """An integer range."""
        return Integer(self.min, self.max)


class UniformForm(_Range):
    """A number from min to max."""

    about = "`min` and `max`"

    distribution: Literal["uniform"] = "uniform"
    """May be left out if a bound has a point."""

    def domain(self) -> Domain:
        """A linear range."""
        return Uniform(float(self.min), float(self.max))


class QUniformForm(_Range):
    """A multiple of q from min to max."""

    about = "`min`, `max` and `q`"

    distribution: Literal["q_uniform"]
    q: Positive = 1.0
    """The step; a whole one gives whole numbers."""

    def domain(self) -> Domain:
        """A linear range, in steps."""
        return Uniform(float(self.min), float(self.max), quantum=self.q)


class LogUniformValuesForm(_Range):
    """A number from min to max, evenly over its logarithm."""

    about = "`min` and `max`, both above 0"

    distribution: Literal["log_uniform_values", "inv_log_uniform_values"]
    min: Positive
    """The least value."""
    max: Positive
    """The greatest value."""

    def domain(self) -> Domain:
        """A log range. W&B's inverse log is the same distribution (sweeps/params.py)."""
        return Uniform(float(self.min), float(self.max), log=True)


class QLogUniformValuesForm(_Range):
    """A multiple of q from min to max, evenly over its logarithm."""

    about = "`min`, `max` and `q`, all above 0"

    distribution: Literal["q_log_uniform_values"]
    min: Positive
    """The least value."""
    max: Positive
    """The greatest value."""
    q: Positive = 1.0
    """The step; a whole one gives whole numbers."""

    def domain(self) -> Domain:
        """A log range, in steps."""
        return Uniform(float(self.min), float(self.max), log=True, quantum=self.q)


class Exponents(_Range):
    """A range whose bounds are written as powers of e."""

    distribution: str
    min: Number
    """The exponent of the least value; of the greatest one's inverse for `inv_log_uniform`."""
    max: Number
    """The exponent of the greatest value; of the least one's inverse for `inv_log_uniform`."""

    def values(self) -> tuple[float, float]:
        """The least and the greatest value that the bounds stand for."""
        low, high = self._exponents()
        return math.exp(low), math.exp(high)

    def _exponents(self) -> tuple[float, float]:
        return self.min, self.max

    def _check_the_range(self) -> None:
        low, high = self._exponents()
        try:
            is_in_reach = self.values()[0] > 0
        except OverflowError:
            is_in_reach = False
        if not is_in_reach:
            outside = high if high > -low else low
            refuse(
                f"min: {low}, max: {high}: e to the power of {outside} does not fit a number",
                expected="min and max as powers of e, as in min: -9, max: -2",
                fix="distribution: log_uniform_values takes plain values as min and max",
                at=("max",) if outside in (self.max, -self.max) else ("min",),
            )
        super()._check_the_range()


class LogUniformForm(Exponents):
    """A number from e^min to e^max, evenly over its logarithm. `log_uniform_values` takes plain values."""

    about = "`min` and `max`, as powers of e"

    distribution: Literal["log_uniform", "inv_log_uniform"]

    def _exponents(self) -> tuple[float, float]:
        # The exponents of inv_log_uniform are those of 1/x.
        return (-self.max, -self.min) if self.distribution == "inv_log_uniform" else (self.min, self.max)

    def domain(self) -> Domain:
        """A log range."""
        return Uniform(*self.values(), log=True)


class QLogUniformForm(Exponents):
    """A multiple of q from e^min to e^max, evenly over its logarithm. `q_log_uniform_values` takes plain values."""

    about = "`min` and `max`, as powers of e, and `q`"

    distribution: Literal["q_log_uniform"]
    q: Positive = 1.0
    """The step; a whole one gives whole numbers."""

    def domain(self) -> Domain:
        """A log range, in steps."""
        return Uniform(*self.values(), log=True, quantum=self.q)


def _sigma(given: Json, info: ValidationInfo) -> float:
    checked = number(given, info)
    if checked == 0:
        refuse(written("sigma", given), expected="a sigma above 0", fix="for one value without chance, write `value:`")
    if checked < 0:
        refuse(written("sigma", given), expected="a sigma above 0", fix=f"sigma: {-checked}")
    return checked


Sigma = Annotated[float, PlainValidator(_sigma), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]


class _Bell(Form):
    mu: Number = 0.0
    """The mean; of the logarithm for the log forms."""
    sigma: Sigma = 1.0
    """The standard deviation; of the logarithm for the log forms."""

    @model_validator(mode="after")
    def _stay_in_reach(self) -> Self:
        domain = self.domain()
        assert isinstance(domain, Normal)
        if domain.log and abs(self.mu) > math.log(1e300):
            refuse(
                f"mu: {self.mu}: e to the power of it does not fit a number",
                expected="the mean of the logarithm",
                fix="mu: -5, for values around 0.0067",
                at=("mu",),
            )
        return self


class NormalForm(_Bell):
    """A normally distributed number, or one whose logarithm is."""

    about = "`mu` and `sigma`"

    distribution: Literal["normal", "log_normal"]

    def domain(self) -> Domain:
        """A normal distribution."""
        return Normal(float(self.mu), float(self.sigma), log=self.distribution == "log_normal")


class QNormalForm(_Bell):
    """A normally distributed number in steps of q, or one whose logarithm is."""

    about = "`mu`, `sigma` and `q`"

    distribution: Literal["q_normal", "q_log_normal"]
    q: Positive = 1.0
    """The step; a whole one gives whole numbers."""

    def domain(self) -> Domain:
        """A normal distribution, in steps."""
        log = self.distribution == "q_log_normal"
        return Normal(float(self.mu), float(self.sigma), log=log, quantum=self.q)


class BetaForm(Form):
    """A number from 0 to 1, distributed as Beta(a, b)."""

    about = "`a` and `b`"

    distribution: Literal["beta"]
    a: Positive = 1.0
    """The first shape; a greater one draws values towards 1."""
    b: Positive = 1.0
    """The second shape; a greater one draws values towards 0."""

    def domain(self) -> Domain:
        """A beta distribution."""
        return Beta(float(self.a), float(self.b))


class QBetaForm(Form):
    """A multiple of q from 0 to 1, distributed as Beta(a, b)."""

    about = "`a`, `b` and `q`"

    distribution: Literal["q_beta"]
    a: Positive = 1.0
    """The first shape; a greater one draws values towards 1."""
    b: Positive = 1.0
    """The second shape; a greater one draws values towards 0."""
    q: Positive = 1.0
    """The step; a whole one gives whole numbers, 0 and 1."""

    def domain(self) -> Domain:
        """A beta distribution, in steps."""
        return Beta(float(self.a), float(self.b), quantum=self.q)


LEAVES: tuple[type[Form], ...] = (
    ConstantForm,
    CategoricalForm,
    IntUniformForm,
    UniformForm,
    QUniformForm,
    LogUniformValuesForm,
    QLogUniformValuesForm,
    LogUniformForm,
    QLogUniformForm,
    NormalForm,
    QNormalForm,
    BetaForm,
    QBetaForm,
)

BY_NAME: Mapping[str, type[Form]] = {
    name: form
    for form in LEAVES
    for name in form.model_fields["distribution"].annotation.__args__  # type: ignore[union-attr]
}
"""The form of each of W&B's distribution names."""

KEYS = frozenset({"parameters"}.union(*(form.model_fields for form in LEAVES)))
"""Every key that some form takes."""


IMPLIED = {("values",): "categorical", ("value",): "constant", ("min", "max"): "uniform"}
"""The distribution that keys imply where there is no `distribution`."""


def _without(form: type[Form], given: Mapping[str, Json], strange: list[str]) -> str:
    """How to write what was probably meant by keys of two forms at once."""
    stepped = f"q_{str(given.get('distribution', 'uniform')).removeprefix('int_')}"
    if strange == ["q"] and stepped in BY_NAME:
        return f"distribution: {stepped}"
    has_own = any(key in given for key in form.model_fields if key != "distribution")
    if "distribution" in given and not has_own:
        for keys in IMPLIED:
            if all(key in given for key in keys):
                return f"leave distribution out, or say distribution: {IMPLIED[keys]}"
    return f"leave out {' and '.join(strange)}"


def _even(count: int) -> str:
    return _scaled([1.0] * count)


def _scaled(weights: list[float]) -> str:
    total = math.fsum(weights)
    *first, _ = (round(weight / total, 4) for weight in weights)
    return shown([*first, round(1 - math.fsum(first), 4)])


def _adding_up_to_one(weights: list[float]) -> list[float]:
    total = math.fsum(weights)
    scaled = [weight / total for weight in weights] if total != 1.0 else [float(weight) for weight in weights]
    # What is left over by rounding goes to the greatest, where it matters least.
    largest = scaled.index(max(scaled))
    scaled[largest] = 1.0 - math.fsum([*scaled[:largest], *scaled[largest + 1 :]])
    return scaled
