"""What the stopper says of a sweep's trials, from the curves that the store holds, in the metric's own sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sweepbridge.engine.growing import Growing
from sweepbridge.plugin import Json, Stopper, Verdict
from sweepbridge.spec import Objective
from sweepbridge.store import Ended, Store


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
    _runs: dict[int, int] = field(default_factory=dict)
    """The run that each curve is of, by trial."""
    _cursor: int = 0
    _position: int = 0
    """Where to read on in the log."""

    def __post_init__(self) -> None:
        self._curves = Growing(goal=self.objective.goal)
        for trial in self.store.priors(self.sweep_id):
            for loss in trial.observations:
                self._curves.log(trial.number, loss)
            if trial.state == "finished":
                self._curves.finish(trial.number)

    def verdict(self, number: int) -> Verdict | None:
        """What the stopper says of a trial, after each row of it that is new, and now; the first stop wins.

        None if the stopper fails, which stops nothing.
        """
        stop = now = None
        ends = self._ends()
        for trial in self._rows():
            now = self._asked(number) if trial == number else None
            stop = stop or (now if now is not None and now.stop else None)
        if self._finish(ends):
            now = None
        return stop or now or self._asked(number)

    def standing(self, number: int) -> Verdict | None:
        """What the stopper says of a trial as things stand, whatever it said before; None if it fails."""
        ends = self._ends()
        for _ in self._rows():
            pass
        self._finish(ends)
        return self._asked(number)

    def _asked(self, number: int) -> Verdict | None:
        try:
            verdict = self.stopper.judge(self.options, number, self._curves)
            if not isinstance(verdict, Verdict):
                raise TypeError(f"judge() gave {verdict!r} in place of a Verdict")
        except Exception as error:  # the border to other people's code
            self.say(f"stopper {self.stopper.name} failed, and stops nothing: {error!r}")
            return None
        stands = verdict.standing
        return replace(verdict, why=stands.sentence(self.objective.name, self.objective.goal)) if stands else verdict

    def _ends(self) -> list[Ended]:
        """The ends that are new. Read before the rows, so that of a trial which has finished all rows are there."""
        return self.store.ends(self.sweep_id, since=self._position)

    def _rows(self) -> Iterator[int]:
        """The trials of the rows that are new, each once its row is in the curves."""
        for point in self.store.curves(self.sweep_id, since=self._cursor):
            self._cursor = point.cursor
            known = self._runs.get(point.trial, point.run)
            if point.run < known:
                continue
            if point.run > known:
                self._curves.void(point.trial)
            self._runs[point.trial] = point.run
            self._curves.log(point.trial, point.loss)
            yield point.trial

    def _finish(self, ends: Sequence[Ended]) -> bool:
        """Note which trials have run to their end; whether any has."""
        self._position = ends[-1].position + 1 if ends else self._position
        finished = [end.trial for end in ends if end.state == "finished"]
        for trial in finished:
            self._curves.finish(trial)
        return bool(finished)
