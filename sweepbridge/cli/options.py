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
    str | None,
    typer.Option(
        "--backend", metavar="NAME", help="Search with this backend, or NAME:METHOD, whatever the config says."
    ),
]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, help="Seed of the search. Default: the config's own.")]
WorkersOption = Annotated[int, typer.Option("--workers", "-w", min=1, help="How many agents, each in a process.")]
CountOption = Annotated[int | None, typer.Option("--count", min=1, help="At most so many runs for each agent.")]
PriorOption = Annotated[
    list[str] | None,
    typer.Option(
        "--prior-run",
        "--prior_run",
        "-R",
        metavar="RUN",
        help="Begin with what ran before: a sweep, a trial of one as SWEEP-NUMBER, or an exported table. Repeatable.",
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask whether a very large grid is meant.")]
EntityOption = Annotated[
    str | None, typer.Option("--entity", "-e", help="Whose sweep it is. Its id alone is enough to find it.")
]
ProjectOption = Annotated[
    str | None, typer.Option("--project", "-p", help="What the sweep belongs to. Its id alone is enough to find it.")
]
NameOption = Annotated[str | None, typer.Option("--name", help="What the sweep is called, whatever the config says.")]
ProgramOption = Annotated[
    str | None, typer.Option("--program", help="The script that a trial runs, whatever the config says.")
]
ForwardOption = Annotated[
    bool, typer.Option("--forward-signals", "-f", help="Pass every signal that an agent gets on to the run's program.")
]
TermTimeoutOption = Annotated[
    float | None,
    typer.Option(
        "--term-timeout",
        "-t",
        min=0.0,
        metavar="SECONDS",
        help="With --forward-signals: kill a program that has not ended so long after a signal told it to.",
    ),
]
ConsecutiveOption = Annotated[
    int | None,
    typer.Option(
        "--max-consecutive-failed-runs", min=1, metavar="N", help="End an agent whose last N runs have all failed."
    ),
]
PluginsOption = Annotated[
    list[str] | None,
    typer.Option("--plugin", metavar="FILE", help="Load a plugin from a file, beside those that are installed."),
]
LauncherOption = Annotated[str, typer.Option("--launcher", help="What starts the agents.")]
WandbHookOption = Annotated[
    bool, typer.Option("--wandb-hook", help="Hear what runs log with W&B's client, wherever that reports to.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing of what goes on.")]
SweepArgument = Annotated[str, typer.Argument(metavar="SWEEP", help="The sweep's id.")]
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="A sweep config, YAML or JSON.")]
FilesArgument = Annotated[list[str], typer.Argument(metavar="FILE…", help="Sweep configs, YAML or JSON.")]


class Style(str, Enum):
    """How a command prints."""

    text = "text"
    json = "json"
    jsonl = "jsonl"


StyleOption = Annotated[
    Style, typer.Option("--format", help="For people, one JSON list of all files, or one JSON object a file.")
]
