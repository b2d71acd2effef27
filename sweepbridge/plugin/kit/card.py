"""What a backend can do, measured: by asking it, and by watching what it answers. Nobody writes this by hand."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sweepbridge.plugin.border import border
from sweepbridge.plugin.contract import Backend, Describes, Native, Problem, UsesLibraries
from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import Broken, Skipped
from sweepbridge.plugin.kit.fresh import version_of
from sweepbridge.plugin.kit.play import Play, Watched, text_of
from sweepbridge.plugin.kit.spaces import FINITE
from sweepbridge.space import Domain, Params, is_by_quantile
from sweepbridge.spec.specimens import specimens
from sweepbridge.trials import Trial, seed_of

AT_MOST_S = 5.0
"""How long trials are played for a measurement; a slow method is measured on fewer of them."""

EXACT, BY_QUANTILE, NOTICED, REFUSED = "exact", "by quantile", "with a notice", "refused"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one method of a backend can do. Plain values, so that they can be kept."""

    backend: str
    method: str
    distributions: Mapping[str, str] = field(default_factory=dict)
    """For each of W&B's: `exact`, `by quantile`, `with a notice` that `check` gives, or `refused`."""
    several_objectives: bool = False
    learns: bool = False
    """Other results lead to another suggestion."""
    sees_running: bool = False
    """Where trials are running leads to another suggestion."""
    uses_seed: bool = False
    """Another seed leads to another suggestion, results being the same."""
    ends: bool = False
    """It comes to an end by itself."""
    trials: int = 0
    """How many trials it was measured with."""
    ask_ms: float = 0.0
    """How long naming the next trial takes after them."""
    resume_ms: float = 0.0
    """How long it takes to build a searcher from their log and to ask it."""
    needs: Sequence[str] = ()
    """The libraries that it searches with, with their versions."""
    unavailable: str = ""
    """Why it can't search here; empty if it can."""
    remedy: str = ""
    """What would mend that."""

    @property
    def meaning(self) -> str:
        """How many distributions are searched exactly, by quantile, with a notice, or not at all."""
        counts = Counter(self.distributions.values())
        return ", ".join(f"{counts[how]} {how}" for how in (EXACT, BY_QUANTILE, NOTICED, REFUSED) if counts[how])


def measured(case: Case, *, trials: int = 100) -> Capabilities:
    """What a method can do, on the space of a case. Broken if it fails."""
    case = case.lasting(trials + 10)
    game = _played(case, trials)
    return Capabilities(
        backend=case.backend.name,
        method=case.problem.method,
        distributions=meanings(case),
        several_objectives=_takes_two(case),
        learns=_differ(game.rebuilt(), _told(case, map(_turned, game.log)), game.next_seed),
        sees_running=_differ(
            _with_running(game, _next_points(game)), _with_running(game, _far_points(game)), game.next_seed
        ),
        uses_seed=len({text_of(game.searcher.ask(seed_of(53, number))) for number in range(5)}) > 1,
        ends=_ends(case),
        trials=game.began,
        ask_ms=_milliseconds(lambda again: game.searcher.ask(seed_of(67, again))),
        resume_ms=_milliseconds(lambda _: game.rebuilt().ask(game.next_seed)),
        needs=needs(case.backend),
    )


def meanings(case: Case) -> dict[str, str]:
    """What becomes of each of W&B's distributions, by name."""
    space = specimens()
    problem = replace(case.problem, space=space, objectives=1)
    issues = {issue.path: issue.refuses for issue in case.checked(problem) if issue.path is not None}
    seen = {} if True in issues.values() else _described(case.backend, problem)
    found = {path: _exactness(domain, seen.get(path)) for path, domain in space.items()}
    return {**found, **{path: REFUSED if refuses else NOTICED for path, refuses in issues.items()}}


def needs(backend: Backend) -> tuple[str, ...]:
    """The libraries that a backend searches with, with their versions."""
    names: Iterable[str] = backend.libraries if isinstance(backend, UsesLibraries) else ()
    return tuple(f"{name} {version_of(name) or 'not installed'}" for name in names)


