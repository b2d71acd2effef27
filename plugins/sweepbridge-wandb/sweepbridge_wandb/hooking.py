"""How the hook gets into a run: a program finds it on its PYTHONPATH, and a function in its own process.

Only where it is asked for, by `--wandb-hook`, because it changes the client from inside. It is for people who keep
W&B's server: their runs go there as ever, and their metrics are heard here all the same.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from sweepbridge_wandb.hook.hearing import wait_for_client

HOOK_VARIABLE = "SWEEPBRIDGE_WANDB_HOOK"
"""Set, and not empty, in the environment of an agent whose runs are to be heard by the hook."""

FOLDER = Path(__file__).parent / "hook"


def install() -> None:
    """Hear the functions that run in this process."""
    wait_for_client()


def hooked(given: Mapping[str, str]) -> dict[str, str]:
    """The variables that let the programs of a run be heard."""
    others = given.get("PYTHONPATH", "")
    return {"PYTHONPATH": os.pathsep.join([str(FOLDER), *([others] if others else [])])}
