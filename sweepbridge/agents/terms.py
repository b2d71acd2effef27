"""On what terms an agent works: what W&B's agent takes as options, under its names."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sweepbridge.errors import UsageError


@dataclass(frozen=True, slots=True)
class Terms:
    """UsageError if a number is none that could be meant, or the timeout stands alone."""

    forward_signals: bool = False
    """Whether a run's program gets every signal that its agent gets."""
    term_timeout: float | None = None
    """How many seconds a program may take to end that was told to by a signal; it is killed then."""
    max_consecutive_failed_runs: int | None = None
    """So many runs that fail one after the other end the agent."""

    def __post_init__(self) -> None:
        timeout, most = self.term_timeout, self.max_consecutive_failed_runs
        if most is not None and not (type(most) is int and most >= 1):
            raise _unusable("max_consecutive_failed_runs", most, "a whole number of at least 1", "2")
        if timeout is not None and not (type(timeout) in (int, float) and 0 <= timeout < math.inf):
            raise _unusable("term_timeout", timeout, "a number of seconds", "30")
        if timeout is not None and not self.forward_signals:
            raise UsageError(
                "term_timeout stands alone",
                found=f"term_timeout = {timeout:g}, and no forward_signals",
                expected="both: a program that gets no signal is not waited for",
                fix="add forward_signals=True, or --forward-signals; or leave term_timeout out",
            )

    @property
    def options(self) -> list[str]:
        """The same as options of `sweepbridge agent`."""
        numbers = {
            "--term-timeout": self.term_timeout,
            "--max-consecutive-failed-runs": self.max_consecutive_failed_runs,
        }
        given = [word for name, number in numbers.items() if number is not None for word in (name, str(number))]
        return [*(["--forward-signals"] if self.forward_signals else []), *given]


def _unusable(name: str, given: object, expected: str, example: str) -> UsageError:
    return UsageError(
        f"{name} is no number that can be used",
        found=f"{name} = {given!r}",
        expected=expected,
        fix=f"{name} = {example}, or leave it out",
    )


USUAL = Terms()
"""Those of an agent of whom nothing else is asked."""
