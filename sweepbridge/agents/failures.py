"""When an agent takes no more work because its runs fail: W&B's thresholds, and those of a machine that has gone sick.

While none of its runs has ended well, script or machine may be at fault, and W&B's thresholds hold. Once one has, what
fails is the trial's own matter; but several in a row within a minute, while other agents are at work, tell of a
machine: a full disk, a GPU that has fallen off the bus. The last agent goes on whatever happens, as nobody else could.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sweepbridge.errors import UsageError

EARLY = 3
"""So many failures end an agent in its first minute; W&B calls it flapping."""

EARLY_S = 60.0
"""How long the first minute is."""

INITIAL = 5
"""So many failures end an agent at any time."""

SICK = 5
"""So many failures in a row end an agent of which runs have ended well, if others are at work."""

SICK_S = 60.0
"""Within this time."""

OFF_VARIABLE = "WANDB_AGENT_DISABLE_FLAPPING"
INITIAL_VARIABLE = "WANDB_AGENT_MAX_INITIAL_FAILURES"


@dataclass(frozen=True, slots=True)
class Failures:
    """What has become of an agent's runs so far. Every `now` counts seconds from any start."""

    began_at: float
    early: int | None = EARLY
    """None: the first minute is like any other."""
    initial: int = INITIAL
    sick: int | None = SICK
    """None: no number of failures in a row within a minute is too many."""
    in_a_row: int | None = None
    """So many failures in a row end it at any time; None if there is no such limit."""
    runs: int = 0
    failed: int = 0
    streak: tuple[tuple[int, float], ...] = ()
    """The runs that have failed since one ended well: the trial of each, and when it failed."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], *, now: float, in_a_row: int | None = None) -> Failures:
        """The rules as W&B's two environment variables set them. UsageError for a number that is none."""
        is_off = environ.get(OFF_VARIABLE, "").lower() in ("true", "1")
        initial = environ.get(INITIAL_VARIABLE, str(INITIAL))
        if not initial.isdecimal() or int(initial) == 0:
            raise UsageError(
                f"{INITIAL_VARIABLE} is not a number of runs",
                found=f"{INITIAL_VARIABLE}={initial}",
                expected="a whole number above 0",
                fix=f"unset it; an agent then ends after {INITIAL} failures, if no run ended well",
            )
        return cls(now, None if is_off else EARLY, int(initial), None if is_off else SICK, in_a_row)

    def after(self, trial: int, now: float, *, has_failed: bool) -> Failures:
        """What it is once a run of this trial has ended."""
        streak = (*self.streak, (trial, now)) if has_failed else ()
        return replace(self, runs=self.runs + 1, failed=self.failed + has_failed, streak=streak)

    def verdict(self, now: float, *, has_company: Callable[[], bool]) -> str | None:
        """Why the agent should end; None while it may go on. `has_company`: whether other agents are at work."""
        if self.in_a_row is not None and len(self.streak) >= self.in_a_row:
            return f"the last {len(self.streak)} runs have all failed; max_consecutive_failed_runs sets how many may"
        if self.failed == self.runs:
            return self._verdict_at_first(now)
        if self._is_sick(now) and has_company():
            return (
                f"{self.sick} runs in a row have failed within a minute while other agents are at work: "
                f"something may be wrong with this machine; {OFF_VARIABLE}=true goes on"
            )
        return None

    def _verdict_at_first(self, now: float) -> str | None:
        """Of an agent that has had no run that ended well."""
        if self.failed >= self.initial:
            return f"the first {self.failed} runs have all failed; {INITIAL_VARIABLE} sets how many may"
        if self.early is not None and self.failed >= self.early and now - self.began_at <= EARLY_S:
            return f"the first {self.failed} runs have all failed within a minute; {OFF_VARIABLE}=true goes on"
        return None

    def _is_sick(self, now: float) -> bool:
        if self.sick is None or len(self.streak) < self.sick:
            return False
        return now - self.streak[-self.sick][1] <= SICK_S
