"""A trial's parameters in the forms in which other programs take them, and the command that runs it again."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import yaml

from sweepbridge.errors import UsageError
from sweepbridge.space import nest
from sweepbridge.spec import SweepConfig
from sweepbridge.store import TrialRecord
from sweepbridge.view.command import needs_file, option_words, shell_line


def as_json(record: TrialRecord) -> str:
    """The parameters as JSON, nested, as training code gets them."""
    return json.dumps(nest(record.trial.params), ensure_ascii=False)


def as_yaml(record: TrialRecord) -> str:
    """The same as YAML."""
    return yaml.safe_dump(nest(record.trial.params), sort_keys=False, allow_unicode=True).removesuffix("\n")


def as_args(config: SweepConfig, record: TrialRecord) -> str:
    """The parameters as the options that `${args}` stands for, quoted for a shell."""
    return shlex.join(option_words(config, record.trial.params))


def as_command(config: SweepConfig, record: TrialRecord, *, config_file: Path) -> str:
    """The command that runs it again, quoted for a shell; `config_file` is its run's. UsageError if there is none."""
    line = command_if_any(config, record, config_file=config_file)
    if line is None:
        raise UsageError(
            f"no command runs trial {record.trial.number} again",
            found="a file that only its run had, elsewhere" if record.trial.is_prior else "a config without a program",
            expected="a sweep whose trials run a program that is told its parameters",
            fix="--format json, for the parameters alone",
        )
    return line


def command_if_any(config: SweepConfig, record: TrialRecord, *, config_file: Path) -> str | None:
    """The same; None for a function, and for a trial that ran elsewhere where the command would need a file of its."""
    is_elsewhere = record.trial.is_prior and needs_file(config, record.trial.params)
    return None if is_elsewhere else shell_line(config, record.trial.params, config_file=config_file)
