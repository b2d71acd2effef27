"""The first suggestions of a sweep that does not exist yet, with the commands that would run them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sweepbridge.engine import Plan
from sweepbridge.plugin import Json
from sweepbridge.space import Params, nest
from sweepbridge.spec import SweepConfig
from sweepbridge.view.command import CONFIG_FILE, shell_line, shown


@dataclass(frozen=True, slots=True)
class Previewed:
    """One trial as it would be."""

    params: dict[str, Json]
    """Nested, as training code gets them."""
    command: list[str] | None
    """The words of the command line; None if the config names no program and no command."""
    line: str | None
    """The same for a shell."""


def previewed(plan: Plan, *, seed: int, trials: int) -> list[Previewed]:
    """The first `trials` trials, as a sweep with this seed would suggest them before there are results."""
    return [_previewed(plan.config, suggestion.params) for suggestion in plan.first(seed, trials)]


def _previewed(config: SweepConfig, params: Params) -> Previewed:
    return Previewed(nest(params), shown(config, params), shell_line(config, params, config_file=Path(CONFIG_FILE)))
