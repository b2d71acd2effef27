"""A trial's command line as people see it, without an agent, a run directory or an environment at hand."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from sweepbridge.space import Params
from sweepbridge.spec import SweepConfig
from sweepbridge.spec.commands import Words, argv

CONFIG_FILE = "config.json"
"""What stands for the run directory's file, where there is no run."""

_VARIABLE = re.compile("\ue000([^\ue001]*)\ue001")
"""An environment variable's name between two characters of no script, so that a `$NAME` of the config is not one."""


class _AsWritten(dict[str, str]):
    """An environment in which every variable stands for itself."""

    def __contains__(self, name: object) -> bool:
        return True

    def get(self, name: str, default: object = None) -> str:
        del default
        return f"\ue000{name}\ue001"


def shown(config: SweepConfig, params: Params) -> list[str] | None:
    """The words of a trial's command line; None if the config names neither a program nor a command.

    ConfigError if the command has faults. and an
    environment variable as `$NAME`.
    """
    words = _words(config, params, CONFIG_FILE)
    return None if words is None else [_VARIABLE.sub(r"$\1", word) for word in words]


def shell_line(config: SweepConfig, params: Params, *, config_file: Path) -> str | None:
    """The same for a shell, which fills in the environment variables; `config_file` holds the parameters."""
    words = _words(config, params, str(config_file))
    return None if words is None else " ".join(map(_quoted, words))


def _words(config: SweepConfig, params: Params, config_file: str) -> list[str] | None:
    if config.program is None and config.command is None:
        return None
    environ: Mapping[str, str] = MappingProxyType(_AsWritten())
    words = Words(params, config.program, config_file, environ, "python", config.nested_args)
    return argv(config.command, words)


def _quoted(word: str) -> str:
    """A word in single quotes where it needs them, with the variables in double quotes between."""
    quoted = _VARIABLE.sub(r"""'"$\1"'""", shlex.quote(word))
    return quoted.replace("''", "") if word else quoted
