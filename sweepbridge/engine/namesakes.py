"""Two agents of one name: whether a run that this name holds was left behind by a dead agent, or is another one's.

An agent that comes back gets its own trial again. But one that was started under the name of a living one must not
take that one's run away. Who died on this machine is known at once; of anyone else, only a heartbeat that goes on
tells. No clock is compared: a heartbeat that has moved between two looks is one of a living agent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sweepbridge.errors import UsageError
from sweepbridge.store import Claim, Run

STILL_S = 7.0
"""How long a heartbeat has to stand still to be that of a dead agent. The living are heard of every 2 seconds."""

Holder: TypeAlias = Literal["this", "dead", "unknown"]


@dataclass
class Namesakes:
    """What one agent knows of the runs that are held under its name."""

    own: set[tuple[int, int]] = field(default_factory=set)
    """Trial and run of all that was handed out to it, here."""
    _seen: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)
    """Of another's: its heartbeat at the first look, and when that was."""

    def took(self, claim: Claim) -> None:
        """This agent has got a run."""
        self.own.add((claim.trial.number, claim.run))

    def holder(self, run: Run, now: float) -> Holder:
        """Who holds a run that is held under this name; `now` counts seconds from any start.

        UsageError if it is another agent that lives.
        """
        which = (run.trial, run.run)
        if which in self.own:
            return "this"
        heard_at, since = self._seen.setdefault(which, (run.heard_at, now))
        if run.heard_at != heard_at:
            raise _taken(run)
        return "dead" if now - since >= STILL_S else "unknown"


def _taken(run: Run) -> UsageError:
    return UsageError(
        f'another agent named "{run.agent}" is at work on this sweep',
        found=f"run {run.run} of trial {run.trial}, whose agent is alive",
        expected="a name that no other agent has while it is at work",
        fix="choose another --name, or leave it out",
    )
