"""Answers with a word in place of a third suggestion."""

from sweepbridge.plugin import from_function, hookimpl


def suggest(problem, trials, seed):
    params = problem.space.decode(dict.fromkeys(problem.space, seed % 101 / 100))
    if len(trials) < 2:
        return params
    return "later"


@hookimpl
def sweepbridge_backends():
    return [from_function("bad", suggest)]
