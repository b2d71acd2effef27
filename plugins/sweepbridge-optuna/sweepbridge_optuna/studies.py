"""A sweep as a study of Optuna's. Imports Optuna.

Parameters have their own values here, and not the axes that samplers see: a study is for people. A quantised parameter
has no `step`, which counts from the lower bound in Optuna, where W&B's `q` means multiples of q.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages import BaseStorage, InMemoryStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState
from typing_extensions import assert_never

from sweepbridge.plugin import ExportedSweep, ExportedTrial, Json, Trial
from sweepbridge.space import Beta, Choice, Constant, Domain, Integer, Normal, Uniform, decode, dotted, identity

SQLITE = frozenset({".db", ".sqlite", ".sqlite3"})
"""What files end in that are to be SQLite databases. All others are journals."""

_FAR_OUT = 1e-4
"""The share of a normal parameter's mass below the least value that its distribution has, and above the greatest."""


@dataclass(frozen=True, slots=True)
class Column:
    """A parameter, as Optuna has it."""

    name: str
    distribution: BaseDistribution
    texts: Mapping[Hashable, str] = field(default_factory=dict)
    """Its values as JSON, by identity, where Optuna does not tell them apart; else empty."""

    def value(self, value: Json) -> Json:
        """A value as the distribution has it."""
        return self.texts[identity(value)] if self.texts else value


def in_memory(sweep: ExportedSweep) -> optuna.Study:
    """The study of a sweep that has a metric."""
    return _study(sweep, InMemoryStorage())


def into_file(sweep: ExportedSweep, file: Path) -> None:
    """Write the study, under the sweep's id, into a file; others in it stay. FileExistsError if it is in it already."""
    if not file.parent.is_dir():
        raise FileNotFoundError(f"no folder {file.parent}")
    with _storage(file) as storage:
        if sweep.id in {study.study_name for study in storage.get_all_studies()}:
            raise FileExistsError(f"a study {sweep.id} is in it already")
        _study(sweep, storage)


@contextmanager
def _storage(file: Path) -> Iterator[BaseStorage]:
    if file.suffix not in SQLITE:
        yield JournalStorage(JournalFileBackend(str(file)))
        return
    database = RDBStorage(f"sqlite:///{file}")
    try:
        yield database
    finally:
        database.remove_session()
        database.engine.dispose()


def _study(sweep: ExportedSweep, storage: BaseStorage) -> optuna.Study:
    directions = [StudyDirection.MAXIMIZE if goal.is_maximized else StudyDirection.MINIMIZE for goal in sweep.goals]
    with _quiet():
        study = optuna.create_study(study_name=sweep.id, storage=storage, directions=directions)
        study.set_metric_names([goal.name for goal in sweep.goals])
    about = {"name": sweep.name, "seed": sweep.seed, "config": dict(sweep.config), "provenance": dict(sweep.provenance)}
    for key, value in about.items():
        study.set_user_attr(key, value)
    columns = _columns(sweep)
    study.add_trials([_trial(one, columns, sweep) for one in sweep.trials])
    return study


@contextmanager
def _quiet() -> Iterator[None]:
    """Without Optuna's line about a new study, and its word that metric names are young."""
    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(verbosity)


def _trial(record: ExportedTrial, columns: Mapping[str, Column], sweep: ExportedSweep) -> FrozenTrial:
    trial = record.trial
    state = _state(trial)
    losses = trial.losses or ()
    has_values = state in (TrialState.COMPLETE, TrialState.PRUNED) and len(losses) == len(sweep.goals)
    values = [goal.value(loss) for goal, loss in zip(sweep.goals, losses, strict=True)] if has_values else None
    active = {path: columns[path] for path in trial.params if path in columns}
    return FrozenTrial(
        number=trial.number,
        trial_id=trial.number,
        state=state,
        value=None,
        values=values,
        datetime_start=datetime.fromtimestamp(record.began_at),
        datetime_complete=_end_of(record) if state.is_finished() else None,
        params={column.name: column.value(trial.params[path]) for path, column in active.items()},
        distributions={column.name: column.distribution for column in active.values()},
        user_attrs=_about(record),
        system_attrs={},
        intermediate_values={step: sweep.goals[0].value(loss) for step, loss in enumerate(record.curve)},
    )


