"""A grid that is so large that it may be a slip: nobody waits for the end of a million trials."""

from __future__ import annotations

import sys

import typer

from sweepbridge.engine import Plan
from sweepbridge.errors import UsageError
from sweepbridge.view.sizes import size_text

MANY = 1_000_000
"""More trials than this of a grid are asked about."""


def ask_about_size(plan: Plan, *, yes: bool) -> None:
    """Ask a person whether a very large grid is meant; where nobody can be asked, UsageError.

    With `yes`, and for any other sweep, nothing is asked. Someone who says no has aborted the command.
    """
    text = size_text(plan)
    if text is None or plan.trials is None or plan.trials <= MANY or yes:
        return
    if sys.stdin.isatty():
        typer.confirm(f"{text}: go on?", abort=True, err=True)
        return
    raise UsageError(
        "a very large grid wants a yes",
        found=text,
        expected=f"at most {MANY:,} trials, or --yes",
        fix="--yes, or run_cap: 1000 in the file, or method: random",
    )
