"""The variables by which W&B's client, of any version, reports to a server of ours and to nobody else."""

from __future__ import annotations

from collections.abc import Mapping

KEY = "local-sweepbridge-needs-no-key-on-this-machine-0000"
"""A key that the client takes for one; it refuses shorter ones. On this machine alone, no key is asked for."""

_SILENT = {
    # Releases up to 0.28 look up host names of error reports and of the package index otherwise.
    "WANDB_ERROR_REPORTING": "false",
    "WANDB__DISABLE_UPDATE_CHECK": "true",
    # Rows arrive within a second: by default the client sends them every 15. Whole seconds: half of one is taken for
    # none at all, and that for the default. Two names, for older releases and for newer ones.
    "WANDB_X_FILE_STREAM_TRANSMIT_INTERVAL": "1",
    "WANDB__FILE_STREAM_TRANSMIT_INTERVAL": "1",
}


def for_client(url: str, key: str, users: Mapping[str, str] = {}) -> dict[str, str]:
    """The variables for a server at `url`. What the user has set of those that only tune the client stands."""
    silent = {name: users.get(name) or value for name, value in _SILENT.items()}
    return {"WANDB_BASE_URL": url, "WANDB_API_KEY": key, "WANDB_MODE": "online", **silent}
