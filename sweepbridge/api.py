"""The Python face: `sweep`, `agent` and `open_sweep`, in the shape of W&B's own functions, and a sweep by hand.

`import sweepbridge as wandb` runs W&B's own first example. What training code calls inside a run (`init`, `log`,
`config`) is in `sweepbridge.training`, which imports none of this.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal, TypeAlias, cast, get_args

from sweepbridge.agents.agent import Worked, new_name, work
from sweepbridge.agents.companions import Companions
from sweepbridge.agents.function import FunctionRunner
from sweepbridge.agents.hand import Held, held_by, take, take_elsewhere
from sweepbridge.agents.isolated import IsolatedRunner
from sweepbridge.agents.program import ProgramRunner
from sweepbridge.agents.runner import Runner
from sweepbridge.agents.terms import USUAL, Terms
from sweepbridge.agents.workers import Forks, attend
from sweepbridge.engine import (
    Counting,
    Derived,
    Earlier,
    Engine,
    Judging,
    Over,
    Plan,
    Wait,
    create,
    earlier_of,
    join,
    name_of,
    plan,
    plan_of,
    replay,
    steer,
    uncounted,
    value_of,
)
from sweepbridge.errors import PluginError, UsageError
from sweepbridge.plugin import ExportedSweep, Exporter, Json
from sweepbridge.registry import Registry
from sweepbridge.rundir import RunDir
from sweepbridge.space import nest
from sweepbridge.spec import Objective, SweepConfig, load_object
from sweepbridge.store import Run, Store, Sweep, TrialRecord, find_store, make_folder, open_store
from sweepbridge.view.bar import counted, waiting
from sweepbridge.view.best import best_of
from sweepbridge.view.cell import Cell, is_in_notebook
from sweepbridge.view.export import named_rows
from sweepbridge.view.exported import earlier_in
from sweepbridge.view.exporting import checked, exported, guarded
from sweepbridge.view.notebook import sweep_html
from sweepbridge.view.say import say
from sweepbridge.view.sizes import size_text
from sweepbridge.view.watch import watched_of

if TYPE_CHECKING:
    import optuna
    import pandas

Isolation: TypeAlias = Literal["none", "process"]
"""Where a trial calls a function: in the agent's main thread, or in a process of its own."""

_aloud = say
"""For what even an agent says that is to be quiet."""

_making = threading.Lock()

Plugins = Sequence[str | Path | ModuleType]
"""Plugins that are not installed: files, or modules."""
SweepLike = Mapping[str, object] | SweepConfig | Callable[[], "Mapping[str, object] | SweepConfig"]


def sweep(
    sweep: SweepLike,
    entity: str | None = None,
    project: str | None = None,
    prior_runs: Sequence[str | Path] | str | Path | None = None,
    *,
    backend: str | None = None,
    seed: int | None = None,
    store: str | Path | Store | None = None,
    say: Callable[[str], None] = say,
    plugins: Plugins = (),
) -> str:
    """Create a sweep, and give its id.

    `sweep` is a config as a dict, a `SweepConfig`, or a function without arguments that returns one. `entity` and
    `project` are kept with the sweep. `prior_runs` names trials that its log begins with: sweeps, single trials as
    `SWEEP-NUMBER`, and tables of trials. `backend` overrides the config's own; `seed` too. `say` hears what there is to
    note about the config, and the new id; unless given, it is printed on standard error. `plugins` are files or modules
    with plugins in them, beside those that are installed; give them to `agent` too. Raises ConfigError with every fault
    of the config, BackendError if nothing can search it, StoreError if the store can't be written, UsageError if no
    prior run can join.
    """
    given = sweep() if callable(sweep) else sweep
    if not isinstance(given, (Mapping, SweepConfig)):
        raise UsageError(
            "sweep() takes a config",
            found=f"{type(given).__name__}: {given!r}",
            expected="a dict, a SweepConfig, or a function that returns one",
            fix="for a file, use: sweepbridge sweep FILE",
        )
    loaded = load_object(_at_home(given, entity, project))
    decided = plan(loaded.config, Registry().with_local(plugins), backend=backend)
    for notice in (*map(str, loaded.warnings), *decided.notices):
        say(f"note: {notice}")
    if size := size_text(decided):
        say(size)
    priors = _names_of(prior_runs)
    created = new_sweep(decided, seed=seed, store=store_for(priors, store), prior_runs=priors)
    say(f"Create sweep with ID: {created.id}")
    return created.id


