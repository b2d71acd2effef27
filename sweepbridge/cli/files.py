"""From a config file to a plan, and to a list of all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar

from sweepbridge.engine import Plan, plan
from sweepbridge.errors import ConfigError, Fault
from sweepbridge.registry import Registry
from sweepbridge.spec import Loaded, load_file

Decided = TypeVar("Decided")


def plan_file(file: str, *, backend: str | None, registry: Registry) -> tuple[Plan, tuple[Fault, ...]]:
    """The plan for a config file, and its warnings. ConfigError with every fault, BackendError if nothing can serve."""
    loaded = load_file(file)
    return plan_loaded(loaded, backend=backend, registry=registry), loaded.warnings


def plan_loaded(loaded: Loaded, *, backend: str | None, registry: Registry) -> Plan:
    """The plan for a config that was read from a file: faults are told with the file's name and lines."""
    return placed(loaded, lambda: plan(loaded.config, registry, backend=backend))


def placed(loaded: Loaded, decide: Callable[[], Decided]) -> Decided:
    """What is decided on a config that was read from a file: faults are told with the file's name and lines."""
    try:
        return decide()
    except ConfigError as error:
        raise ConfigError([loaded.placed(fault) for fault in error.faults]) from error


def fault_row(fault: Fault) -> dict[str, object]:
    """A fault as a row of JSON: its four parts, and its line where it has one. The file stands beside it."""
    parts = asdict(fault)
    return {name: parts[name] for name in ("where", "line", "found", "expected", "fix")}
