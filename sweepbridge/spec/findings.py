"""What was found in a config: a fault or a doubt, by its place in the data, in four parts.

A finding knows its place as a path through the data, and no line yet. `Source` turns it into a `Fault` for people.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sweepbridge.errors import Fault

Location: TypeAlias = tuple[str | int, ...]
"""The keys and indices on the way to a place in a config, outermost first."""

LONGEST = 100
"""Where a shown value is cut off."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell about a config."""

    at: Location
    found: str
    expected: str
    fix: str
    line: int | None = None
    """Set where the reader knows a better line than the place tells."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a config came from: a file with the line of every place, or Python without either."""

    file: str | None = None
    lines: Mapping[Location, int] = field(default_factory=dict)
    """The line of each key and list item, counting from 1."""

    def line(self, at: Location) -> int | None:
        """The line of a place; for one that is missing, the line of what should hold it."""
        for end in range(len(at), -1, -1):
            if at[:end] in self.lines:
                return self.lines[at[:end]]
        return None

    def fault(self, finding: Finding) -> Fault:
        """The finding as people read it."""
        line = finding.line or self.line(finding.at)
        return Fault(where(finding.at), finding.found, finding.expected, finding.fix, line=line, file=self.file)


def in_order(findings: Iterable[Finding], source: Source, given: object) -> list[Finding]:
    """Findings in the order of the file, or of the mapping that they were found in; each once."""
    unique = dict.fromkeys(findings)
    if source.lines:
        return sorted(unique, key=lambda finding: finding.line or source.line(finding.at) or 0)
    return sorted(unique, key=lambda finding: _steps(finding.at, given))


def where(at: Location) -> str:
    """A place as people read it: `parameters.optimizer.lr`, without the inner `parameters`."""
    if not at:
        return "the config"
    steps = [step for place, step in enumerate(at) if not _is_inner(at, place)]
    return "".join(f"[{step}]" if isinstance(step, int) else f".{named(step)}" for step in steps).removeprefix(".")


def named(key: str) -> str:
    """A key as it stands in a sentence: one that can't be seen in quotes."""
    return key if key.strip() else shown(key)


def shown(value: object) -> str:
    """A value as one writes it in YAML or JSON, cut off where it gets long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def written(key: object, value: object) -> str:
    """A key with its value, as one writes them."""
    return f"{key}: {shown(value)}" if value is not None else f"{key}: (nothing)"


def nearest(word: str, choices: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The choice that a word was most likely meant to be; None if it is like none of them."""
    by_lower = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[close[0]] if close else None


def listed(words: Iterable[str]) -> str:
    """Words for a sentence: `a, b or c`."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def _is_inner(at: Location, place: int) -> bool:
    # parameters, NAME, parameters, NAME, …: every second step holds the names of the next level.
    is_level = place % 2 == 0 and all(step == "parameters" for step in at[: place + 1 : 2])
    return place > 0 and is_level and place < len(at) - 1


def _steps(at: Location, given: object) -> list[int]:
    steps: list[int] = []
    for step in at:
        if isinstance(given, Mapping) and step in given:
            steps.append(list(given).index(step))
            given = given[step]
        elif isinstance(given, list) and isinstance(step, int) and step < len(given):
            steps.append(step)
            given = given[step]
    return steps
