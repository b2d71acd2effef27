"""What is decided before trial 1: who searches, what, with which stopper. All that can't be done is said here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sweepbridge.engine.tried import Asked, Tried
from sweepbridge.errors import BackendError, ConfigError, Fault, PluginError, SweepbridgeError, UsageError
from sweepbridge.plugin import LARGEST_NOTE, HasProvenance, Issue, Json, Problem, Searcher, Stopper, Suggestion, Trial
from sweepbridge.plugin.border import border, prints_aside
from sweepbridge.registry import Chosen, Offer, Plugin, Registry
from sweepbridge.space import Params, Space, dotted, every_point, is_plain
from sweepbridge.spec import NEED_A_METRIC, SweepConfig
from sweepbridge.trials import seed_of

Found = TypeVar("Found")


@dataclass(frozen=True)
class Plan:
    """A config together with the backend that searches it. Nothing in it refuses to run."""

    config: SweepConfig
    chosen: Chosen
    problem: Problem
    stopper: Stopper | None
    notices: tuple[str, ...] = ()
    """What the user should know before trial 1, a sentence each."""
    options: Mapping[str, Json] | None = None
    """The options of a backend that was put in the place of the config's own; None where they are the config's."""

    @property
    def stopper_options(self) -> Mapping[str, Json]:
        """What stands beside `early_terminate.type`."""
        return self.config.stopper_options

    @property
    def provenance(self) -> dict[str, str]:
        """The versions that its suggestions depend on, by name. PluginError if the backend fails to name them."""
        backend = self.chosen.backend
        try:
            of_problem = dict(backend.provenance(self.problem)) if isinstance(backend, HasProvenance) else {}
        except Exception as error:  # the border to other people's code
            raise self.blame("failed to say what it depends on", f"{type(error).__name__}: {error}") from error
        return {**self.chosen.provenance, **of_problem}

    @property
    def points(self) -> int | None:
        """How many points there are that run once each; None if there is no end of them, or they may come again."""
        is_once = self.problem.method == "grid" or self.config.skips_duplicates
        return self.problem.space.size if is_once else None

    @property
    def trials(self) -> int | None:
        """How many trials there will be at the most; None if there is no end of them."""
        return self.trials_without(0)

    def trials_without(self, spared: int) -> int | None:
        """The same where so many of the points have run before."""
        points = None if self.points is None else self.points - spared
        return min((one for one in (self.config.run_cap, points) if one is not None), default=None)

    def spared(self, params: Iterable[Params]) -> set[int]:
        """Which of the points that run once each are among these, by number."""
        grid = every_point(self.problem.space) if self.points is not None else None
        found = [grid.index(one) for one in params] if grid is not None else []
        return {number for number in found if number is not None}

    @property
    def searcher(self) -> str:
        """Who searches, as messages name it: the backend, and the distribution and version that it comes from."""
        return f'backend "{self.chosen.backend.name}" of {self.chosen.plugin.title}'

    def start(self) -> Searcher:
        """A fresh searcher. PluginError if the backend fails."""
        with border(lambda error: self.blame("failed to start", error)), prints_aside():
            return self.chosen.backend.start(self.problem)

    def ask(self, searcher: Searcher, seed: int) -> Suggestion | None:
        """What the searcher suggests, held to the contract. PluginError if it fails or leaves the space."""
        with border(lambda error: self.blame("failed when it was asked", error)), prints_aside():
            suggestion = searcher.ask(seed)
        if suggestion is not None:
            self._hold_to_the_contract(suggestion)
        return suggestion

    def tell(self, searcher: Searcher, trial: Trial) -> None:
        """Tell the searcher an event. PluginError if it fails."""
        doing = f"failed when it was told of trial {trial.number}"
        with border(lambda error: self.blame(doing, error)), prints_aside():
            searcher.tell(trial)

    def first(self, seed: int, trials: int) -> Iterator[Suggestion]:
        """The first suggestions of a sweep that has no results yet. Nothing is run, and nothing is stored."""
        searcher, tried = self.start(), self.tried()
        for number in range(trials):
            asked = self.next(searcher, tried, seed_of(seed, number))
            if asked is None:
                return
            yield asked.suggestion
            params, note = asked.suggestion.params, asked.suggestion.note
            if tried is not None:
                tried.add(params)
            self.tell(searcher, Trial(number, asked.seed, "running", params, note))

    def tried(self) -> Tried | None:
        """What remembers the points that have been tried; None where a point may be tried again, and for a grid."""
        skips = self.config.skips_duplicates and self.problem.method != "grid"
        return Tried(self.problem.space) if skips and self.problem.space.size is not None else None

    def next(self, searcher: Searcher, tried: Tried | None, seed: int) -> Asked | None:
        """What the next trial is to be, with the seed that it was asked with; None for "nothing now"."""
        if tried is not None:
            return None if tried.is_complete else tried.fresh(lambda one: self.ask(searcher, one), seed)
        suggestion = self.ask(searcher, seed)
        return Asked(suggestion, seed) if suggestion is not None else None

    def blame(self, what: str, found: str) -> PluginError:
        """The error that names the plugin behind this plan's backend, and its version."""
        return PluginError(
            f"{self.searcher} {what}",
            found=found,
            expected="a backend that keeps the contract",
            fix=f"{self.chosen.plugin.complaint}; every finished trial is stored",
        )

    def _hold_to_the_contract(self, suggestion: object) -> None:
        """PluginError if it is no suggestion for this problem. It may be anything, and fail when it is looked at."""
        with border(lambda error: self.blame("answered with something that can't be read", error)):
            broken = _broken(suggestion, self.problem.space)
        if broken is not None:
            raise self.blame(*broken)


