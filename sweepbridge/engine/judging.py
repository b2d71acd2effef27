"""What the stopper says of a sweep's trials, from the curves that the store holds, in the metric's own sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sweepbridge.engine.losses import value_of
from sweepbridge.plugin import Json, Standing, Stopper, Verdict
from sweepbridge.spec import Objective
from sweepbridge.store import Store


def in_words(standing: Standing, objective: Objective) -> str:
    """How a trial stands, in the metric's own name and sign."""
    value, threshold = (value_of(objective, loss) for loss in (standing.loss, standing.threshold))
    worse = "above" if objective.goal == "minimize" else "below"
    side = worse if standing.loss > standing.threshold else f"not {worse}"
    return (
        f"band {standing.band}: {objective.name} {value:.6g} ranks {standing.rank} of {standing.of} "
        f"and is {side} the threshold {threshold:.6g}"
    )


@dataclass
class Judging:
    """A stopper at work on one sweep: the curves that it has read so far, and where to read on."""

    store: Store
    sweep_id: str
    objective: Objective
    stopper: Stopper
    options: Mapping[str, Json]
    say: Callable[[str], None]
    """Hears of a stopper that fails."""
    _curves: dict[int, tuple[int, list[float]]] = field(default_factory=dict)
    """The run and its losses, by trial."""
    _cursor: int = 0

    def __post_init__(self) -> None:
        priors = self.store.priors(self.sweep_id)
        self._curves.update({trial.number: (0, list(trial.observations)) for trial in priors if trial.observations})

    def verdict(self, number: int) -> Verdict | None:
        """What the stopper says of a trial at this moment; None if it fails, which stops nothing."""
        self._read()
        curves = {trial: losses for trial, (_, losses) in self._curves.items()}
        try:
            verdict = self.stopper.judge(self.options, number, curves)
            if not isinstance(verdict, Verdict):
                raise TypeError(f"judge() gave {verdict!r} in place of a Verdict")
        except Exception as error:  # the border to other people's code
            self.say(f"stopper {self.stopper.name} failed, and stops nothing: {error!r}")
            return None
        return replace(verdict, why=in_words(verdict.standing, self.objective)) if verdict.standing else verdict

    def _read(self) -> None:
        for point in self.store.curves(self.sweep_id, since=self._cursor):
            self._cursor = point.cursor
            known = self._curves.get(point.trial)
            if known is None or point.run > known[0]:
                self._curves[point.trial] = (point.run, [point.loss])
            elif point.run == known[0]:
                known[1].append(point.loss)
