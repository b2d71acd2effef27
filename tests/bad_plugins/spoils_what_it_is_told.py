"""Changes the params of every trial that it is told, and those that it has named before."""

from sweepbridge.plugin import Suggestion, hookimpl


class Bad:
    name = "bad"
    methods = ("bad",)
    named = None

    def check(self, problem):
        return []

    def start(self, problem):
        self.space = problem.space
        return self

    def tell(self, trial):
        trial.params["x"] = -1.0
        self.named["x"] = -2.0

    def ask(self, seed):
        self.named = self.space.decode(dict.fromkeys(self.space, seed % 101 / 100))
        return Suggestion(self.named)


@hookimpl
def sweepbridge_backends():
    return [Bad()]
