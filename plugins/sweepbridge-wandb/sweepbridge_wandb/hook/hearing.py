"""Hears what a run logs with W&B's client, inside of the run's own process, and writes it into the run's folder.

The client goes on as if nobody listened: online, its dashboards are the same. It runs in whatever Python the user's
program has, so it needs no package, and whatever goes wrong here is said once and harms nothing.
"""

import functools
import json
import math
import os
import sys
import time
import warnings
from importlib.machinery import PathFinder
from typing import Any

CLIENT = "wandb.sdk.wandb_run"
"""The module of the client in which a run logs, in every release from 0.13 to 0.31."""

MOST_NUMBERS = 32
"""A list with more is data, and no metric."""

_held: dict[str, Any] = {}
_steps = [0]


def wait_for_client() -> None:
    """Change the client once it is imported; at once if it is there."""
    if CLIENT in sys.modules:
        listen(sys.modules[CLIENT])
    elif not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder())


class Finder:
    """Finds the client's module as Python does, and has it changed when it has been executed."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002  # Python's names
        """The spec of the client's module; None for any other."""
        spec = PathFinder.find_spec(name, path) if name == CLIENT else None
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def execute_and_listen(module: Any) -> None:
            execute(module)
            listen(module)

        spec.loader.exec_module = execute_and_listen  # type: ignore[method-assign]  # this one loader's alone
        return spec


def listen(module: Any) -> None:
    """Hear what the runs of the client log from now on. A second time changes nothing."""
    run = getattr(module, "Run", None)
    for name, hear in (("_partial_history_callback", heard_row), ("_summary_update_callback", heard_summary)):
        method = getattr(run, name, None)
        if method is None:
            warnings.warn(f"this release of wandb has no Run.{name}: sweepbridge does not hear it", stacklevel=2)
        elif not hasattr(method, "sweepbridge"):
            setattr(run, name, _hearing(method, hear))


def heard_row(data: Any, step: Any = None, commit: Any = None) -> None:
    """Write a row that was logged; with `commit=False` together with the next one."""
    _held.update(flat(data))
    if commit is False:
        return
    row = dict(_held, _step=_steps[0] if step is None else int(step), _timestamp=time.time())
    _held.clear()
    _steps[0] = row["_step"] + (step is None)
    _append(os.path.join(os.environ["SWEEPBRIDGE_RUN_DIR"], "metrics.jsonl"), row)


def heard_summary(record: Any) -> None:
    """Keep what was put into the summary by hand."""
    file = os.path.join(os.environ["SWEEPBRIDGE_RUN_DIR"], "summary.json")
    summary: dict[str, Any] = {}
    if os.path.exists(file):
        with open(file, encoding="utf-8") as there:
            summary = json.load(there)
    for item in getattr(record, "update", ()):
        summary.update(flat({".".join(item.key): item.value}))
    with open(file + ".new", "w", encoding="utf-8") as new:
        json.dump(summary, new)
    os.replace(file + ".new", file)


def flat(data: Any) -> dict[str, Any]:
    """Names and plain values; an inner `{"loss": 1}` under `val` is `val.loss`. What is no metric is left out."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, dict):
            found.update((f"{name}.{inner}", one) for inner, one in flat(value).items())
            continue
        plain = _plain(value)
        if plain is not _NOT_PLAIN:
            found[str(name)] = plain
    return found


_NOT_PLAIN = object()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, str, int, float)):
        return value if type(value) in (bool, str, int, float, type(None)) else _base(value)
    if isinstance(value, (list, tuple)):
        found = [_plain(one) for one in value[: MOST_NUMBERS + 1]]
        return found if len(value) <= MOST_NUMBERS and _NOT_PLAIN not in found else _NOT_PLAIN
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and math.prod(shape) == 1 and hasattr(value, "item"):
        return value.item()
    return _NOT_PLAIN


def _base(value: Any) -> Any:
    return next(kind(value) for kind in (int, float, str) if isinstance(value, kind))


def _hearing(method: Any, hear: Any) -> Any:
    @functools.wraps(method)
    def heard(run: Any, *given: Any, **named: Any) -> Any:
        if getattr(run, "id", None) == os.environ.get("WANDB_RUN_ID"):
            _quietly(hear, *given, **named)
            _end_if_asked()
        return method(run, *given, **named)

    heard.sweepbridge = True  # type: ignore[attr-defined]  # marks what was changed
    return heard


def _quietly(hear: Any, *given: Any, **named: Any) -> None:
    try:
        hear(*given, **named)
    except Exception as error:  # the run is not to suffer from being heard
        warnings.warn(f"sweepbridge did not hear what was logged: {error!r}", stacklevel=4)


def _end_if_asked() -> None:
    """End the run where its agent has asked for it: in a function, nobody else would."""
    if "sweepbridge" in sys.modules and os.path.exists(os.path.join(os.environ["SWEEPBRIDGE_RUN_DIR"], "stop")):
        raise sys.modules["sweepbridge"].RunStopped("the run was stopped")


def _append(file: str, row: dict[str, Any]) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(descriptor, json.dumps(row).encode() + b"\n")
    finally:
        os.close(descriptor)
