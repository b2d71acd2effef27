"""`sweepbridge backends`: what can search, and what each method can do, as measured."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from sweepbridge.agents.measures import Failed, cache_file, known, measure
from sweepbridge.cli.options import PluginsOption
from sweepbridge.cli.tables import show, table
from sweepbridge.plugin.kit.card import Capabilities
from sweepbridge.registry import PUBLISHED, Chosen, Registry

app = typer.Typer(add_completion=False, rich_markup_mode=None)

MeasureOption = Annotated[
    bool | None,
    typer.Option(
        "--measure/--no-measure", help="Measure everything again, or nothing. Default: what these versions lack."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object a method.")]


@app.command()
def backends(again: MeasureOption = None, as_json: JsonOption = False, plugins: PluginsOption = None) -> None:
    """List the backends that are installed, and what each of their methods can do."""
    registry = Registry().with_local(plugins)
    methods = [
        Chosen(offer.record, method, offer.plugin)
        for _, offers in sorted(registry.backends.items())
        for offer in offers
        for method in offer.record.methods
    ]
    found = list(zip(methods, _cards(methods, again), strict=True))
    if as_json:
        for one, card in found:
            print(json.dumps(_json_row(one, card), ensure_ascii=False))
        return
    shown = table("backend", "method", "distributions", "objectives", "learns", "running", "resume", "needs", "from")
    for one, card in found:
        shown.add_row(one.backend.name, one.method, *_cells(card), one.plugin.title)
    show(shown)
    for name in sorted(set(PUBLISHED) - set(registry.backends)):
        show(f"not installed: {name} (pip install 'sweepbridge[{name}]')")


def _cards(methods: Sequence[Chosen], again: bool | None) -> list[Capabilities | Failed | None]:
    """What is known of each method, once what is to be measured has been."""
    file = cache_file(os.environ)
    found = known(methods, file=file)
    missing = [place for place, card in enumerate(found) if again or (again is None and card is None)]
    if not missing:
        return found
    with Console(stderr=True).status("measuring") as status:

        def look(one: Chosen) -> None:
            status.update(f"measuring {one.backend.name} {one.method}, once for these versions")

        cards = measure([methods[place] for place in missing], file=file, look=look)
    for place, card in zip(missing, cards, strict=True):
        found[place] = card
    return found


def _cells(card: Capabilities | Failed | None) -> list[str]:
    """From the distributions to the needs."""
    if card is None:
        return ["not measured", *["-"] * 5]
    if isinstance(card, Failed):
        return [f"not measured: {card.why} (--measure tries again)", *["-"] * 5]
    if card.unavailable:
        return [f"not available: {card.unavailable} ({card.remedy})", *["-"] * 4, ", ".join(card.needs) or "-"]
    return [
        card.meaning,
        "several" if card.several_objectives else "one",
        "yes" if card.learns else "no",
        "yes" if card.sees_running else "no",
        f"{card.resume_ms:.3g} ms / {card.trials}",
        ", ".join(card.needs) or "-",
    ]


def _json_row(one: Chosen, card: Capabilities | Failed | None) -> dict[str, object]:
    told = {"error": card.why} if isinstance(card, Failed) else asdict(card) if card is not None else {}
    return {"backend": one.backend.name, "method": one.method, "plugin": one.plugin.title, **told}
