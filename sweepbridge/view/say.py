"""Lines for people, on standard error: standard output is for what a command was asked for."""

from __future__ import annotations

import sys


def say(line: str) -> None:
    """Print one line for people, now."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201  # this is the one place below the CLI that prints