def agent(
    sweep_id: str,
    function: Callable[[], object] | None = None,
    entity: str | None = None,
    project: str | None = None,
    count: int | None = None,
    forward_signals: bool = False,
    term_timeout: float | None = None,
    max_consecutive_failed_runs: int | None = None,
    *,
    workers: int = 1,
    isolation: Isolation = "none",
    name: str | None = None,
    backend: str | None = None,
    store: str | Path | None = None,
    plugins: Plugins = (),
) -> None:
    """Work on a sweep until it is over, or until each agent has ended `count` runs.

    With a `function`, each trial calls it, without arguments, in the main thread; it calls `init()` and `log()`.
    With `isolation="process"`, each call is in a new process, a fork of this one: a crash, or memory that it leaks,
    costs one trial. Without a function, each trial runs the config's program. `workers` agents work at once, each in a
    process of its own. With a `backend`, they search with that one, whatever the sweep says; it is told all trials so
    far. `plugins` are files or modules with plugins in them, as `sweep` was given them. `entity` and `project` are
    W&B's, and change nothing here. With `forward_signals`, programs get every signal that their agent gets, and are
    killed `term_timeout` seconds after one that ends them. Raises SweepNotFound, UsageError or BackendError before any
    trial is taken.
    """
    del entity, project
    _refuse_unusable(function, {"count": count, "workers": workers}, isolation)
    terms = Terms(forward_signals, term_timeout, max_consecutive_failed_runs)
    memory = store_at(store, create=False)
    engine_for(sweep_id, memory, backend=backend, plugins=plugins)
    with _telling(sweep_id, memory) as tell:
        be = partial(
            work_on,
            sweep_id,
            memory,
            function,
            count=count,
            backend=backend,
            isolation=isolation,
            terms=terms,
            say=tell,
            plugins=plugins,
        )
        if workers == 1:
            worked = be(name=name or new_name(), counted=counted)
            tell(f"{worked.reason} ({worked.runs} runs by this agent, {worked.failed} failed)")
            return
        prefix = name or new_name()
        attend(Forks(lambda place: be(name=f"{prefix}-{place}"), workers), tell, forward_signals=forward_signals)


@contextmanager
def _telling(sweep_id: str, store: Store) -> Iterator[Callable[[str], None]]:
    """Where an agent's lines go: in a notebook into one cell that shows the sweep, else to standard error."""
    if not is_in_notebook():
        yield say
        return
    opened = open_sweep(sweep_id, store=store)
    with Cell(watched_of(store, opened.sweep, opened.config)) as cell:
        yield cell.say


def work_on(
    sweep_id: str,
    store: Store,
    function: Callable[[], object] | None,
    *,
    name: str,
    count: int | None,
    backend: str | None = None,
    isolation: Isolation = "none",
    terms: Terms = USUAL,
    say: Callable[[str], None] = say,
    plugins: Plugins = (),
    counted: Counting = uncounted,
) -> Worked:
    """Be one agent of a sweep, in this process. `say` hears what goes on; `counted` goes through a log to take in."""
    registry = Registry().with_local(plugins)
    engine = engine_for(sweep_id, store, registry, backend=backend)
    runner = _runner(engine.config, function, isolation, terms, Companions.of(registry))
    runs = make_folder(store.folder) / "runs"
    return work(engine, runner, name=name, runs=runs, count=count, terms=terms, say=say, warn=_aloud, counted=counted)


def _runner(
    config: SweepConfig,
    function: Callable[[], object] | None,
    isolation: Isolation,
    terms: Terms,
    companions: Companions,
) -> Runner:
    if function is None:
        return ProgramRunner(
            config.command,
            config.program,
            nested_args=config.nested_args,
            term_timeout_s=terms.term_timeout,
            companions=companions,
        )
    if isolation == "process":
        return IsolatedRunner(function, term_timeout_s=terms.term_timeout, companions=companions)
    return FunctionRunner(function, companions)


def new_sweep(
    decided: Plan,
    *,
    seed: int | None,
    store: Store,
    prior_runs: Sequence[str] = (),
    counted: Counting = counted,
) -> Sweep:
    """Write a sweep into a store. Without any seed, one is drawn from the system, and stored.

    What joins of the trials that `prior_runs` names, and what does not, is said; where there are many, `counted` shows
    how far they are. UsageError if none can join.
    """
    given = seed if seed is not None else decided.config.seed
    chosen = secrets.randbits(31) if given is None else given
    if not prior_runs:
        return create(store, decided, seed=chosen)
    earlier = [one for name in prior_runs for one in _earlier(name, store, decided.config, counted)]
    joined = join(decided, earlier, seed=chosen, counted=counted)
    say(f"note: {joined.notice}")
    with nullcontext() if counted is uncounted else waiting("storing prior trials"):  # one transaction: whole or not
        return create(store, decided, seed=chosen, priors=joined.priors)


