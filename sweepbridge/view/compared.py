"""A comparison of backends for people and for programs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from rich.table import Table

from sweepbridge.plugin import Json
from sweepbridge.view.comparing import Comparison, Contestant, Pair
from sweepbridge.view.watch import sparkline

Shown = Callable[[float], float]
"""From a loss to the metric's own value."""


def table_of(comparison: Comparison, table: Table, shown: Shown) -> Table:
    """A row for each backend, the best first: the best so far along the way, the rank with its interval, the curve."""
    stops = stops_of(comparison.trials)
    for column in ("backend", *map(str, stops), "rank", "95 %", "best so far"):
        table.add_column(column, justify="left" if column in ("backend", "best so far") else "right")
    for one in comparison.contestants:
        along = [_number(shown(one.median[stop - 1])) for stop in stops]
        reached = [loss for loss in one.median if math.isfinite(loss)]
        interval = f"{one.low:.2f}-{one.high:.2f}"
        table.add_row(one.name, *along, f"{one.rank:.2f}", interval, sparkline(reached, 30))
    return table


def sentence_of(pair: Pair) -> str:
    """How two backends did seed by seed, the better one first."""
    first, second, wins, losses = pair.first, pair.second, pair.wins, pair.losses
    if losses > wins:
        first, second, wins, losses = second, first, losses, wins
    ties = f", {pair.ties} tied" if pair.ties else ""
    return f"{first} is better than {second} under {wins} of {wins + losses + pair.ties} seeds{ties} (p = {pair.p:.2g})"


def json_of(comparison: Comparison, shown: Shown, **about: Json) -> dict[str, Json]:
    """All of it as JSON, values in the metric's own sign; null where there is no result yet."""
    return {
        **about,
        "trials": comparison.trials,
        "seeds": comparison.seeds,
        "backends": [_contestant(one, shown) for one in comparison.contestants],
        "pairs": [
            {
                "first": one.first,
                "second": one.second,
                "wins": one.wins,
                "ties": one.ties,
                "losses": one.losses,
                "p": one.p,
            }
            for one in comparison.pairs
        ],
    }


def stops_of(trials: int) -> list[int]:
    """After how many trials the best so far is shown: at each quarter of the way."""
    return sorted({max(1, round(trials * part / 4)) for part in (1, 2, 3, 4)})


def _contestant(one: Contestant, shown: Shown) -> dict[str, Json]:
    return {
        "name": one.name,
        "rank": one.rank,
        "rank_95": [one.low, one.high],
        "median": _finite(one.median, shown),
        "curves": [_finite(curve, shown) for curve in one.curves],
    }


def _finite(curve: Sequence[float], shown: Shown) -> list[Json]:
    return [shown(loss) if math.isfinite(loss) else None for loss in curve]


def _number(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else "none"
