"""What has been measured of the backends on this machine, kept for the versions that it was measured with.

To measure takes seconds, because each library is loaded and searches a little; what it gives changes only with a
version. So it is kept in the user's cache. A cache that can't be read is measured again, and one that can't be written
is no trouble.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from sweepbridge.agents.apart import Gone, apart
from sweepbridge.plugin.kit.card import Capabilities
from sweepbridge.plugin.kit.checks import Broken
from sweepbridge.plugin.kit.running import Bench
from sweepbridge.registry import Chosen

LIMIT_S = 30.0
"""How long one method may take to be measured."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A method that could not be measured."""

    why: str
    """A sentence without a full stop, for people."""


def cache_file(environ: Mapping[str, str]) -> Path:
    """Where measurements are kept."""
    home = environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME") or "~").expanduser() / ".cache"
    return Path(home) / "sweepbridge" / "backends.json"


def card_of(bench: Bench, method: str) -> Capabilities | Failed:
    """What a method can do, or why that can't be said."""
    try:
        return bench.card(method)
    except Broken as broken:
        return Failed(str(broken))


def known(chosen: Sequence[Chosen], *, file: Path) -> list[Capabilities | Failed | None]:
    """What is kept of each method, failures too; None where it was never measured with these versions."""
    kept = _read(file)
    return [_fitting(kept.get(_key(one)), one) for one in chosen]


def measure(
    chosen: Sequence[Chosen], *, file: Path, look: Callable[[Chosen], None] = lambda _: None
) -> list[Capabilities | Failed]:
    """Measure each method, in a process where it can do no harm, and keep what was found.

    `look` is told of each one before it is measured.
    """
    found: list[Capabilities | Failed] = []
    results = apart([partial(card_of, Bench(one.backend), one.method) for one in chosen], limit_s=LIMIT_S)
    for one in chosen:
        look(one)
        result = next(results)
        found.append(Failed(f"it {result.why}") if isinstance(result, Gone) else result)
    _write(file, {_key(one): _entry(one, card) for one, card in zip(chosen, found, strict=True)})
    return found


def _key(one: Chosen) -> str:
    return f"{one.plugin.distribution} {one.backend.name} {one.method}"


def _versions(one: Chosen) -> dict[str, str]:
    return {**one.provenance, "python": platform.python_version()}


def _entry(one: Chosen, found: Capabilities | Failed) -> dict[str, object]:
    return {"with": _versions(one), "failed" if isinstance(found, Failed) else "card": asdict(found)}


def _fitting(entry: object, one: Chosen) -> Capabilities | Failed | None:
    if not isinstance(entry, dict) or entry.get("with") != _versions(one):
        return None
    try:
        return Failed(**entry["failed"]) if "failed" in entry else Capabilities(**entry["card"])
    except (KeyError, TypeError):  # written by another version
        return None


def _read(file: Path) -> dict[str, object]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, entries: Mapping[str, object]) -> None:
    """Add to what is kept, in one step, so that a reader never sees half of it."""
    kept = {**_read(file), **entries}
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        half = file.with_suffix(f".{os.getpid()}")
        half.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        half.replace(file)
