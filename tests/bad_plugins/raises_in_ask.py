"""Raises when it is asked for the third trial."""

from sweepbridge.plugin import from_function, hookimpl


def suggest(problem, trials, seed):
    params = problem.space.decode(dict.fromkeys(problem.space, seed % 101 / 100))
    if len(trials) < 2:
        return params
    raise ZeroDivisionError("division by zero")


@hookimpl
def sweepbridge_backends():
    return [from_function("bad", suggest)]
