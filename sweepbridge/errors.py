"""Every error that sweepbridge raises on purpose.

    SweepbridgeError            catch this to catch them all
    ├── ConfigError             a sweep config has faults; `.faults` holds all of them
    ├── PluginError             a plugin broke a promise: its name, version and the cause are attached
    │   ├── BackendError        a backend is unknown, is unavailable, or can't do what the config asks
    │   └── Interrupted         a person did not want to wait for a plugin any longer
    ├── StoreError              the store can't be opened, read or written
    │   └── SweepNotFound       no sweep with this id in this store
    ├── RunError                training code used `init`, `log` or `config` where there is no run
    └── UsageError              a call or a command line that can't be carried out as given

Each says what, then where it applies: what was found, what was expected, and how to fix it. The parts
are attributes, so that a caller can show them in its own way; `str()` puts them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input, in four parts: where, found, expected, fix."""

    where: str
    """The place in the config, such as `parameters.optimizer.lr`; never empty."""
    found: str
    """What stands there, shown as the user wrote it."""
    expected: str
    """What may stand there."""
    fix: str
    """What to write or do instead."""
    line: int | None = None
    """The line in the file, counting from 1; None for a config that came from Python."""
    file: str | None = None
    """The file's name as the user gave it; None for a config that came from Python."""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        head = f"{place}  {self.where}" if place else self.where
        return "\n".join([head, *four_parts(self.found, self.expected, self.fix)])


def four_parts(found: str, expected: str, fix: str) -> list[str]:
    """The three indented lines that follow the headline of every error."""
    parts = (("found", found), ("expected", expected), ("fix", fix))
    return [f"  {name:<9} {_indented(text)}" for name, text in parts if text]


def _indented(text: str) -> str:
    return text.replace("\n", "\n" + " " * 12)


class SweepbridgeError(Exception):
    """The root: every error that sweepbridge raises on purpose."""

    def __init__(self, what: str, *, found: str = "", expected: str = "", fix: str = "") -> None:
        self.what = what
        self.found = found
        self.expected = expected
        self.fix = fix
        super().__init__(what)

    def __str__(self) -> str:
        return "\n".join([self.what, *four_parts(self.found, self.expected, self.fix)])


class ConfigError(SweepbridgeError):
    """A sweep config has faults: all of them are in `faults`, in the order of the file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[ConfigError], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


class PluginError(SweepbridgeError):
    """A plugin broke a promise of the contract. The message names its distribution and version."""


class BackendError(PluginError):
    """A backend is unknown, is unavailable, or can't do what the config asks."""


class Interrupted(PluginError):
    """A person did not want to wait for a plugin any longer. Nothing is wrong with what they gave."""


class StoreError(SweepbridgeError):
    """The store can't be opened, read or written. What it held before is still there."""


class SweepNotFound(StoreError):
    """No sweep with this id in this store."""


class RunError(SweepbridgeError):
    """Training code used `init`, `log` or `config` where there is no run."""


class UsageError(SweepbridgeError):
    """A call or a command line that can't be carried out as given."""
