"""A sweep as a notebook shows it: how far it is, its best so far as a line, and its best trials. One piece of HTML.

While it goes on, there are the trials that run as well, and the latest that was said.

All that came from a user is escaped. There is no script in it, and no colour of its own, so that it is read on a light
page and on a dark one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from itertools import accumulate

from sweepbridge.engine import name_of, value_of
from sweepbridge.space import dotted
from sweepbridge.spec import SweepConfig
from sweepbridge.store import Sweep, TrialRecord
from sweepbridge.view import words
from sweepbridge.view.watch import TAKING_IN, Watched, headline, sparkline, taking_in_words

BEST = 10
"""How many trials are shown."""

RUNNING = 20
"""How many of those that run are shown."""

WIDTH, HEIGHT = 480, 90
"""Of the line of the best so far, in pixels."""

POINTS = 240
"""How many points that line has at the most."""


def sweep_html(sweep: Sweep, config: SweepConfig, trials: Sequence[TrialRecord]) -> str:
    """The sweep as it stands."""
    name = f" · {escape(sweep.name)}" if sweep.name else ""
    reason = f": {escape(sweep.reason)}" if sweep.reason else ""
    counts = Counter("prior" if record.trial.is_prior else record.state for record in trials)
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "none yet"
    parts = [
        f"<p><strong>sweep {escape(sweep.id)}</strong>{name}<br>{sweep.state}{reason}<br>",
        f"{escape(sweep.method)} by {escape(sweep.backend)}, seed {sweep.seed}<br>trials: {told}</p>",
        _line(config, trials),
        _table(config, trials),
    ]
    return f'<div class="sweepbridge">{"".join(parts)}</div>'


def live_html(watched: Watched, elapsed_s: float, said: Sequence[str]) -> str:
    """The sweep as it goes on; `said` are the latest lines for people."""
    parts = [f"<p><strong>{escape(headline(watched, elapsed_s))}</strong></p>"]
    if watched.total:
        parts.append(f"<p>{_bar(watched.ended, watched.total)}</p>")
    parts += [
        f"<p>{escape(taking_in_words(one))}<br>{_bar(one.done, one.total)}</p>" for one in watched.taking_in[:TAKING_IN]
    ]
    parts += [_running(watched), _best(watched), _failed(watched)]
    return _whole(parts, said)


def ended_html(watched: Watched, said: Sequence[str]) -> str:
    """The sweep as it stands after an agent's work; `said` are the latest lines for people."""
    trials = watched.store.trials(watched.sweep.id)
    return _whole([sweep_html(watched.sweep, watched.config, trials), _failed(watched)], said)


def _whole(parts: Sequence[str], said: Sequence[str]) -> str:
    lines = escape("\n".join(said))
    return f'<div class="sweepbridge-live">{"".join(parts)}{f"<pre>{lines}</pre>" if lines else ""}</div>'


def _bar(done: int, total: int) -> str:
    return f'<progress max="{total}" value="{done}" style="width:{WIDTH}px"></progress>'


def _running(watched: Watched) -> str:
    """The trials that run, those that began first at the top."""
    running = sorted(watched.running.values(), key=lambda trial: trial.number)
    if not running:
        return ""
    rows = [
        [
            f"{trial.number} {name_of(watched.config, trial)}",
            watched.last_metric(trial.number),
            words.params(trial.params),
        ]
        for trial in running[:RUNNING]
    ]
    more = f", the first {RUNNING} of {len(running)}" if len(running) > RUNNING else ""
    return _tabled(f"running{more}", ["trial", "last", "parameters"], rows)


def _failed(watched: Watched) -> str:
    """The trial that failed last, and why: what an agent in another process said of it is not heard here."""
    if (trial := watched.failed) is None:
        return ""
    return f"<p>{escape(f'failed last: trial {trial.number} {name_of(watched.config, trial)}: {trial.reason}')}</p>"


def _best(watched: Watched) -> str:
    if watched.best is None:
        return ""
    found = words.objectives(watched.config.objectives, watched.best.losses)
    name = f"trial {watched.best.number} {name_of(watched.config, watched.best)}"
    line = f'<br><span aria-hidden="true">{sparkline(watched.history, 60)}</span>'
    return f"<p>best {escape(f'{name}  {found}  {words.params(watched.best.params)}')}{line}</p>"


def _with_results(trials: Sequence[TrialRecord]) -> list[TrialRecord]:
    return [record for record in trials if record.trial.state in ("finished", "stopped") and record.trial.losses]


def _line(config: SweepConfig, trials: Sequence[TrialRecord]) -> str:
    """The best of the first objective after each trial with a result, by number; nothing where there are not two."""
    best = list(accumulate((record.trial.loss or 0.0 for record in _with_results(trials)), min))
    if len(best) < 2 or not config.objectives:
        return ""
    objective = config.objectives[0]
    shown = [best[round(place * (len(best) - 1) / (POINTS - 1))] for place in range(POINTS)]
    values = [value_of(objective, loss) for loss in shown]
    low, high = min(values), max(values)
    span = (high / 2 - low / 2) or 1.0  # halves, because the difference of two floats may be more than one can hold
    points = " ".join(
        f"{5 + place * (WIDTH - 10) / (POINTS - 1):.1f},{5 + (high / 2 - value / 2) / span * (HEIGHT - 10):.1f}"
        for place, value in enumerate(values)
    )
    label = escape(f"best {objective.name} so far: from {values[0]:.6g} to {values[-1]:.6g}", quote=True)
    return (
        f'<p>{label}<br><svg role="img" aria-label="{label}" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}"><polyline fill="none" stroke="currentColor" stroke-width="2" '
        f'points="{points}"/></svg></p>'
    )


def _table(config: SweepConfig, trials: Sequence[TrialRecord]) -> str:
    """The best trials, the best one first."""
    best = sorted(_with_results(trials), key=lambda record: (record.trial.losses or (), record.trial.number))[:BEST]
    if not best or not config.objectives:
        return ""
    paths = list(config.space)
    names = ["trial", "state", *(one.name for one in config.objectives), *map(dotted, paths)]
    rows = [_cells(record, config, paths) for record in best]
    return _tabled(f"the best {len(best)} of {len(trials)}", names, rows)


def _tabled(title: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><caption>{title}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(record: TrialRecord, config: SweepConfig, paths: Sequence[str]) -> list[str]:
    trial = record.trial
    values = zip(config.objectives, trial.losses or (), strict=False)
    params = [words.value(trial.params[path]) if path in trial.params else "" for path in paths]
    return [
        f"{trial.number} {name_of(config, trial)}",
        trial.state,
        *(f"{value_of(one, loss):.6g}" for one, loss in values),
        *params,
    ]
