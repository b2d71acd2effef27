"""The sweeps of a comparison: one config under several backends, each with the same seeds.

They are ordinary sweeps, under names of their own: any command can look at them, and what an interrupted comparison has
left is found again by its words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sweepbridge.engine.plan import Plan, plan
from sweepbridge.errors import UsageError
from sweepbridge.plugin import Json
from sweepbridge.registry import Registry
from sweepbridge.spec import SweepConfig, load_object
from sweepbridge.store import Store, Sweep


@dataclass(frozen=True, slots=True)
class Round:
    """One search under one seed."""

    who: str
    """The backend and its method, as in `optuna:tpe`; the name alone where both have the same."""
    seed: int
    plan: Plan


def rounds(
    config: SweepConfig, registry: Registry, backends: Sequence[str], *, trials: int, seeds: Sequence[int]
) -> list[Round]:
    """Every backend under every seed, seed by seed, so that what is done early can be compared early.

    UsageError if there is nothing to compare; as `plan`, if a backend can't search the config.
    """
    _refuse_unusable(config, backends)
    capped = {**config.to_dict(), "run_cap": trials}
    whos = [_who(plan(load_object(capped).config, registry, backend=backend)) for backend in backends]
    _refuse_twins(whos, backends)
    return [
        Round(who, seed, plan(_named(capped, who, seed), registry, backend=backend))
        for seed in seeds
        for who, backend in zip(whos, backends, strict=True)
    ]


def left_over(store: Store, one: Round) -> Sweep | None:
    """The last sweep in a store that is this very round, however far it got; None if there is none."""
    config = one.plan.config.to_dict()
    who = (one.plan.chosen.backend.name, one.plan.chosen.method)
    found = [
        sweep
        for sweep in store.sweeps()
        if (dict(sweep.config), sweep.seed, (sweep.backend, sweep.method)) == (config, one.seed, who)
    ]
    return found[-1] if found else None


def outcome(store: Store, sweep_id: str) -> list[float | None]:
    """The loss of each trial of a sweep that has ended, in the order in which they did; None for one that failed."""
    ended = [event.trial for event in store.events(sweep_id) if not event.trial.is_running]
    return [trial.loss if trial.state != "failed" else None for trial in ended]


def _who(decided: Plan) -> str:
    name, method = decided.chosen.backend.name, decided.chosen.method
    return name if name == method else f"{name}:{method}"


def _named(given: Mapping[str, Json], who: str, seed: int) -> SweepConfig:
    name = given.get("name")
    return load_object({**given, "name": f"compare {who}, seed {seed}" + (f": {name}" if name else "")}).config


def _refuse_unusable(config: SweepConfig, backends: Sequence[str]) -> None:
    if len(backends) < 2:
        raise UsageError(
            "one backend is nothing to compare",
            found=f"--backends {','.join(backends)}",
            expected="two backends or more",
            fix=f"--backends {','.join([*backends, 'random'])}",
        )
    if not config.objectives:
        raise UsageError(
            "without a metric no backend is better than another",
            found="no metric in the config",
            expected="a metric, by which trials are compared",
            fix="metric: {name: loss, goal: minimize}",
        )


def _refuse_twins(whos: Sequence[str], backends: Sequence[str]) -> None:
    for place, who in enumerate(whos):
        if who in whos[:place]:
            raise UsageError(
                "a search is named twice",
                found=f"{backends[whos.index(who)]} and {backends[place]}: both are {who}",
                expected="each of them once",
                fix=f"--backends {','.join(dict.fromkeys(whos))}",
            )
