"""The recorded trainings, run again: they log a row at a time, interleaved, and a stopper is asked after each.

`curves.json` is made by `record_curves.py`.
"""

import json
import random
from pathlib import Path

from sweepbridge.engine.growing import Growing

CURVES = json.loads(Path(__file__).with_name("curves.json").read_text())
AT_ONCE = 12
"""How many trials run at the same time."""


class Replay:
    """Trainings that log one row after the other, in an order that chance picks; a stopped one logs no more."""

    def __init__(self, stopper, options, *, goal="minimize", trials=120, longest=80):
        self.stopper, self.options, self.goal = stopper, options, goal
        self.recorded = [curve[:longest] for curve in CURVES[:trials]]
        self.curves = Growing(goal=goal)
        self.chance = random.Random(7)
        self.waiting = list(range(trials))
        self.running = []
        self.stopped = []
        self.said_stop = []

    def steps(self):
        """Log a row, and yield the trial that logged it, until every training is over."""
        while self.waiting or self.running:
            while self.waiting and len(self.running) < AT_ONCE:
                self.running.append(self.waiting.pop(0))
            trial = self.chance.choice(self.running)
            self.curves.log(trial, self.recorded[trial][len(self.curves.get(trial, ()))])
            yield trial
            if self.is_whole(trial) and trial in self.running:
                self.running.remove(trial)
                self.curves.finish(trial)

    def is_whole(self, trial):
        """Whether a training has logged all its rows."""
        return len(self.curves[trial]) == len(self.recorded[trial])

    def stops(self, trials):
        """Those of the trials that the stopper stops now."""
        return {trial for trial in trials if self.stopper.judge(self.options, trial, self.curves).stop}

    def stop(self, trials):
        """End these."""
        self.stopped += trials
        self.running = [trial for trial in self.running if trial not in trials]
