"""A trial's command line as people see it, without an agent, a run directory or an environment at hand."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from sweepbridge.space import Params, dotted
from sweepbridge.spec import SweepConfig
from sweepbridge.spec.commands import Words, argv, carries_params
from sweepbridge.training import CONFIG_VARIABLE

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

    ConfigError if the command has faults. An environment variable is shown as `$NAME`.
    """
    words = _words(config, params, CONFIG_FILE)
    return None if words is None else [_VARIABLE.sub(r"$\1", word) for word in words]


def shell_line(config: SweepConfig, params: Params, *, config_file: Path) -> str | None:
    """The same for a shell, which fills in the environment variables; `config_file` holds the parameters.

    Where the command carries no parameters, because the script reads them from its config, the file is named to
    `sweepbridge.init()`.
    """
    words = _words(config, params, str(config_file))
    if words is None:
        return None
    line = " ".join(map(_quoted, words))
    return line if _is_told(config, params) else f"{CONFIG_VARIABLE}={shlex.quote(str(config_file))} {line}"


def option_words(config: SweepConfig, params: Params) -> list[str]:
    """The options that hand on the parameters, a word each, as `${args}` has them."""
    return argv(["${args}"], Words(params, None, CONFIG_FILE, {}, sys.executable, config.nested_args))


def needs_file(config: SweepConfig, params: Params) -> bool:
    """Whether a command line works only beside the file that holds its parameters."""
    return not _is_told(config, params) or any("${args_json_file}" in word for word in config.command or ())


def _is_told(config: SweepConfig, params: Params) -> bool:
    return carries_params(config.command, [dotted(path) for path in params])


def _words(config: SweepConfig, params: Params, config_file: str) -> list[str] | None:
    if config.program is None and config.command is None:
        return None
    environ: Mapping[str, str] = MappingProxyType(_AsWritten())
    words = Words(params, config.program, config_file, environ, sys.executable, config.nested_args)
    return argv(config.command, words)


def _quoted(word: str) -> str:
    """A word in single quotes where it needs them, with the variables in double quotes between."""
    quoted = _VARIABLE.sub(r"""'"$\1"'""", shlex.quote(word))
    return quoted.replace("''", "") if word else quoted
