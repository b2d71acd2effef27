"""A trial's command line as people see it, without an agent, a run directory or an environment at hand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sweepbridge.spec.commands import Words, argv
from sweepbridge.space import Params
from sweepbridge.spec import SweepConfig

CONFIG_FILE = "config.json"
"""What stands for the run directory's file, as there is no run."""


class _AsWritten(dict[str, str]):
    """An environment in which every variable stands for itself."""

    def __contains__(self, name: object) -> bool:
        return True

    def get(self, name: str, default: object = None) -> str:
        del default
        return f"${name}"


def shown(config: SweepConfig, params: Params) -> list[str] | None:
    """The words of a trial's command line; None if the config names neither a program nor a command.

    ConfigError if the command has faults. `sys.executable` is shown as `python`, as people would type it.
    """
    if config.program is None and config.command is None:
        return None
    environ: Mapping[str, str] = MappingProxyType(_AsWritten())
    words = Words(params, config.program, CONFIG_FILE, environ, interpreter="python")
    return argv(config.command, words)
