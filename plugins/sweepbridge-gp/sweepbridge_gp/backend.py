"""The backend: what it is called, what it refuses, and how it starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sweepbridge.plugin import Issue, Json, Problem, Searcher, unknown_options
from sweepbridge.space import Choice
from sweepbridge_gp.order import is_ordered

STARTUP = "n_startup_trials"
"""The option that says how many trials are spread evenly over the space before the model is asked."""
_MOST = 10_000


class GpBackend:
    """Searches where a Gaussian process expects to improve on the best loss."""

    name = "gp"
    methods = ("bayes",)
    libraries = ("numpy", "scipy")

    def check(self, problem: Problem) -> Iterable[Issue]:
        """The options. Every space can be searched, with any number of objectives."""
        return [*unknown_options(problem, known=(STARTUP,)), *_bad_startup(problem.options)]

    def start(self, problem: Problem) -> Searcher:
        """A searcher that has been told nothing yet. Loads numpy and scipy."""
        from sweepbridge_gp.searcher import GpSearcher

        return GpSearcher(problem, _startup(problem.options))

    def describe(self, problem: Problem) -> Mapping[str, str]:
        """A coordinate from 0 to 1, which is the share of a domain's mass, or a label that is equal or is not."""
        return {
            path: f"label of {len(domain.values)}"
            if isinstance(domain := problem.space[path], Choice) and not is_ordered(domain)
            else "share of the mass"
            for path in problem.space.axes
        }


def _startup(options: Mapping[str, Json]) -> int | None:
    given = options.get(STARTUP)
    assert given is None or isinstance(given, int), given
    return given


def _bad_startup(options: Mapping[str, Json]) -> Iterator[Issue]:
    given = options.get(STARTUP, 1)
    if type(given) is not int or not 1 <= given <= _MOST:
        yield Issue(
            found=f"option {STARTUP} = {given!r}",
            expected=f"a whole number from 1 to {_MOST}",
            fix=f"{STARTUP}: 4, or remove it",
        )
