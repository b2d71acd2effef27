"""`sweepbridge replay SWEEP`: derive every suggestion of a stored sweep again from its log, and compare."""

from __future__ import annotations

from collections.abc import Mapping

import typer

from sweepbridge.api import bare_id, engine_for, store_at
from sweepbridge.cli.options import StoreOption, SweepArgument
from sweepbridge.engine import Derived, replay
from sweepbridge.registry import version_of
from sweepbridge.store import Sweep
from sweepbridge.view import words

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("replay")
def replay_sweep(sweep: SweepArgument, store: StoreOption = None) -> None:
    """Derive every suggestion again from the log, and compare it with what ran."""
    memory = store_at(store, create=False)
    engine = engine_for(bare_id(sweep), memory)
    log = memory.events(engine.sweep.id)
    derived = list(replay(engine.plan, engine.sweep.seed, log))
    different = [one for one in derived if not one.is_equal]
    for one in different:
        print(_difference(one))
    print(f"{len(derived) - len(different)} of {len(derived)} suggestions are what ran")
    by_hand = sum(event.trial.is_running for event in log) - len(derived)
    if by_hand:
        print(f"{by_hand} more put back by a person, which nobody suggested")
    for line in _versions(engine.sweep, engine.plan.provenance):
        print(line)
    raise typer.Exit(1 if different else 0)


def _difference(one: Derived) -> str:
    again = words.params(one.params) if one.params is not None else "nothing"
    return f"trial {one.trial.number}\n  ran    {words.params(one.trial.params)}\n  again  {again}"


def _versions(sweep: Sweep, here: Mapping[str, str]) -> list[str]:
    """What the sweep was made with, and what is here now where that is another version."""
    lines = []
    for name, then in sweep.provenance.items():
        now = here.get(name) or version_of(name)
        lines.append(f"  {name} {then}" + (f", and {now} here now" if now != then else ""))
    return lines
