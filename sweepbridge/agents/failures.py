"""When an agent gives up because its runs fail: W&B's thresholds, for an agent of which no run has ended well.

A run that ends well shows that machine and script are sound. What fails after that is the trial's own matter, unless
a person sets how many may fail in a row.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sweepbridge.errors import UsageError

EARLY = 3
"""So many failures end an agent in its first minute; W&B calls it flapping."""

EARLY_S = 60.0
"""How long the first minute is."""

INITIAL = 5
"""So many failures end an agent at any time."""

OFF_VARIABLE = "WANDB_AGENT_DISABLE_FLAPPING"
INITIAL_VARIABLE = "WANDB_AGENT_MAX_INITIAL_FAILURES"


@dataclass
class Failures:
    """What has become of an agent's runs so far."""

    early: int | None = EARLY
    """None: the first minute is like any other."""
    initial: int = INITIAL
    consecutive: int | None = None
    """So many failures one after the other end the agent, whatever ended well before; None: any number may be."""
    clock: Callable[[], float] = time.monotonic
    runs: int = 0
    failed: int = 0
    in_a_row: int = 0
    """How many of the last ones have failed."""
    _began_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._began_at = self.clock()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], *, consecutive: int | None = None) -> Failures:
        """The rule as W&B's two environment variables set it. UsageError for a number that is none."""
        is_off = environ.get(OFF_VARIABLE, "").lower() in ("true", "1")
        initial = environ.get(INITIAL_VARIABLE, str(INITIAL))
        if not initial.isdecimal() or int(initial) == 0:
            raise UsageError(
                f"{INITIAL_VARIABLE} is not a number of runs",
                found=f"{INITIAL_VARIABLE}={initial}",
                expected="a whole number above 0",
                fix=f"unset it; an agent then ends after {INITIAL} failures, if no run ended well",
            )
        return cls(early=None if is_off else EARLY, initial=int(initial), consecutive=consecutive)

    def count(self, *, has_failed: bool) -> None:
        """Count a run that has ended."""
        self.runs += 1
        self.failed += has_failed
        self.in_a_row = self.in_a_row + 1 if has_failed else 0

    def verdict(self) -> str | None:
        """Why the agent should end; None while it may go on."""
        if self.consecutive is not None and self.in_a_row >= self.consecutive:
            return f"the last {self.in_a_row} runs have all failed; max_consecutive_failed_runs sets how many may"
        if self.failed < self.runs:
            return None
        if self.failed >= self.initial:
            return f"the first {self.failed} runs have all failed; {INITIAL_VARIABLE} sets how many may"
        if self.early is not None and self.failed >= self.early and self.clock() - self._began_at <= EARLY_S:
            return f"the first {self.failed} runs have all failed within a minute; {OFF_VARIABLE}=true goes on"
        return None