def lines(found: Capabilities) -> list[str]:
    """The card, for people: a line for each thing that is known."""
    if found.unavailable:
        return [
            f"{found.backend} {found.method}",
            f"  not available    {found.unavailable}",
            f"  fix              {found.remedy}",
        ]
    rows = {
        "distributions": found.meaning,
        "objectives": "several" if found.several_objectives else "one",
        "learns": "from results" if found.learns else f"nothing, in {found.trials} trials",
        "running trials": "taken into account" if found.sees_running else "not looked at",
        "seed": "another seed, another search" if found.uses_seed else "makes no difference",
        "ends": "by itself" if found.ends else "never by itself",
        "ask": f"{found.ask_ms:.3g} ms after {found.trials} trials",
        "resume": f"{found.resume_ms:.3g} ms for a log of {found.trials} trials",
        "needs": ", ".join(found.needs) or "nothing beside sweepbridge",
    }
    return [f"{found.backend} {found.method}", *(f"  {name:<16} {text}" for name, text in rows.items())]


def _played(case: Case, trials: int) -> Play:
    """A play of so many trials, or of as many as there is time for."""
    game, until = case.play(seed=21, workers=1), time.perf_counter() + AT_MOST_S
    while game.began < trials and time.perf_counter() < until:
        if (suggestion := game.searcher.ask(game.next_seed)) is None:
            break
        game.end(game.finished(game.begin(suggestion)))
    return game


def _turned(trial: Trial) -> Trial:
    """A trial as it would have ended had the worst been the best."""
    if trial.losses is None:
        return trial
    turned = tuple(-loss for loss in trial.losses)
    return replace(trial, losses=turned, observations=turned[:1])


def _told(case: Case, log: Iterable[Trial]) -> Watched:
    searcher = case.start()
    for trial in log:
        searcher.tell(trial)
    return searcher


def _next_points(game: Play) -> list[Params]:
    """Where a searcher would go next, by three seeds."""
    answers = [game.searcher.ask(seed_of(59, number)) for number in range(3)]
    return [answer.params for answer in answers if answer is not None]


def _far_points(game: Play) -> list[Params]:
    """Three points near one corner of the space."""
    return [game.problem.space.decode(dict.fromkeys(game.problem.space, share)) for share in (0.93, 0.96, 0.99)]


def _with_running(game: Play, points: list[Params]) -> Watched:
    """A searcher that is told, beside a play, that trials run at these points."""
    searcher = game.rebuilt()
    for number, point in enumerate(points, game.began):
        searcher.tell(Trial(number, seed_of(71, number), "running", dict(point)))
    return searcher


def _differ(one: Watched, other: Watched, seed: int) -> bool:
    seeds = [seed, *(seed_of(61, number) for number in range(4))]
    return any(_point(one, each) != _point(other, each) for each in seeds)


def _point(searcher: Watched, seed: int) -> str:
    suggestion = searcher.ask(seed)
    return "nothing" if suggestion is None else text_of(replace(suggestion, note={}))


def _milliseconds(work: Callable[[int], object]) -> float:
    """How long some work takes at best, of three times."""
    took = []
    for again in range(3):
        began = time.perf_counter()
        work(again)
        took.append(time.perf_counter() - began)
    return 1000 * min(took)


def _ends(case: Case) -> bool:
    """Whether there is an end of a finite space."""
    try:
        game = case.on(FINITE).play(seed=21, workers=1).to(FINITE.size or 0).end_all()
    except Skipped:
        return False
    return game.searcher.ask(game.next_seed) is None


def _takes_two(case: Case) -> bool:
    try:
        case.on(case.problem.space, objectives=2)
    except Skipped:
        return False
    return True


def _described(backend: Backend, problem: Problem) -> Mapping[str, str]:
    if not isinstance(backend, Describes):
        return {}
    with border(lambda error: Broken(f"describe() raised {error}")):
        return dict(backend.describe(problem))


def _exactness(domain: Domain, seen: str | None) -> str:
    return BY_QUANTILE if is_by_quantile(domain) and not isinstance(seen, Native) else EXACT