def _names_of(prior_runs: object) -> list[str]:
    given = prior_runs if isinstance(prior_runs, (list, tuple)) else [] if prior_runs is None else [prior_runs]
    names = [str(one) for one in given if isinstance(one, (str, Path))]
    if strange := [one for one in given if not isinstance(one, (str, Path))]:
        raise UsageError(
            "sweep() takes the names of prior runs",
            found=f"prior_runs with {strange[0]!r}",
            expected="a list of sweeps' ids, of trials as ID-NUMBER, and of files",
            fix='prior_runs=["abcdefgh", "old.csv"]',
        )
    return names


def store_for(prior_runs: Sequence[str], where: str | Path | Store | None = None) -> Store:
    """The store for a new sweep. It is there already if a prior run is in it, and else made if need be."""
    return store_at(where, create=all(Path(name).is_file() for name in prior_runs))


def _earlier(name: str, store: Store, config: SweepConfig, counted: Counting) -> list[Earlier]:
    """The trials that a prior run names: a table's, a sweep's, or one of a sweep's."""
    if Path(name).is_file():
        return earlier_in(Path(name), config)
    sweep_id, _, numbers = bare_id(name).partition("-")
    trial, _, run = numbers.partition("-")
    if not (trial.isdecimal() and (run.isdecimal() or not run)):
        sweep_id, trial = bare_id(name), ""
    objectives = load_object(store.sweep(sweep_id).config).config.objectives
    return earlier_of(store, sweep_id, objectives, int(trial) if trial else None, counted=counted)


def store_at(where: str | Path | Store | None = None, *, create: bool = True) -> Store:
    """The store that a command or a call means: the one named, else `$SWEEPBRIDGE_STORE`, else the nearest.

    The nearest is `.sweepbridge/` in this folder or the first parent that has one; with `create`, it is made here
    if there is none. It is also where the run directories go when the store is on a server.
    """
    if isinstance(where, Store):
        return where
    return open_store(place_of(where), create=create, folder=find_store(Path.cwd()))


def place_of(where: str | Path | None = None) -> str | Path:
    """The folder or URL of the store that is meant, as `store_at` finds it. It may not be there."""
    return where or os.environ.get("SWEEPBRIDGE_STORE") or find_store(Path.cwd())


def engine_for(
    sweep_id: str,
    store: Store,
    registry: Registry | None = None,
    *,
    backend: str | None = None,
    plugins: Plugins = (),
) -> Engine:
    """The engine of a stored sweep. It searches as the sweep says, or with `backend`, whatever the sweep says.

    SweepNotFound, or as `plan`, if the search can't be followed here.
    """
    stored = store.sweep(bare_id(sweep_id))
    registry = registry or Registry().with_local(plugins)
    if backend is None:
        registry.require(stored.backend, stored.provenance)
    config = load_object(stored.config).config
    if backend is not None:
        return Engine(store, stored, plan(config, registry, backend=backend), registry, is_pinned=True)
    return Engine(store, stored, plan_of(store.searches(stored.id)[stored.search], config, registry), registry)


def derived(sweep_id: str, store: Store, *, plugins: Plugins = ()) -> list[Derived]:
    """Every suggestion of a stored sweep, derived again from its log by whoever made it. As `plan`, if one can't be.

    On a terminal, a bar shows how far that is.
    """
    stored = store.sweep(bare_id(sweep_id))
    plans, log = plans_for(stored.id, store, plugins=plugins), store.events(stored.id)
    return list(replay(plans, stored.seed, log, counted=counted))


def plans_for(sweep_id: str, store: Store, *, plugins: Plugins = ()) -> dict[int, Plan]:
    """The plan of each search of a stored sweep that has suggested a trial, by number. As `plan`, if one can't be."""
    config, registry = load_object(store.sweep(sweep_id).config).config, Registry().with_local(plugins)
    used = {event.trial.search for event in store.events(sweep_id)}
    return {one.number: plan_of(one, config, registry) for one in store.searches(sweep_id) if one.number in used}


def bare_id(sweep_id: str) -> str:
    """The id itself, of an id or of W&B's `entity/project/id`."""
    return sweep_id.rstrip("/").rpartition("/")[2]


