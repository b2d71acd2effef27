"""Any W&B sweep config, on any optimizer, on your own machines, exactly once.

    import sweepbridge as wandb

Every name is imported when it is first used, so that a training script pays for `init` and `log` only, and no
database driver is loaded in it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sweepbridge.agents.hand import Held
    from sweepbridge.api import OpenSweep, agent, list_sweeps, open_sweep, store_at, sweep
    from sweepbridge.engine import Over, Wait
    from sweepbridge.errors import (
        BackendError,
        ConfigError,
        PluginError,
        StoreError,
        SweepbridgeError,
        SweepNotFound,
        UsageError,
    )
    from sweepbridge.spec import SweepConfig
    from sweepbridge.store import Store, TrialRecord
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
    **dict.fromkeys(("OpenSweep", "agent", "list_sweeps", "open_sweep", "store_at", "sweep"), "sweepbridge.api"),
    **dict.fromkeys(("Over", "Wait"), "sweepbridge.engine"),
    **dict.fromkeys(
        ("BackendError", "ConfigError", "PluginError", "StoreError", "SweepbridgeError", "SweepNotFound", "UsageError"),
        "sweepbridge.errors",
    ),
    "Held": "sweepbridge.agents.hand",
    **dict.fromkeys(("Store", "TrialRecord"), "sweepbridge.store"),
    "SweepConfig": "sweepbridge.spec",
}

__all__ = [
    "Artifact",
    "Audio",
    "BackendError",
    "ConfigError",
    "Error",
    "Held",
    "Histogram",
    "Html",
    "Image",
    "JoinedTable",
    "Molecule",
    "Object3D",
    "OpenSweep",
    "Over",
    "PluginError",
    "Run",
    "RunStopped",
    "Settings",
    "Store",
    "StoreError",
    "SweepConfig",
    "SweepNotFound",
    "SweepbridgeError",
    "Table",
    "TrialRecord",
    "UsageError",
    "Video",
    "Wait",
    "agent",
    "alert",
    "config",
    "define_metric",
    "finish",
    "init",
    "join",
    "list_sweeps",
    "log",
    "log_artifact",
    "log_model",
    "login",
    "mark_preempting",
    "open_sweep",
    "plot",
    "run",
    "save",
    "store_at",
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
