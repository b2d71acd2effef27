"""W&B's `config-defaults.yaml`: values for whatever neither the sweep nor the script sets. Few folders have one.

Each name holds a mapping with its `value`, and perhaps a `desc`. The file is YAML as PyYAML reads it, as W&B's client
does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sweepbridge.errors import RunError

FILE = "config-defaults.yaml"
"""Its name, in the folder that the script runs in."""


def defaults() -> dict[str, Any]:
    """The values in the file; empty where there is none. RunError if it can't be read."""
    file = Path(FILE)
    if not file.is_file():
        return {}
    import yaml  # most scripts have no such file, and need not wait for it

    try:
        given = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise _unreadable(" ".join(str(error).split())) from error
    return {name: _value(name, spec) for name, spec in _entries(given).items() if name != "wandb_version"}


def _entries(given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(name, str) for name in given):
        raise _unreadable("no mapping of names")
    return given


def _value(name: str, spec: Any) -> Any:
    if not isinstance(spec, dict) or "value" not in spec:
        raise _unreadable(f"{name}: {spec!r}")
    return spec["value"]


def _unreadable(found: str) -> RunError:
    return RunError(
        f"{FILE} can't be read",
        found=found,
        expected="YAML that gives each name a value, as in lr: {value: 0.1}",
        fix=f"write it so, or rename {Path(FILE).absolute()}",
    )
