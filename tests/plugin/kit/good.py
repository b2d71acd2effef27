"""A backend that keeps every promise; the bad ones are made from it."""

import random

from sweepbridge.plugin import Suggestion, unknown_options


class Searcher:
    """Draws each trial from the space, by its seed and by how many trials it knows."""

    def __init__(self, problem):
        self.problem = problem
        self.space = problem.space
        self.trials = {}

    def tell(self, trial):
        self.trials[trial.number] = trial

    def ask(self, seed):
        return Suggestion(self.params(random.Random(f"{seed}/{self.salt()}")), self.note())

    def salt(self):
        return ""

    def params(self, chance):
        return self.space.decode({path: chance.random() for path in self.space})

    def note(self):
        return {"known": len(self.trials)}

    @property
    def running(self):
        return [trial for trial in self.trials.values() if trial.is_running]


class Good:
    """Keeps every promise."""

    name = "bad"
    methods = ("bad",)
    searcher = Searcher

    def check(self, problem):
        return unknown_options(problem, known=())

    def start(self, problem):
        return self.searcher(problem)


GOOD = Good()