def _broken(suggestion: object, space: Space) -> tuple[str, str] | None:
    """What an answer has done to break the contract, and how that shows; None if it keeps it."""
    if not isinstance(suggestion, Suggestion) or not isinstance(suggestion.params, Mapping):
        return "answered with something else than a Suggestion", f"{suggestion!r}"
    size = _size_of(suggestion.note)
    if size is None:
        return "put something into its note that JSON can't hold", f"note = {suggestion.note!r}"
    if size > LARGEST_NOTE:
        return "wrote too much into its note", f"{size:,} bytes of JSON, where {LARGEST_NOTE:,} are taken"
    outside = space.outside(suggestion.params)
    outside += [f"{dotted(path)} is missing" for path in space if path not in suggestion.params]
    return ("suggested a point that is not in the space", "; ".join(outside)) if outside else None


def _size_of(note: object) -> int | None:
    """How many bytes of JSON a note has; None if it would come back as something else."""
    if not isinstance(note, Mapping) or not is_plain(dict(note)):
        return None
    try:
        return len(json.dumps(dict(note), allow_nan=False))
    except ValueError:  # PostgreSQL's JSON has no NaN, and no infinity
        return None


def plan(
    config: SweepConfig,
    registry: Registry,
    *,
    backend: str | None = None,
    options: Mapping[str, Json] | None = None,
) -> Plan:
    """Decide who searches a config.

    `backend` overrides the config's own choice: a name, or a name and a method as in `optuna:cmaes`. `options` are for
    that one; the config's own hold for its own backend and method alone.

    Raises BackendError if no backend can serve, UsageError if there is no such stopper, and ConfigError with all faults
    if there are several, or if what is chosen refuses something.
    """
    chosen, none_serves = _found(lambda: _choose(config, registry, backend))
    offer, none_stops = _found(lambda: registry.stopper(config.stopper_name) if config.stopper_name else None)
    issues = _issues_of_stopper(offer, config) if offer is not None else []
    problem = None
    if chosen is not None:
        problem = _problem(config, chosen, options)
        issues = [*_issues_of_backend(chosen, problem, config), *issues]
    missing = [error for error in (none_serves, none_stops) if error is not None]
    refused = [_fault(issue, place) for issue, place in issues if issue.refuses]
    if len(missing) == 1 and not refused:
        raise missing[0]
    if missing or refused:
        raise ConfigError([*map(as_fault, missing), *refused])
    assert chosen is not None
    assert problem is not None
    given = None if _is_its_own(config, chosen) and options is None else dict(options or {})
    notices = (*_notices(config, chosen, options), *(_told(issue) for issue, _ in issues))
    return Plan(config, chosen, problem, offer.record if offer else None, notices, given)


