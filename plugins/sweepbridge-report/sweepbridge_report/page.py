"""The page: one HTML file with everything in it, and a policy in its head that keeps it from loading anything.

What comes from users is escaped once, here or by the script as text; the data for the script is packed, so that no
value in it can end the element that it stands in.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files

import yaml

from sweepbridge_report.failures import REASONS, Failure
from sweepbridge_report.sweeps import Gathered
from sweepbridge_report.writing import MARK

# 'unsafe-eval' is for WebGL: plotly compiles its drawing code on the page.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)
PLOTS = {
    "history": ("Best so far", "Each point is a trial's value; the line is the best one up to there."),
    "parallel": (
        "Parallel coordinates",
        "Each line is a trial. Drag along an axis to keep trials, in the table as well, or use the table's filter.",
    ),
    "importance": ("Importance", "How much of the difference between trials a parameter accounts for."),
    "slices": ("Slices", "The objective over each parameter; the stronger a point, the later its trial."),
    "contours": ("Contours", "The objective over two parameters, interpolated between the trials."),
    "curves": ("Learning curves", "What each trial logged, row by row; a cross is where a run was stopped early."),
    "timeline": ("Timeline", "Each bar is a run, in the row of its agent; gaps are idle. Times are in UTC."),
    "front": ("Pareto front", "The trials that no other one beats in every objective."),
}
"""The plots of a sweep, in order: the heading and what is to be seen."""


def page(sweeps: Sequence[Gathered]) -> str:
    """The whole file."""
    title = f"Sweep {sweeps[0].title}" if len(sweeps) == 1 else f"{len(sweeps)} sweeps"
    source = files("sweepbridge_report")
    return f"""{MARK}<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<style>
{source.joinpath("report.css").read_text(encoding="utf-8")}</style>
</head>
<body>
<header>
<h1>{escape(title)}</h1>
{_controls(sweeps)}</header>
<noscript><p class="word">The plots and the table need JavaScript, which is off here.</p></noscript>
<main>
{_comparison(sweeps) if len(sweeps) > 1 else ""}{"".join(map(_summary, sweeps))}{"".join(map(_plot, PLOTS))}{_TABLE}
{"".join(map(_failures, sweeps))}{"".join(map(_made_of, sweeps))}</main>
<footer><p>Written by sweepbridge. This file loads nothing from anywhere.</p></footer>
<script type="application/octet-stream" id="plotly">{packed(_plotly())}</script>
<script type="application/octet-stream" id="data">{packed(_json(sweeps))}</script>
<script>
{source.joinpath("report.js").read_text(encoding="utf-8")}</script>
</body>
</html>
"""


def packed(text: str) -> str:
    """A text as gzip in base64: a third of the size, and without a character that HTML knows."""
    return base64.b64encode(gzip.compress(text.encode(errors="backslashreplace"), 6, mtime=0)).decode()


def _json(sweeps: Sequence[Gathered]) -> str:
    return json.dumps([dict(sweep.data) for sweep in sweeps], allow_nan=False, separators=(",", ":"))


def _plotly() -> str:
    return files("plotly").joinpath("package_data/plotly.min.js").read_text(encoding="utf-8")


def _controls(sweeps: Sequence[Gathered]) -> str:
    options = "".join(
        f'<option value="{at}">{escape(one.id)} {escape(one.title)}</option>' for at, one in enumerate(sweeps)
    )
    hidden = " hidden" if len(sweeps) == 1 else ""
    return (
        f'<p class="controls"><label{hidden}>Sweep <select id="sweep">{options}</select></label> '
        '<label>Objective <select id="objective"></select></label></p>\n'
    )


def _comparison(sweeps: Sequence[Gathered]) -> str:
    names = list(dict.fromkeys(name for sweep in sweeps for name in sweep.facts))
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ["sweep", *names, "seed"])
    rows = "".join(
        f'<tr><th scope="row">{escape(sweep.id)} {escape(sweep.title)}</th>'
        + "".join(f"<td>{escape(sweep.facts.get(name, ''))}</td>" for name in names)
        + f"<td>{escape(sweep.provenance['seed'])}</td></tr>"
        for sweep in sweeps
    )
    return (
        '<section id="comparison"><h2>Comparison</h2><div class="scroll"><table><caption>The sweeps of this report'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f"{_figure('compared', 'Best so far of each sweep, by the number of trials that ended.')}</section>\n"
    )


def _summary(sweep: Gathered) -> str:
    return _of(sweep, "summary", f"<h2>{escape(sweep.title)}</h2>{_pairs(sweep.facts)}")


def _plot(name: str) -> str:
    heading, told = PLOTS[name]
    return f'<section id="section-{name}"><h2>{heading}</h2>{_figure(name, told)}</section>\n'


def _figure(name: str, told: str) -> str:
    return (
        f'<div class="choices" id="choices-{name}"></div>'
        f'<figure><div class="plot" id="plot-{name}" role="group" aria-labelledby="told-{name}"></div>'
        f'<figcaption id="told-{name}">{told} <span class="word" id="word-{name}"></span></figcaption></figure>'
    )


def _failures(sweep: Gathered) -> str:
    if not sweep.failed:
        return _of(sweep, "failures", "<h2>Failures</h2><p>No trial has failed.</p>")
    shown = sum(len(failure.trials) for failure in sweep.failures)
    more = f" The {REASONS} most frequent reasons are shown; {sweep.failed - shown} trials have others."
    word = f"<p>{sweep.failed} trials have failed.{more if shown < sweep.failed else ''}</p>"
    return _of(sweep, "failures", f"<h2>Failures</h2>{word}{''.join(map(_failure, sweep.failures))}")


def _failure(failure: Failure) -> str:
    count = len(failure.trials)
    listed = ", ".join(map(str, failure.trials[:30])) + (f" and {count - 30} more" if count > 30 else "")
    ends = "".join(_traceback(trial, text) for trial, text in failure.tracebacks)
    left = count - len(failure.tracebacks)
    more = f"<p>The tracebacks of the {len(failure.tracebacks)} latest; {left} more are not shown.</p>" if left else ""
    head = f"<summary>{count} times: {escape(_line(failure.reason))}</summary>"
    return f"<details>{head}<p>{escape(failure.reason)}</p><p>Trials {listed}</p>{ends}{more}</details>"


def _traceback(trial: int, text: str | None) -> str:
    if text is None:
        return (
            f"<h3>Trial {trial}</h3><p>What it wrote to standard error is not on the machine that made this report.</p>"
        )
    if not text.strip():
        return f"<h3>Trial {trial}</h3><p>It wrote nothing to standard error.</p>"
    return f'<h3>Trial {trial}</h3><pre tabindex="0">{escape(text)}</pre>'


def _made_of(sweep: Gathered) -> str:
    config = yaml.safe_dump(dict(sweep.config), sort_keys=False, allow_unicode=True)
    return _of(sweep, "config", f'<h2>Config</h2><pre tabindex="0">{escape(config)}</pre>') + _of(
        sweep, "provenance", f"<h2>Provenance</h2>{_pairs(sweep.provenance)}"
    )


def _of(sweep: Gathered, name: str, content: str) -> str:
    return f'<section class="{name}" data-sweep="{escape(sweep.id)}">{content}</section>\n'


def _pairs(pairs: Mapping[str, str]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs.items())
    return f"<dl>{rows}</dl>"


def _line(text: str) -> str:
    first = text.strip().splitlines()[-1] if text.strip() else text
    return first if len(first) <= 160 else f"{first[:160]}…"


_TABLE = """<section id="section-table"><h2>Trials</h2>
<form id="filter" class="choices" role="search"><label>Filter <input id="words" type="search" autocomplete="off"
 placeholder="adam lr&lt;0.01 state=finished" aria-describedby="how"></label>
<button type="button" id="release">Show all</button></form>
<p id="how" class="told">A word is looked for in the whole row; name&lt;number, name&gt;number and name=value in one
column. The headings sort.</p>
<p id="count" role="status" aria-live="polite"></p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="caption"><table id="table">
<caption id="caption">Every trial</caption><thead></thead><tbody></tbody></table></div>
<p class="choices"><button type="button" id="back">Previous</button>
<button type="button" id="on">Next</button></p></section>"""
