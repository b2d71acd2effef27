"""`--wandb-hook`: runs are heard from inside W&B's client, which a plugin does."""

from __future__ import annotations

import os

from sweepbridge.errors import UsageError
from sweepbridge.registry import Registry

HOOK = "--wandb-hook"
HOOK_VARIABLE = "SWEEPBRIDGE_WANDB_HOOK"
"""What tells the plugin, in the environment of an agent."""


def hear_wandb(registry: Registry) -> None:
    """Have the runs of this process's agent heard. UsageError if the plugin that does it is not installed."""
    if "wandb" not in registry.companions:
        raise UsageError(
            f"{HOOK} needs a plugin that is not here",
            found=HOOK,
            expected="that sweepbridge-wandb is installed, and loads",
            fix="pip install sweepbridge-wandb; sweepbridge plugins shows what loads",
        )
    os.environ[HOOK_VARIABLE] = "1"
