"""Any W&B sweep config, on any optimizer, on your own machines, exactly once.

    import sweepbridge as wandb

Every name is imported when it is first used, so that a training script pays for `init` and `log` only, and no
database driver is loaded in it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sweepbridge.api import OpenSweep, agent, open_sweep, sweep
    from sweepbridge.errors import BackendError, ConfigError, SweepbridgeError
    from sweepbridge.spec import SweepConfig
    from sweepbridge.training import (
        Artifact,
        Audio,
        Error,
        Histogram,
        Html,
        Image,
        JoinedTable,
        Molecule,
        Object3D,
        Run,
        RunStopped,
        Settings,
        Table,
        Video,
        alert,
        config,
        define_metric,
        finish,
        init,
        join,
        log,
        log_artifact,
        log_model,
        login,
        mark_preempting,
        plot,
        save,
        summary,
        unwatch,
        use_artifact,
        watch,
    )

    run: Run | None

_HOMES = {
    **dict.fromkeys(("OpenSweep", "agent", "open_sweep", "sweep"), "sweepbridge.api"),
    **dict.fromkeys(("BackendError", "ConfigError", "SweepbridgeError"), "sweepbridge.errors"),
    "SweepConfig": "sweepbridge.spec",
}

__all__ = [
    "Artifact",
    "Audio",
    "BackendError",
    "ConfigError",
    "Error",
    "Histogram",
    "Html",
    "Image",
    "JoinedTable",
    "Molecule",
    "Object3D",
    "OpenSweep",
    "Run",
    "RunStopped",
    "Settings",
    "SweepConfig",
    "SweepbridgeError",
    "Table",
    "Video",
    "agent",
    "alert",
    "config",
    "define_metric",
    "finish",
    "init",
    "join",
    "log",
    "log_artifact",
    "log_model",
    "login",
    "mark_preempting",
    "open_sweep",
    "plot",
    "run",
    "save",
    "summary",
    "sweep",
    "unwatch",
    "use_artifact",
    "watch",
]


def __getattr__(name: str) -> Any:
    if name == "run":
        # Not kept: it is another one in every trial, and None between two.
        return import_module("sweepbridge.training").current()
    if name == "__version__":
        return import_module("importlib.metadata").version("sweepbridge")
    if name not in __all__:
        raise AttributeError(f"module 'sweepbridge' has no attribute {name!r}")
    found = getattr(import_module(_HOMES.get(name, "sweepbridge.training")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
