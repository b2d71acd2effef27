"""`sweepbridge check-backend NAME`: every check of the kit, for a backend that is installed or stands in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated

import typer
import yaml
from rich.console import Console

from sweepbridge.agents.apart import Gone, apart
from sweepbridge.agents.measures import card_of
from sweepbridge.cli.options import PluginsOption
from sweepbridge.errors import BackendError, UsageError
from sweepbridge.plugin import Backend, Json
from sweepbridge.plugin.kit.card import Capabilities
from sweepbridge.plugin.kit.fresh import Address
from sweepbridge.plugin.kit.running import LIMIT_S, Bench, Result, Task, tasks
from sweepbridge.registry import Offer, Registry, did_you_mean
from sweepbridge.view.checked import Report, row, text

app = typer.Typer(add_completion=False, rich_markup_mode=None)

MOST_LATE = 2
"""How many checks of a method may not come back, before the rest of them is left out."""

GRACE_S = 5.0
"""How much longer a process lives than its check may take: most checks can say themselves that they are late."""

TargetArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="A backend's name, or a Python file with one in it.")
]
MethodsOption = Annotated[
    list[str] | None, typer.Option("--method", help="Check this method only. May be given more than once.")
]
OptionsOption = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="KEY=VALUE", help="An option of the backend's. May be given more than once."),
]
TrialsOption = Annotated[int, typer.Option("--trials", min=6, help="How many trials each check plays.")]
LimitOption = Annotated[float, typer.Option("--limit", min=1, help="How many seconds one check may take.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object for each backend.")]


@app.command("check-backend")
def check_backend(
    target: TargetArgument,
    methods: MethodsOption = None,
    options: OptionsOption = None,
    trials: TrialsOption = 30,
    limit: LimitOption = LIMIT_S,
    as_json: JsonOption = False,
    plugins: PluginsOption = None,
) -> None:
    """Hold a backend to the contract, and show what it can do."""
    offers = _meant(target, plugins or ())
    given = dict(map(_option, options or []))
    reports = [Report(offer) for offer in offers]
    for report in reports:
        for method in methods or report.offer.record.methods:
            _refuse_unknown(report.offer.record, method)
        for method in methods or report.offer.record.methods:
            bench = Bench(report.offer.record, _address(report.offer), given, trials)
            _check(report, bench, method, limit_s=limit)
        print(json.dumps(row(report), ensure_ascii=False) if as_json else text(report))
    raise typer.Exit(0 if all(report.is_ok for report in reports) else 1)


def _meant(target: str, plugins: Sequence[str]) -> list[Offer[Backend]]:
    """The backends that are meant: the one of this name, or all that a file offers."""
    if not target.endswith(".py"):
        return [Registry().with_local(plugins).backend(target)]
    registry = Registry().with_local([target, *plugins])
    found = [offer for offers in registry.backends.values() for offer in offers if offer.plugin.file == target]
    if not found:
        raise UsageError(
            f"{target} offers no backend",
            found="no sweepbridge_backends, or one that returns nothing",
            expected="a function sweepbridge_backends that returns at least one backend",
            fix="see docs/plugins/write-a-backend.md",
        )
    return found


def _refuse_unknown(backend: Backend, method: str) -> None:
    if method not in backend.methods:
        raise BackendError(
            f'backend "{backend.name}" has no method "{method}"',
            found=f"--method {method}",
            expected=f"one of {', '.join(backend.methods)}",
            fix=did_you_mean(method, backend.methods) or f"--method {backend.methods[0]}",
        )


def _option(word: str) -> tuple[str, Json]:
    key, equals, value = word.partition("=")
    if not equals or not key:
        raise UsageError(
            "an option without a value",
            found=f"--option {word}",
            expected="KEY=VALUE, such as n_startup_trials=5",
            fix=f"--option {key or 'KEY'}=VALUE",
        )
    read: Json = yaml.safe_load(value)
    return key, read


def _address(offer: Offer[Backend]) -> Address:
    plugin = offer.plugin
    if plugin.file is not None:
        return Address(f"sweepbridge_checked_{plugin.name}", plugin.module, name=offer.record.name)
    return Address(plugin.module.partition(":")[0], name=offer.record.name)


def _check(report: Report, bench: Bench, method: str, *, limit_s: float) -> None:
    """Carry out every check of a method, each where it can do no harm, and measure what the method can do."""
    planned = [task for task in tasks([method]) if task.check.per != "backend" or not report.results]
    found = zip(planned, _results(bench, planned, limit_s), strict=True)
    report.results += found
    (card,) = apart([partial(card_of, bench, method)], limit_s=limit_s)
    if isinstance(card, Capabilities):
        report.cards[method] = card


def _results(bench: Bench, planned: Sequence[Task], limit_s: float) -> Iterator[Result]:
    """What each task finds, with the progress on the screen where there is one.

    Once two have not come back, the rest is left out: a method that hangs would take a minute for each check.
    """
    jobs = [partial(bench.carry_out, task, limit_s=limit_s) for task in planned]
    late, title = 0, f"checking {bench.backend.name} {planned[0].method}"
    with Console(stderr=True).status(title) as status:
        for place, found in enumerate(apart(jobs, limit_s=limit_s + GRACE_S), 1):
            result = Result("failed", f"it {found.why}", is_late=True) if isinstance(found, Gone) else found
            yield result
            late += result.is_late
            if late == MOST_LATE:
                yield from [Result("skipped", f"{late} checks before it have not come back")] * (len(jobs) - place)
                return
            status.update(f"{title}: {place} of {len(jobs)}")