def _state(trial: Trial) -> TrialState:
    match trial.state:
        case "running":
            return TrialState.RUNNING
        case "finished":
            return TrialState.COMPLETE if trial.losses else TrialState.FAIL
        case "stopped":
            return TrialState.PRUNED
        case "failed":
            return TrialState.FAIL
        case _:
            assert_never(trial.state)


def _end_of(record: ExportedTrial) -> datetime:
    """In the machine's own time without a zone, as Optuna has it."""
    return datetime.fromtimestamp(record.began_at if record.ended_at is None else record.ended_at)


def _about(record: ExportedTrial) -> dict[str, Json]:
    """What Optuna has no place for."""
    about: dict[str, Json] = {
        "name": record.name,
        "backend": record.backend,
        "method": record.method,
        "agent": record.agent,
        "reason": record.trial.reason,
        "seed": record.trial.seed,
        "is_prior": record.trial.is_prior,
    }
    return {**about, **{f"summary.{name}": value for name, value in record.summary.items()}}


def _columns(sweep: ExportedSweep) -> dict[str, Column]:
    """Each parameter's column, by path. It has its dotted name, unless two paths read alike."""
    names = [dotted(path) for path in sweep.space]
    columns = {}
    for path, domain in sweep.space.items():
        name = dotted(path) if names.count(dotted(path)) == 1 else path
        columns[path] = _column(
            name, domain, [one.trial.params[path] for one in sweep.trials if path in one.trial.params]
        )
    return columns


def _column(name: str, domain: Domain, values: Sequence[Json]) -> Column:
    """A column that holds a domain and these values, which may lie outside of it: another sweep's may be told."""
    numbers = [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    match domain:
        case Constant(constant):
            return _listed(name, [constant, *values])
        case Choice(listed):
            return _listed(name, [*listed, *values])
        case Integer(low, high):
            return Column(name, IntDistribution(min([low, *map(int, numbers)]), max([high, *map(int, numbers)])))
        case Uniform(low, high, log, quantum):
            return Column(name, _range([low, high, *numbers], quantum, log=log))
        case Normal(log=log, quantum=quantum):
            ends = [float(str(decode(domain, u))) for u in (_FAR_OUT, 1 - _FAR_OUT)]
            return Column(name, _range([*ends, *numbers], quantum, log=log))
        case Beta(quantum=quantum):
            return Column(name, _range([0.0, 1.0, *numbers], quantum, log=False))
        case _:
            assert_never(domain)


def _range(inside: Sequence[float], quantum: float | None, *, log: bool) -> BaseDistribution:
    low, high = min(inside), max(inside)
    if isinstance(quantum, int):
        first = math.ceil(low)
        return IntDistribution(first, max(first, math.floor(high)), log=log and first >= 1)
    return FloatDistribution(low, high, log=log and low > 0)


def _listed(name: str, values: Sequence[Json]) -> Column:
    listed: dict[Hashable, Json] = {}
    for value in values:
        listed.setdefault(identity(value), value)
    if not _are_told_apart(list(listed.values())):
        texts = {key: json.dumps(value, ensure_ascii=False) for key, value in listed.items()}
        return Column(name, CategoricalDistribution(list(texts.values())), texts)
    return Column(name, CategoricalDistribution(list(listed.values())))  # type: ignore[arg-type]  # they are scalars


def _are_told_apart(values: Sequence[Json]) -> bool:
    """Whether Optuna can: it takes no lists, and True for 1; NaN is equal to nothing."""
    are_scalars = all(value is None or isinstance(value, (bool, int, float, str)) for value in values)
    return are_scalars and all(sum(value == other for other in values) == 1 for value in values)
