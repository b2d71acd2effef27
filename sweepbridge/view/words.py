"""Values, parameters and trials in words, for one line of a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sweepbridge.engine import value_of
from sweepbridge.plugin import Json, Trial
from sweepbridge.space import Params, dotted
from sweepbridge.spec import Objective


def value(given: Json) -> str:
    """A value, short: six digits of a float, JSON for what is not a string."""
    if isinstance(given, float):
        return f"{given:.6g}"
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)


def params(given: Params) -> str:
    """Parameters as `name=value`, in their order."""
    return " ".join(f"{dotted(path)}={value(one)}" for path, one in given.items())


def objectives(asked: Sequence[Objective], losses: Sequence[float] | None) -> str:
    """The metrics that losses stand for, as `name=value`; empty where there are none."""
    if not losses:
        return ""
    pairs = zip(asked, losses, strict=False)
    return " ".join(f"{objective.name}={value_of(objective, loss):.6g}" for objective, loss in pairs)


def event(trial: Trial, asked: Sequence[Objective], name: str) -> str:
    """One line for one event of the log; `name` is what the trial is called beside its number."""
    if trial.is_running:
        return f"trial {trial.number} began     {name}  {params(trial.params)}"
    result = objectives(asked, trial.losses) if trial.state != "failed" else ""
    reason = f"({trial.reason})" if trial.reason else ""
    return " ".join(part for part in (f"trial {trial.number} {trial.state:<9}", f"{name} ", result, reason) if part)


def numbered(trials: Iterable[int]) -> str:
    """Trials by their numbers, those in a row from the first to the last: `trials 0-11, 15`; `no trials` of none."""
    rows: list[list[int]] = []
    for number in sorted(trials):
        if rows and rows[-1][1] == number - 1:
            rows[-1][1] = number
        else:
            rows.append([number, number])
    if not rows:
        return "no trials"
    shown = ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in rows)
    return f"trial {shown}" if shown.isdecimal() else f"trials {shown}"


def duration(seconds: float) -> str:
    """A length of time: `48 s`, `3 min 5 s`, `2 h 7 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def moment(seconds: float) -> str:
    """A time since 1970 as people here write it: `2026-11-24 09:30:05`."""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S")
