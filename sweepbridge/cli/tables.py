"""Tables for people and for pipes: as wide as the terminal, or as wide as what is in them."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

WIDEST = 10_000
"""Where there is no terminal, no column is cut or broken: a program may read the lines."""


def table(*columns: str) -> Table:
    """An empty table without lines."""
    return Table(*columns, box=None, pad_edge=False)


def show(content: Table | str) -> None:
    """Print a table, or a line in its place."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDEST)
    console.print(content, markup=False)
