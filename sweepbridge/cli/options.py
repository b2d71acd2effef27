"""Options that several commands share, so that each means the same everywhere."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store", help="Folder or URL of the store. Default: $SWEEPBRIDGE_STORE, else the nearest .sweepbridge."
    ),
]
BackendOption = Annotated[
    str | None, typer.Option("--backend", help="Search with this backend, whatever the config says.")
]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, help="Seed of the search. Default: the config's own.")]
WorkersOption = Annotated[int, typer.Option("--workers", "-w", min=1, help="How many agents, each in a process.")]
CountOption = Annotated[int | None, typer.Option("--count", min=1, help="At most so many runs for each agent.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask whether a very large grid is meant.")]
LauncherOption = Annotated[str, typer.Option("--launcher", help="What starts the agents.")]
WandbHookOption = Annotated[
    bool, typer.Option("--wandb-hook", help="Hear what runs log with W&B's client, wherever that reports to.")
]
SweepArgument = Annotated[str, typer.Argument(metavar="SWEEP", help="The sweep's id.")]
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="A sweep config, YAML or JSON.")]
FilesArgument = Annotated[list[str], typer.Argument(metavar="FILE…", help="Sweep configs, YAML or JSON.")]


class Style(str, Enum):
    """How a command prints."""

    text = "text"
    jsonl = "jsonl"


StyleOption = Annotated[Style, typer.Option("--format", help="For people, or one JSON object a file.")]
