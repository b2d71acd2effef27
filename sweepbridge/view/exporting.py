"""A sweep for exporters: all that is known of it in one record, and the border to what they make of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from sweepbridge.engine import name_of
from sweepbridge.errors import PluginError, UsageError
from sweepbridge.plugin import ExportedSweep, ExportedTrial, Exporter, Goal
from sweepbridge.plugin.border import border, prints_aside
from sweepbridge.registry import Offer
from sweepbridge.spec import SweepConfig
from sweepbridge.store import Store, Sweep, TrialRecord

Made = TypeVar("Made")


def exported(store: Store, sweep: Sweep, config: SweepConfig) -> ExportedSweep:
    """All that is known of a sweep now."""
    records = store.trials(sweep.id)
    curves: dict[int, list[float]] = defaultdict(list)
    if any(record.trial.is_running for record in records):
        for point in store.curves(sweep.id):
            curves[point.trial].append(point.loss)
    return ExportedSweep(
        id=sweep.id,
        name=sweep.name,
        config=sweep.config,
        space=config.space,
        goals=tuple(Goal(one.name, one.goal == "maximize") for one in config.objectives),
        seed=sweep.seed,
        provenance=sweep.provenance,
        trials=tuple(_trial(record, curves[record.trial.number], config) for record in records),
    )


def checked(offer: Offer[Exporter], sweep: ExportedSweep) -> None:
    """UsageError, with the first reason, if an exporter refuses a sweep."""
    for issue in guarded(offer, lambda: list(offer.record.check(sweep))):
        if issue.refuses:
            raise UsageError(
                f"no {offer.record.name} of this sweep", found=issue.found, expected=issue.expected, fix=issue.fix
            )


def guarded(offer: Offer[Exporter], do: Callable[[], Made]) -> Made:
    """What other people's code gives. PluginError, which names it, if it fails; a file's OSError passes."""

    def failed(error: str) -> Exception:
        title = f'exporter "{offer.record.name}" of {offer.plugin.title} failed'
        return PluginError(title, found=error, expected="what it is to make", fix=offer.plugin.complaint)

    with prints_aside(), border(failed):
        try:
            return do()
        except OSError as error:
            refused = error
    raise refused


def _trial(record: TrialRecord, curve: list[float], config: SweepConfig) -> ExportedTrial:
    return ExportedTrial(
        trial=record.trial,
        curve=tuple(curve) if record.trial.is_running else record.trial.observations,
        summary=record.summary,
        backend=record.backend,
        method=record.method,
        agent=record.agent,
        began_at=record.began_at,
        ended_at=record.ended_at,
        name=name_of(config, record.trial),
    )
