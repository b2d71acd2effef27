"""What the checks of a backend have found: a card for each method, and below it what failed and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from sweepbridge.plugin import Backend
from sweepbridge.plugin.kit.card import Capabilities, lines
from sweepbridge.plugin.kit.running import Outcome, Result, Task
from sweepbridge.registry import Offer


@dataclass
class Report:
    """What was found of one backend."""

    offer: Offer[Backend]
    results: list[tuple[Task, Result]] = field(default_factory=list)
    cards: dict[str, Capabilities] = field(default_factory=dict)
    """By method. One that fails may have none."""

    @property
    def is_ok(self) -> bool:
        """Whether nothing has failed, and something has passed."""
        outcomes = {result.outcome for _, result in self.results}
        return "failed" not in outcomes and "passed" in outcomes


def text(report: Report) -> str:
    """The report for people."""
    offer = report.offer
    told = [f"{offer.record.name}, from {offer.plugin.title}"]
    for method in dict.fromkeys(task.method for task, _ in report.results):
        results = [(task, result) for task, result in report.results if task.method == method]
        counts = Counter(result.outcome for _, result in results)
        counted = ", ".join(f"{counts[name]} {name}" for name in ("passed", "failed", "skipped") if counts[name])
        card = lines(report.cards[method]) if method in report.cards else [f"{offer.record.name} {method}"]
        told += ["", *card, f"  {'checks':<16} {counted}", *_failed(results), *_skipped(results)]
    return "\n".join(told)


def row(report: Report) -> dict[str, object]:
    """The report for programs."""
    return {
        "backend": report.offer.record.name,
        "plugin": report.offer.plugin.title,
        "ok": report.is_ok,
        "cards": {method: asdict(card) for method, card in report.cards.items()},
        "checks": [_check_row(task, result) for task, result in report.results],
    }


def _check_row(task: Task, result: Result) -> dict[str, object]:
    return {
        "name": task.check.name,
        "promise": task.check.promise,
        "method": task.method,
        "space": task.space,
        "outcome": result.outcome,
        "why": result.why,
        "seconds": round(result.seconds, 3),
    }


def _failed(results: Sequence[tuple[Task, Result]]) -> list[str]:
    """Each check that has failed: in which spaces, what it found first, and what it promises."""
    told = []
    for name, found in _grouped(results, "failed", by_name=True).items():
        task, result = found[0]
        spaces = ", ".join(other.space for other, _ in found if other.space)
        told.append(f"  {'failed':<16} {name}{f' (in the space {spaces})' if spaces else ''}")
        told += [f"  {'':<16} {result.why}", f"  {'':<16} the promise: {task.check.shows}"]
    return told


def _skipped(results: Sequence[tuple[Task, Result]]) -> list[str]:
    """Each reason for which checks have been left out, and which."""
    told = []
    for why, found in _grouped(results, "skipped", by_name=False).items():
        names = list(dict.fromkeys(task.check.name for task, _ in found))
        more = f" and {len(names) - 3} more" if len(names) > 4 else ""
        told += [f"  {'skipped':<16} {why}", f"  {'':<16} ({', '.join(names[: 3 if more else 4])}{more})"]
    return told


def _grouped(
    results: Sequence[tuple[Task, Result]], outcome: Outcome, *, by_name: bool
) -> dict[str, list[tuple[Task, Result]]]:
    groups: dict[str, list[tuple[Task, Result]]] = {}
    for task, result in results:
        if result.outcome == outcome:
            groups.setdefault(task.check.name if by_name else result.why, []).append((task, result))
    return groups
