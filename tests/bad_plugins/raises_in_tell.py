"""Raises when it is told that a trial has ended."""

from sweepbridge.plugin import Suggestion, hookimpl


class Bad:
    name = "bad"
    methods = ("bad",)

    def check(self, problem):
        return []

    def start(self, problem):
        self.space = problem.space
        return self

    def tell(self, trial):
        if trial.losses:
            raise ZeroDivisionError("division by zero")

    def ask(self, seed):
        return Suggestion(self.space.decode({}))


@hookimpl
def sweepbridge_backends():
    return [Bad()]
