"""What is decided before trial 1: who searches, what, with which stopper. All that can't be done is said here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sweepbridge.engine.tried import Asked, Tried
from sweepbridge.errors import BackendError, ConfigError, Fault, PluginError
from sweepbridge.plugin import HasProvenance, Issue, Json, Problem, Searcher, Stopper, Suggestion, Trial
from sweepbridge.registry import Chosen, Offer, Plugin, Registry
from sweepbridge.space import dotted, is_plain
from sweepbridge.spec import NEED_A_METRIC, SweepConfig
from sweepbridge.trials import seed_of


@dataclass(frozen=True)
class Plan:
    """A config together with the backend that searches it. Nothing in it refuses to run."""

    config: SweepConfig
    chosen: Chosen
    problem: Problem
    stopper: Stopper | None
    notices: tuple[str, ...] = ()
    """What the user should know before trial 1, a sentence each."""

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
    def trials(self) -> int | None:
        """How many trials there will be at the most; None if there is no end of them."""
        is_once = self.problem.method == "grid" or self.config.skips_duplicates
        points = self.problem.space.size if is_once else None
        return min((one for one in (self.config.run_cap, points) if one is not None), default=None)

    def start(self) -> Searcher:
        """A fresh searcher. PluginError if the backend fails."""
        try:
            return self.chosen.backend.start(self.problem)
        except Exception as error:  # the border to other people's code
            raise self.blame("failed to start", f"{type(error).__name__}: {error}") from error

    def ask(self, searcher: Searcher, seed: int) -> Suggestion | None:
        """What the searcher suggests, held to the contract. PluginError if it fails or leaves the space."""
        try:
            suggestion = searcher.ask(seed)
        except Exception as error:  # the border to other people's code
            raise self.blame("failed when it was asked", f"{type(error).__name__}: {error}") from error
        if suggestion is not None:
            self._hold_to_the_contract(suggestion)
        return suggestion

    def tell(self, searcher: Searcher, trial: Trial) -> None:
        """Tell the searcher an event. PluginError if it fails."""
        try:
            searcher.tell(trial)
        except Exception as error:  # the border to other people's code
            doing = f"failed when it was told of trial {trial.number}"
            raise self.blame(doing, f"{type(error).__name__}: {error}") from error

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
        title = self.chosen.plugin.title
        return PluginError(
            f'backend "{self.chosen.backend.name}" of {title} {what}',
            found=found,
            expected="a backend that keeps the contract",
            fix=f"report it to the authors of {self.chosen.plugin.distribution}; every finished trial is stored",
        )

    def _hold_to_the_contract(self, suggestion: object) -> None:
        if not isinstance(suggestion, Suggestion) or not isinstance(suggestion.params, Mapping):
            raise self.blame("answered with something else than a Suggestion", f"{suggestion!r}")
        if not isinstance(suggestion.note, Mapping) or not is_plain(dict(suggestion.note)):
            raise self.blame("put something into its note that JSON can't hold", f"note = {suggestion.note!r}")
        self._hold_to_the_space(suggestion)

    def _hold_to_the_space(self, suggestion: Suggestion) -> None:
        outside = self.problem.space.outside(suggestion.params)
        outside += [f"{dotted(path)} is missing" for path in self.problem.space if path not in suggestion.params]
        if outside:
            raise self.blame("suggested a point that is not in the space", "; ".join(outside))


def plan(config: SweepConfig, registry: Registry, *, backend: str | None = None) -> Plan:
    """Decide who searches a config; `backend` overrides the config's own choice.

    Raises BackendError if no backend can serve, and ConfigError with all faults if the one that serves refuses
    something, or the stopper does.
    """
    chosen = (
        registry.choose_instead(config.method_elsewhere, backend)
        if backend is not None and backend != config.backend_name
        else registry.choose(config.method, config.backend_name)
    )
    problem = Problem(
        space=config.space,
        method=chosen.method,
        options=_options(config, chosen),
        objectives=max(1, len(config.objectives)),
        budget=config.run_cap,
    )
    offer = registry.stopper(config.stopper_name) if config.stopper_name else None
    backend_issues = _checked(f'backend "{chosen.backend.name}"', chosen.plugin, lambda: chosen.backend.check(problem))
    issues = [(issue, _place(issue, config)) for issue in backend_issues]
    if offer is not None:
        issues += [(issue, f"early_terminate.{offer.record.name}") for issue in _checked_stopper(offer, config)]
    refused = [_fault(issue, place) for issue, place in issues if issue.refuses]
    if refused:
        raise ConfigError(refused)
    notices = [chosen.notice] if chosen.notice else []
    if chosen.method in NEED_A_METRIC and not config.objectives:
        # The config's own method needs none, or it would not have loaded.
        notices.append(f"no metric: {chosen.method} has no results to learn from")
    notices += [f"{issue.found}: {issue.expected} ({issue.fix})" for issue, _ in issues]
    return Plan(config, chosen, problem, offer.record if offer else None, tuple(notices))


def _options(config: SweepConfig, chosen: Chosen) -> Mapping[str, Json]:
    """What stands in the config for the backend that was chosen. Another one's options mean nothing to it."""
    beside = config.backend_options if chosen.backend.name == config.backend_name else {}
    return {**beside, **config.grid_options} if chosen.method == "grid" else beside


def _checked(what: str, plugin: Plugin, check: Callable[[], Iterable[Issue]]) -> list[Issue]:
    """What a plugin's `check` finds. BackendError, which names the plugin, if it fails."""
    try:
        issues = list(check())
        strange = [issue for issue in issues if not isinstance(issue, Issue)]
        if strange:
            raise TypeError(f"check() gave {strange[0]!r} in place of an Issue")
    except Exception as error:  # the border to other people's code
        raise BackendError(
            f"{what} of {plugin.title} failed to check the config",
            found=f"{type(error).__name__}: {error}",
            expected="a list of issues",
            fix=f"report it to the authors of {plugin.distribution}",
        ) from error
    return issues


def _checked_stopper(offer: Offer[Stopper], config: SweepConfig) -> list[Issue]:
    stopper = offer.record
    return _checked(f'stopper "{stopper.name}"', offer.plugin, lambda: stopper.check(config.stopper_options))


def _place(issue: Issue, config: SweepConfig) -> str:
    if issue.path is not None:
        return f"parameters.{dotted(issue.path)}"
    return "backend" if config.backend_name else "method"


def _fault(issue: Issue, place: str) -> Fault:
    return Fault(where=place, found=issue.found, expected=issue.expected, fix=issue.fix)
