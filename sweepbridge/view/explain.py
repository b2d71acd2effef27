"""Each parameter's way from the config to what the vendor library sees, and whether its meaning is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sweepbridge.engine import Plan
from sweepbridge.plugin import Describes, Json, Native
from sweepbridge.plugin.border import border, prints_aside
from sweepbridge.space import Domain, dotted, is_by_quantile, split


@dataclass(frozen=True, slots=True)
class Way:
    """One parameter's way through the translation."""

    parameter: str
    config: Json
    """What stands in the config."""
    domain: str
    axis: str
    """What every backend is shown of it."""
    vendor: str
    """What this backend gives its library."""
    how: str
    """`exact`, or `exact by quantile`."""


def ways(plan: Plan) -> list[Way]:
    """The way of every parameter, in the order of the space."""
    space, seen = plan.problem.space, _described(plan)
    given = plan.config.to_dict()["parameters"]
    assert isinstance(given, dict)
    return [
        Way(
            parameter=dotted(path),
            config=_given(given, path),
            domain=str(domain),
            axis=str(space.axes[path]) if path in space.axes else "none",
            vendor=seen.get(path) or ("nothing" if path not in space.axes else f"the {_kind(plan)}"),
            how=_how(domain, seen.get(path)) if path in space.axes else "exact: one value",
        )
        for path, domain in space.items()
    ]


def _described(plan: Plan) -> Mapping[str, str]:
    """What the backend says that its library is given; empty if it says nothing."""
    backend = plan.chosen.backend
    if not isinstance(backend, Describes):
        return {}
    with border(lambda error: plan.blame("failed to describe the space", error)), prints_aside():
        return dict(backend.describe(plan.problem))


def _kind(plan: Plan) -> str:
    return "grid's values" if plan.problem.method == "grid" else "domain itself"


def _how(domain: Domain, seen: str | None) -> str:
    return "exact by quantile" if is_by_quantile(domain) and not isinstance(seen, Native) else "exact"


def _given(parameters: Mapping[str, Json], path: str) -> Json:
    names = split(path)
    level: Json = parameters[names[0]]
    for name in names[1:]:
        assert isinstance(level, dict)
        inner = level["parameters"]
        assert isinstance(inner, dict)
        level = inner[name]
    return level
