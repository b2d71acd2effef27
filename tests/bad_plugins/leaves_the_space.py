"""Names a third point that is not in the space."""

from sweepbridge.plugin import from_function, hookimpl


def suggest(problem, trials, seed):
    params = problem.space.decode(dict.fromkeys(problem.space, seed % 101 / 100))
    if len(trials) < 2:
        return params
    return {**params, "x": 1.5}


@hookimpl
def sweepbridge_backends():
    return [from_function("bad", suggest)]
