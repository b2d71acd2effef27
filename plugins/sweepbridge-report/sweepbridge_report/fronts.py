"""The Pareto front: the trials that no other one beats in every objective."""

from __future__ import annotations

from collections.abc import Sequence

from sweepbridge.plugin import Json, Trial


def front(trials: Sequence[Trial], objectives: int) -> list[Json]:
    """The numbers of the trials on the front; empty with fewer than two objectives."""
    if objectives < 2:
        return []
    known = sorted(
        (trial.losses, trial.number)
        for trial in trials
        if trial.losses is not None and len(trial.losses) == objectives and trial.state in ("finished", "stopped")
    )
    best: list[tuple[float, ...]] = []
    numbers: list[int] = []
    for losses, number in known:  # sorted, so that nothing that comes later beats what is on the front already
        if not any(_beats(one, losses) for one in best):
            best.append(losses)
            numbers.append(number)
    return [*sorted(numbers)]


def _beats(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one != other and all(mine <= its for mine, its in zip(one, other, strict=True))
