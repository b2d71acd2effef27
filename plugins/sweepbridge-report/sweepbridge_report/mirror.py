"""What optuna's dashboard looks at: a storage of optuna's in memory, made to show what our store holds.

Our store is only read, and only what is new in it. What someone does to the mirror stays in the mirror.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages import InMemoryStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState
from typing_extensions import assert_never

from sweepbridge import OpenSweep, Store, TrialRecord, open_sweep
from sweepbridge.plugin import Json
from sweepbridge.space import Beta, Choice, Constant, Domain, Integer, Normal, Uniform, dotted, identity
from sweepbridge_report.columns import number
from sweepbridge_report.curves import POINTS, places

MANY = 50
"""With more trials than this that have news, all are read at once."""
TAILS = 12.0
"""A normal distribution reaches so many of its sigmas: no double lies further out."""
STATES = {
    "running": TrialState.RUNNING,
    "finished": TrialState.COMPLETE,
    "stopped": TrialState.PRUNED,
    "failed": TrialState.FAIL,
}

Given: TypeAlias = dict[str, float | int | str]


@dataclass
class Study:
    """A sweep in the mirror, and how far it has been read."""

    number: int
    opened: OpenSweep
    spans: Mapping[str, BaseDistribution]
    position: int = 0
    trials: dict[int, int] = field(default_factory=dict)
    """Optuna's name for each trial, by its number."""
    at_work: set[int] = field(default_factory=set)


class Mirror:
    """Shows every sweep of a store that has a metric as a study of optuna's."""

    def __init__(self, store: Store) -> None:
        self.storage = InMemoryStorage()
        self._store = store
        self._studies: dict[str, Study | None] = {}

    @property
    def left_out(self) -> int:
        """How many sweeps have no metric, which a study can't be without."""
        return sum(1 for study in self._studies.values() if study is None)

    def refresh(self) -> None:
        """Take in all that is new. StoreError if the store can't be read; it goes on where it was."""
        for sweep in self._store.sweeps():
            if sweep.id not in self._studies:
                self._studies[sweep.id] = self._begun(open_sweep(sweep.id, store=self._store))
            study = self._studies[sweep.id]
            if study is None:
                continue
            if study.position < sweep.length:
                self._take_in_news(study)
            for trial in sorted(study.at_work):
                self._follow(study, trial)

    def _begun(self, opened: OpenSweep) -> Study | None:
        if not opened.objectives:
            return None
        sweep = opened.sweep
        goals = [StudyDirection[one.goal.upper()] for one in opened.objectives]
        number = self.storage.create_new_study(goals, f"{sweep.name} ({sweep.id})" if sweep.name else sweep.id)
        self.storage.set_study_system_attr(number, "study:metric_names", [one.name for one in opened.objectives])
        self.storage.set_study_user_attr(number, "search", f"{sweep.method} by {sweep.backend}")
        self.storage.set_study_user_attr(number, "seed", str(sweep.seed))
        return Study(number, opened, {path: span(domain) for path, domain in opened.config.space.items()})

    def _take_in_news(self, study: Study) -> None:
        events = self._store.events(study.opened.id, study.position)
        news = sorted({event.trial.number for event in events})
        for record in self._records(study, news):
            if record.trial.number not in study.trials:
                study.trials[record.trial.number] = self.storage.create_new_trial(study.number, frozen(study, record))
                if record.trial.is_running:
                    study.at_work.add(record.trial.number)
            elif record.trial.number in study.at_work and not record.trial.is_running:
                self._end(study, record)
        study.position += len(events)

    def _records(self, study: Study, news: Iterable[int]) -> list[TrialRecord]:
        wanted = set(news)
        if len(wanted) > MANY:
            return [record for record in study.opened.trials if record.trial.number in wanted]
        return [self._store.trial(study.opened.id, one) for one in sorted(wanted)]

    def _end(self, study: Study, record: TrialRecord) -> None:
        self._follow(study, record.trial.number)
        name = study.trials[record.trial.number]
        for key, value in attributes(record).items():
            self.storage.set_trial_user_attr(name, key, value)
        self.storage.set_trial_state_values(name, state(study, record), values(study, record))
        study.at_work.discard(record.trial.number)

    def _follow(self, study: Study, trial: int) -> None:
        """Take in what a trial that runs has logged so far."""
        name = study.trials[trial]
        known = self.storage.get_trial(name).intermediate_values
        sign = _signs(study)[0]
        for row in self._store.rows(study.opened.id, trial):
            if row.loss is not None and known.get(row.index) != sign * row.loss:
                self.storage.set_trial_intermediate_value(name, row.index, sign * row.loss)


