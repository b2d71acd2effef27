"""What training code calls: `init`, `config`, `log`, `summary`, `finish`, under the names of W&B's client.

It reads and appends in the run directory and knows of nothing else, so a `log()` costs microseconds and imports no
database. In a sweep the agent names the run directory in SWEEPBRIDGE_RUN_DIR, whether the training code is a program
or a function in the agent's own process; children of the run inherit it. Without it, `init()` begins a local run, so
that a script can still be run alone.

Three things differ from W&B's client on purpose. A row logged with `step=` is written at once, where W&B waits for
the next step, so that a stopper sees it in time. A row whose step is lower than the last one is kept. And a config
key that no sweep owns can be changed without `allow_val_change`.
"""

from sweepbridge.errors import RunError as Error
from sweepbridge.training.configs import Config
from sweepbridge.training.current import (
    CONFIG_VARIABLE,
    RUN_DIR_VARIABLE,
    alert,
    attached,
    config,
    current,
    define_metric,
    finish,
    init,
    join,
    log,
    log_artifact,
    log_model,
    login,
    mark_preempting,
    save,
    summary,
    unwatch,
    use_artifact,
    watch,
)
from sweepbridge.training.inert import (
    Artifact,
    Audio,
    Histogram,
    Html,
    Image,
    JoinedTable,
    Molecule,
    Object3D,
    Settings,
    Table,
    Video,
    plot,
)
from sweepbridge.training.run import STOPPED_EXIT_CODE, Run, RunStopped
from sweepbridge.training.summaries import Summary

__all__ = [
    "CONFIG_VARIABLE",
    "RUN_DIR_VARIABLE",
    "STOPPED_EXIT_CODE",
    "Artifact",
    "Audio",
    "Config",
    "Error",
    "Histogram",
    "Html",
    "Image",
    "JoinedTable",
    "Molecule",
    "Object3D",
    "Run",
    "RunStopped",
    "Settings",
    "Summary",
    "Table",
    "Video",
    "alert",
    "attached",
    "config",
    "current",
    "define_metric",
    "finish",
    "init",
    "join",
    "log",
    "log_artifact",
    "log_model",
    "login",
    "mark_preempting",
    "plot",
    "save",
    "summary",
    "unwatch",
    "use_artifact",
    "watch",
]
