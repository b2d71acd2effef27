"""From a config file to a plan, and to a list of all that is wrong with it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import TypeVar

from sweepbridge.cli.options import Style
from sweepbridge.engine import Plan, plan
from sweepbridge.errors import ConfigError, Fault
from sweepbridge.registry import Registry
from sweepbridge.spec import Loaded, load_file, load_object

Decided = TypeVar("Decided")


def plan_file(
    file: str, *, backend: str | None, registry: Registry, beside: Mapping[str, str | None] = MappingProxyType({})
) -> tuple[Plan, tuple[Fault, ...]]:
    """The plan for a config file, and its warnings; what stands `beside` it wins over its own keys.

    ConfigError with every fault, BackendError if nothing can serve.
    """
    loaded = load_file(file)
    given = {key: value for key, value in beside.items() if value is not None}
    if given:
        loaded = replace(loaded, config=load_object({**loaded.config.to_dict(), **given}).config)
    return plan_loaded(loaded, backend=backend, registry=registry), loaded.warnings


def home(entity: str | None, project: str | None) -> dict[str, str | None]:
    """Whose a sweep is and what it belongs to: as the command line says, else as W&B's variables do."""
    return {
        "entity": entity or os.environ.get("WANDB_ENTITY") or None,
        "project": project or os.environ.get("WANDB_PROJECT") or None,
    }


def plan_loaded(loaded: Loaded, *, backend: str | None, registry: Registry) -> Plan:
    """The plan for a config that was read from a file: faults are told with the file's name and lines."""
    return placed(loaded, lambda: plan(loaded.config, registry, backend=backend))


def placed(loaded: Loaded, decide: Callable[[], Decided]) -> Decided:
    """What is decided on a config that was read from a file: faults are told with the file's name and lines."""
    try:
        return decide()
    except ConfigError as error:
        raise ConfigError([loaded.placed(fault) for fault in error.faults]) from error


def json_lines(rows: Sequence[Mapping[str, object]], style: Style) -> list[str]:
    """What to print of a row for each file, as JSON: one list, or an object a line."""
    if style is Style.json:
        return [json.dumps(rows, ensure_ascii=False, indent=2)]
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def fault_row(fault: Fault) -> dict[str, object]:
    """A fault as a row of JSON: its four parts, and its line where it has one. The file stands beside it."""
    parts = asdict(fault)
    return {name: parts[name] for name in ("where", "line", "found", "expected", "fix")}
