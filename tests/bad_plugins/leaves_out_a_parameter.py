"""Names a third point without one of the parameters."""

from sweepbridge.plugin import from_function, hookimpl


def suggest(problem, trials, seed):
    params = problem.space.decode(dict.fromkeys(problem.space, seed % 101 / 100))
    if len(trials) < 2:
        return params
    return {path: value for path, value in params.items() if path != "x"}


@hookimpl
def sweepbridge_backends():
    return [from_function("bad", suggest)]
