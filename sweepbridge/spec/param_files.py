"""The file from which W&B's client takes a run's parameters: the one that WANDB_SWEEP_PARAM_PATH names.

Its text is plain ASCII: the client opens it in the encoding of the user's locale, which may be any.
"""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from sweepbridge.space import Json

_HEAD = "wandb_version: 1\n"


def param_file(config: Mapping[str, Json]) -> str:
    """The text of the file for a run's parameters, nested as training code gets them."""
    if not config:  # W&B's client can't read an empty mapping behind the first line
        return _HEAD
    wrapped = {name: {"value": value} for name, value in config.items()}
    # W&B: sdk/lib/config_util.py
    return f"{_HEAD}\n{yaml.dump(wrapped, Dumper=_Plain, default_flow_style=False, sort_keys=False)}"


class _Plain(yaml.SafeDumper):
    """Writes a value in full wherever it stands, because anchors and aliases are no one's idea of a parameter."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True