def as_fault(error: SweepbridgeError, file: str | None = None) -> Fault:
    """A refusal of the registry's as a fault of the config that led to it."""
    named = error.found.partition(":")[0]
    where = named if named in ("backend", "early_terminate.type") else "method"
    return Fault(where, error.found, f"{error.expected} ({error.what})", error.fix, file=file)


def _found(find: Callable[[], Found]) -> tuple[Found | None, SweepbridgeError | None]:
    """What the registry finds, or why it does not: the rest of the config is looked at all the same."""
    try:
        return find(), None
    except (PluginError, UsageError) as error:
        return None, error


def _choose(config: SweepConfig, registry: Registry, asked: str | None) -> Chosen:
    name, _, method = (asked or "").partition(":")
    if method:
        return registry.choose(method, name)
    if not name or name == config.backend_name:
        return registry.choose(config.method, config.backend_name)
    return registry.choose_instead(config.method_elsewhere, name)


def _is_its_own(config: SweepConfig, chosen: Chosen) -> bool:
    """Whether it is what the config itself asks for, so that the options there are meant for it."""
    return chosen.method == config.method and config.backend_name in (None, chosen.backend.name)


def _problem(config: SweepConfig, chosen: Chosen, options: Mapping[str, Json] | None) -> Problem:
    own = config.backend_options if _is_its_own(config, chosen) else {}
    beside = own if options is None else options
    return Problem(
        space=config.space,
        method=chosen.method,
        options={**beside, **config.grid_options} if chosen.method == "grid" else beside,
        objectives=max(1, len(config.objectives)),
        budget=config.run_cap,
    )


def _notices(config: SweepConfig, chosen: Chosen, options: Mapping[str, Json] | None) -> Iterator[str]:
    if chosen.notice:
        yield chosen.notice
    is_another_method = chosen.backend.name == config.backend_name and chosen.method != config.method
    if is_another_method and options is None and config.backend_options:
        left_out = ", ".join(config.backend_options)
        yield f"the config's options are for its own method, {config.method}: {left_out} left out"
    if chosen.method in NEED_A_METRIC and not config.objectives:
        # The config's own method needs none, or it would not have loaded.
        yield f"no metric: {chosen.method} has no results to learn from"


def _issues_of_backend(chosen: Chosen, problem: Problem, config: SweepConfig) -> list[tuple[Issue, str]]:
    """What the backend says against the problem, each with its place in the config."""
    what = f'backend "{chosen.backend.name}"'
    issues = _checked(what, chosen.plugin, lambda: chosen.backend.check(problem))
    elsewhere = "backend" if config.backend_name else "method"
    return [(issue, f"parameters.{dotted(issue.path)}" if issue.path else elsewhere) for issue in issues]


def _issues_of_stopper(offer: Offer[Stopper], config: SweepConfig) -> list[tuple[Issue, str]]:
    """What the stopper says against its options, each with its place in the config."""
    stopper = offer.record
    issues = _checked(f'stopper "{stopper.name}"', offer.plugin, lambda: stopper.check(config.stopper_options))
    place = "early_terminate" if config.early_terminate is not None else "scheduler.settings.pruner"
    is_there = place == "early_terminate"
    return [(issue, f"{place}.{issue.path}" if issue.path and is_there else place) for issue in issues]


def _checked(what: str, plugin: Plugin, check: Callable[[], Iterable[Issue]]) -> list[Issue]:
    """What a plugin's `check` finds. BackendError, which names the plugin, if it fails."""

    def failed(error: str) -> BackendError:
        title = f"{what} of {plugin.title} failed to check the config"
        return BackendError(title, found=error, expected="a list of issues", fix=plugin.complaint)

    with border(failed), prints_aside():
        issues = list(check())
        strange = [issue for issue in issues if not isinstance(issue, Issue)]
        if strange:
            raise TypeError(f"check() gave {strange[0]!r} in place of an Issue")
    return issues


def _fault(issue: Issue, place: str) -> Fault:
    return Fault(where=place, found=issue.found, expected=issue.expected, fix=issue.fix)


def _told(issue: Issue) -> str:
    return f"{issue.found}: {issue.expected} ({issue.fix})"
