"""`sweepbridge replay SWEEP`: derive every suggestion of a stored sweep again from its log, and compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer

from sweepbridge.api import bare_id, derived, plans_for, store_at
from sweepbridge.cli.options import PluginsOption, StoreOption, SweepArgument
from sweepbridge.engine import Derived
from sweepbridge.registry import version_of
from sweepbridge.store import Search
from sweepbridge.view import words

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("replay")
def replay_sweep(sweep: SweepArgument, store: StoreOption = None, plugins: PluginsOption = None) -> None:
    """Derive every suggestion again from the log, and compare it with what ran."""
    memory = store_at(store, create=False)
    sweep_id = memory.sweep(bare_id(sweep)).id
    again = derived(sweep_id, memory, plugins=plugins or ())
    different = [one for one in again if not one.is_equal]
    for one in different:
        print(_difference(one))
    print(f"{len(again) - len(different)} of {len(again)} suggestions are what ran")
    others = [record.trial for record in memory.trials(sweep_id) if record.trial.search is None]
    priors = sum(trial.is_prior for trial in others)
    for count, what in ((priors, "ran before, elsewhere"), (len(others) - priors, "put back by a person")):
        if count:
            print(f"{count} more {what}, which nobody suggested")
    here = {
        number: decided.provenance for number, decided in plans_for(sweep_id, memory, plugins=plugins or ()).items()
    }
    for search in memory.searches(sweep_id):
        trials = [one.trial.number for one in again if one.trial.search == search.number]
        print("\n".join(_about(search, trials, here.get(search.number, {}))))
    raise typer.Exit(1 if different else 0)


def _difference(one: Derived) -> str:
    again = words.params(one.params) if one.params is not None else "nothing"
    return f"trial {one.trial.number}\n  ran    {words.params(one.trial.params)}\n  again  {again}"


def _about(search: Search, trials: Sequence[int], here: Mapping[str, str]) -> list[str]:
    """Who suggested what, with which versions, and what is here now where that is another one."""
    lines = [f"{search.who}: {words.numbered(trials)}"]
    for name, then in search.provenance.items():
        now = here.get(name) or version_of(name)
        lines.append(f"  {name} {then}" + (f", and {now} here now" if now != then else ""))
    return lines
