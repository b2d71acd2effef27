"""From a file or a mapping to a config, with every fault at once, or with what is doubtful about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

from sweepbridge.errors import ConfigError, Fault
from sweepbridge.spec.config import SweepConfig
from sweepbridge.spec.doubts import doubts_about
from sweepbridge.spec.findings import Finding, Location, Source, in_order, where
from sweepbridge.spec.reading import Document, Unreadable, read
from sweepbridge.spec.rules import KNOWN


@dataclass(frozen=True, slots=True)
class Loaded:
    """A config that has no fault."""

    config: SweepConfig
    warnings: tuple[Fault, ...] = ()
    """What is doubtful about it, in the order of the file."""
    file: str | None = None
    """The file as the user named it; None for a config that came from Python."""
    lines: Mapping[Location, int] = field(default_factory=dict)
    """The line of each key and list item of the file, counting from 1."""

    def placed(self, fault: Fault) -> Fault:
        """A fault that was found later, with the file and with the line that its place has there."""
        # W&B's own way to name a backend is its scheduler.
        is_by_scheduler = fault.where == "backend" and self.config.backend is None and self.config.scheduler is not None
        place = "scheduler" if is_by_scheduler else fault.where
        line = next((line for at, line in self.lines.items() if where(at) == place), fault.line)
        return replace(fault, where=place, file=self.file, line=line)


def load_file(path: str | Path) -> Loaded:
    """The config in a YAML or JSON file. ConfigError with all of its faults, in the order of the file."""
    file = str(path)
    try:
        document = read(_text_of(Path(path), file))
    except Unreadable as error:
        _refuse(file, error.finding)
    source = Source(file, document.lines)
    context = {"source": source, "findings": _of_known_keys(document)}
    config = SweepConfig.model_validate(document.data, context=context)
    return _loaded(config, source, document.doubts)


def load_object(config: Mapping[str, object] | SweepConfig) -> Loaded:
    """The config in a mapping, which stays as it is. ConfigError with all of its faults, in its own order."""
    return _loaded(SweepConfig.model_validate(config), Source(), [])


def _loaded(config: SweepConfig, source: Source, doubts: list[Finding]) -> Loaded:
    findings = in_order([*doubts, *doubts_about(config)], source, config.to_dict())
    return Loaded(config, tuple(source.fault(finding) for finding in findings), source.file, source.lines)


def _of_known_keys(document: Document) -> list[Finding]:
    # What stands under a key that is ignored can't be wrong.
    return [finding for finding in document.faults if not finding.at or finding.at[0] in KNOWN or len(finding.at) == 1]


def _text_of(path: Path, file: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        _refuse(
            file, Finding((), "no such file", "a YAML or JSON file", f"check the name; this folder is {Path.cwd()}")
        )
    except IsADirectoryError:
        _refuse(file, Finding((), "a folder", "a YAML or JSON file", f"name a file in it, as {path / 'sweep.yaml'}"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        finding = Finding((), "bytes that are not UTF-8", "text in UTF-8", "save the file as UTF-8", line=line)
        _refuse(file, finding)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _refuse(file, Finding((), reason, "a file that can be read", "check its name and permissions"))


def _refuse(file: str, finding: Finding) -> NoReturn:
    where = "the file"
    raise ConfigError([Fault(where, finding.found, finding.expected, finding.fix, line=finding.line, file=file)])