def frozen(study: Study, record: TrialRecord) -> FrozenTrial:
    """A trial as optuna has it. A value outside of the space, as a prior one may have, becomes an attribute."""
    trial = record.trial
    params = {path: given(study.opened.config.space.get(path), value) for path, value in trial.params.items()}
    inside = {path for path, value in params.items() if path in study.spans and _is_in(study.spans[path], value)}
    outside = {f"params.{dotted(path)}": str(value) for path, value in params.items() if path not in inside}
    sign = _signs(study)[0]
    return FrozenTrial(
        number=trial.number,
        trial_id=-1,
        state=state(study, record),
        value=None,
        values=values(study, record),
        datetime_start=datetime.fromtimestamp(record.began_at),
        datetime_complete=None if trial.is_running else datetime.fromtimestamp(record.ended_at or record.began_at),
        params={dotted(path): params[path] for path in params if path in inside},
        distributions={dotted(path): study.spans[path] for path in params if path in inside},
        user_attrs={"name": study.opened.name_of(record), **attributes(record), **outside},
        system_attrs={},
        intermediate_values={
            place: sign * trial.observations[place] for place in places(len(trial.observations), POINTS)
        },
    )


def state(study: Study, record: TrialRecord) -> TrialState:
    """How optuna says that it stands. A complete trial needs a value there; one without is shown as pruned."""
    found = STATES[record.trial.state]
    return TrialState.PRUNED if found == TrialState.COMPLETE and values(study, record) is None else found


def values(study: Study, record: TrialRecord) -> list[float] | None:
    """The objectives' values, in the metric's own sign; None without a result."""
    if record.trial.losses is None or record.trial.state not in ("finished", "stopped"):
        return None
    return [sign * loss for sign, loss in zip(_signs(study), record.trial.losses, strict=True)]


def attributes(record: TrialRecord) -> dict[str, str]:
    """What else there is to know of a trial."""
    found = {"agent": record.agent, "backend": record.backend, "reason": record.trial.reason}
    return {name: value for name, value in found.items() if value}


def span(domain: Domain) -> BaseDistribution:
    """The distribution of optuna's that has every value of a domain. It is for the eye: nothing is sampled from it."""
    match domain:
        case Constant(value):
            return CategoricalDistribution([_text(value)])
        case Choice(values):
            return CategoricalDistribution(list({identity(value): _text(value) for value in values}.values()))
        case Integer(low, high):
            return IntDistribution(low, high)
        case Uniform(low, high, log):
            return FloatDistribution(low, high, log=log)
        case Normal(mu, sigma, log):
            low, high = mu - TAILS * sigma, mu + TAILS * sigma
            return FloatDistribution(math.exp(low), math.exp(high), log=True) if log else FloatDistribution(low, high)
        case Beta():
            return FloatDistribution(0.0, 1.0)
        case _:
            assert_never(domain)


def given(domain: Domain | None, value: Json) -> float | int | str:
    """A value as its distribution has it: a number, or the text of anything that is chosen."""
    if isinstance(domain, (Constant, Choice)) or number(value) is None:
        return _text(value)
    assert isinstance(value, (int, float))
    return value


def _is_in(span: BaseDistribution, value: float | str) -> bool:
    try:
        return bool(span._contains(span.to_internal_repr(value)))  # noqa: SLF001  # there is no public way
    except (ValueError, TypeError):
        return False


def _text(value: Json) -> str:
    return value if isinstance(value, str) else str(value)


def _signs(study: Study) -> list[int]:
    return [-1 if objective.goal == "maximize" else 1 for objective in study.opened.objectives]