def _at_home(given: Mapping[str, object] | SweepConfig, entity: str | None, project: str | None) -> dict[str, object]:
    """A config with the entity and the project that were given beside it, which win over its own.

    Where neither says, W&B's environment variables do.
    """
    config: dict[str, object] = {**(given.to_dict() if isinstance(given, SweepConfig) else given)}
    for key, beside in (("entity", entity), ("project", project)):
        found = beside or config.get(key) or os.environ.get(f"WANDB_{key.upper()}")
        config |= {key: found} if found else {}
    return config


def _refuse_unusable(function: object, limits: Mapping[str, int | None], isolation: object) -> None:
    if function is not None and not callable(function):
        raise UsageError(
            "agent() takes a function",
            found=f"function = {function!r}",
            expected="a function without arguments, or None to run the config's program",
            fix="pass the function itself, without calling it",
        )
    if isolation not in get_args(Isolation):
        raise UsageError(
            "agent() takes an isolation by name",
            found=f"isolation = {isolation!r}",
            expected=f"one of {', '.join(map(repr, get_args(Isolation)))}",
            fix='isolation="process"',
        )
    for name, number in limits.items():
        if number is not None and not (type(number) is int and number >= 1):
            raise UsageError(
                f"agent() takes a {name} of 1 or more",
                found=f"{name} = {number!r}",
                expected="a whole number of at least 1",
                fix=f"{name}=1",
            )


