"""`sweepbridge store upgrade`: look after the store itself."""

from __future__ import annotations

import typer

from sweepbridge.api import place_of
from sweepbridge.cli.options import StoreOption
from sweepbridge.store.upgrading import Upgrade, upgrade_store
from sweepbridge.view.bar import waiting

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def look_after() -> None:
    """Look after the store itself."""


@app.command()
def upgrade(store: StoreOption = None) -> None:
    """Upgrade a store that an older version made."""
    with waiting("upgrading the store"):
        upgraded = upgrade_store(place_of(store))
    print(_told(upgraded))


def _told(upgrade: Upgrade) -> str:
    if upgrade.found == upgrade.now:
        return f"{upgrade.name} is up to date: schema version {upgrade.now}"
    copied = f"\nas it was: {upgrade.copy}" if upgrade.copy else ""
    return f"{upgrade.name} is upgraded: schema version {upgrade.found} is now {upgrade.now}{copied}"