@dataclass(frozen=True)
class OpenSweep:
    """A stored sweep, to look at, to steer, and to work on by hand.

    To look at it works without the plugin that searched it.
    """

    store: Store
    id: str

    @property
    def sweep(self) -> Sweep:
        """What the store says of it now."""
        return self.store.sweep(self.id)

    @property
    def state(self) -> str:
        """`running`, `paused`, `stopped`, `cancelled`, `finished` or `failed`."""
        return self.sweep.state

    @cached_property
    def config(self) -> SweepConfig:
        """Its config."""
        return load_object(self.sweep.config).config

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """What it optimizes; empty if it has no metric."""
        return self.config.objectives

    def pause(self) -> None:
        """Give out no new trials for now; those that run go on. UsageError if it is over."""
        steer(self.store, self.id, "pause")

    def resume(self) -> None:
        """Give out trials again, also if it is over: agents that are started then go on where it ended."""
        steer(self.store, self.id, "resume")

    def stop(self) -> None:
        """Give out no more trials; those that run may end. UsageError if it is over."""
        steer(self.store, self.id, "stop")

    def cancel(self) -> None:
        """Give out no more trials, and end those that run. UsageError if it is over, unless it was stopped."""
        steer(self.store, self.id, "cancel")

    @property
    def trials(self) -> list[TrialRecord]:
        """Every trial so far, by number."""
        return self.store.trials(self.id)

    @property
    def best(self) -> TrialRecord | None:
        """The best trial with a result so far; None if there is none."""
        return best_of(self.trials)

    def params(self, number: int) -> dict[str, Json]:
        """A trial's parameters as training code gets them: nested."""
        return nest(self.store.trial(self.id, number).trial.params)

    def name_of(self, record: TrialRecord) -> str:
        """What a trial is called: as the config's `run_name` says, else `lively-sweep-12` or another such name."""
        return name_of(self.config, record.trial)

    def metric(self, record: TrialRecord) -> float | None:
        """A trial's value of the first objective, in the metric's own sign; None if it has none."""
        loss = record.trial.loss
        if loss is None or record.trial.state == "failed" or not self.objectives:
            return None
        return value_of(self.objectives[0], loss)

    def standing(self, number: int) -> str | None:
        """What the sweep's stopper says of a trial as things stand, for people; None without a stopper.

        It may differ from what it said at the time: the threshold moves as other trials go on.
        """
        name = self.config.stopper_name
        if name is None or not self.objectives:
            return None
        try:
            stopper = Registry().stopper(name).record
        except (PluginError, UsageError) as error:  # what it was in a sweep can be looked at without it
            return f"{error.what}: {error.fix}"
        told: list[str] = []
        judging = Judging(self.store, self.id, self.objectives[0], stopper, self.config.stopper_options, told.append)
        verdict = judging.standing(number)
        return verdict.why if verdict is not None else told[0]

    def rows(self, number: int) -> list[dict[str, Json]]:
        """What the latest run of a trial has logged, in order."""
        return [dict(row.data) for row in self.store.rows(self.id, number)]

    def history(self, number: int) -> list[dict[str, Json]]:
        """What every run of a trial has logged, in order, those that were lost as well.

        Beside the metrics, each row has `_run`, counting from 1, and `_step`, counting from 0 within the run, unless
        the run has logged a `_step` of its own.
        """
        return [
            {"_run": run.run, "_step": row.index, **row.data}
            for run in self.runs(number)
            for row in self.store.rows(self.id, number, run.run)
        ]

    def runs(self, number: int | None = None) -> list[Run]:
        """Every run, or those of one trial, by trial and run number."""
        return self.store.runs(self.id, number)

    def stderr(self, number: int) -> str | None:
        """What the latest run of a trial wrote to standard error, a function's traceback included.

        None if its folder is not on this machine.
        """
        run = self.store.trial(self.id, number).runs
        try:
            written = RunDir.of(self.store.folder / "runs", self.id, number, run).stderr_file.read_bytes()
        except OSError:
            return None
        return written.decode("utf-8", "replace")

    def ask(self, agent: str | None = None) -> Held | Wait | Over:
        """A trial to run by hand, in this process: the one that waits longest, else a new one.

        `Wait` says why there is none now, `Over` why there will be none any more. `agent` is the name under which it
        is held; one that comes back gets its own unfinished trial again. Raises PluginError if the backend fails, and
        UsageError if another agent of this name is alive and has a run.
        """
        return take(self._engine, agent or self._name, self._runs)

    def ask_for(self, agent: str) -> Held | Wait | Over:
        """As `ask`, for an agent whose runs go on in another process, and may outlive this one.

        Its run is lost once it was silent for a minute, and not when this process ends. `held` takes it up again.
        """
        return take_elsewhere(self._engine, agent, self._runs)

    def held(self, agent: str) -> Held | None:
        """The run that an agent holds and has not ended, to go on with it; None if there is none."""
        return held_by(self._engine, agent, self._runs)

    @property
    def _engine(self) -> Engine:
        with _making:  # threads share an opened sweep, and are to share its searcher
            return self._made_engine

    @cached_property
    def _made_engine(self) -> Engine:
        return engine_for(self.id, self.store)

    @cached_property
    def _name(self) -> str:
        return new_name()

    @property
    def _runs(self) -> Path:
        return make_folder(self.store.folder) / "runs"

    @property
    def table(self) -> list[dict[str, Json]]:
        """All trials as `sweepbridge export` has them, a row each."""
        return named_rows(self.trials, self.config)

    def to_pandas(self) -> pandas.DataFrame:
        """The rows of `sweepbridge export` as a data frame. Needs pandas."""
        import pandas  # not a dependency: only those who call this need it

        return pandas.DataFrame(self.table)

    def _repr_html_(self) -> str:
        """What a notebook shows of it."""
        return sweep_html(self.sweep, self.config, self.trials)

    def to_optuna(self) -> optuna.Study:
        """The sweep as a study in memory, for Optuna's plots and importances. Needs sweepbridge-optuna.

        A stopped trial is PRUNED, a failed one FAIL. UsageError for a sweep without a metric.
        """
        made = self._exported_by("optuna", lambda exporter, sweep: exporter.make(sweep))
        return cast("optuna.Study", made)

    def write_as(self, kind: str, file: str | Path, *, plugins: Plugins = ()) -> None:
        """Write the sweep into a file, as the exporter of this name does. UsageError if it can't be."""
        self._exported_by(kind, lambda exporter, sweep: exporter.write(sweep, Path(file)), plugins)

    def _exported_by(self, kind: str, do: Callable[[Exporter, ExportedSweep], object], plugins: Plugins = ()) -> object:
        offer = Registry().with_local(plugins).exporter(kind)
        whole = exported(self.store, self.sweep, self.config)
        checked(offer, whole)
        return guarded(offer, lambda: do(offer.record, whole))


def open_sweep(sweep_id: str, *, store: str | Path | Store | None = None) -> OpenSweep:
    """A stored sweep, to look at and to work on by hand. Raises SweepNotFound."""
    memory = store_at(store, create=False)
    return OpenSweep(memory, memory.sweep(bare_id(sweep_id)).id)


def list_sweeps(*, store: str | Path | Store | None = None) -> list[OpenSweep]:
    """Every sweep of a store, oldest first. StoreError if there is no store."""
    memory = store_at(store, create=False)
    return [OpenSweep(memory, sweep.id) for sweep in memory.sweeps()]
