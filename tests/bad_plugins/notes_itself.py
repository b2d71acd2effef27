"""Puts its third note into itself."""

from sweepbridge.plugin import Suggestion, from_function, hookimpl


def suggest(problem, trials, seed):
    params = problem.space.decode(dict.fromkeys(problem.space, seed % 101 / 100))
    if len(trials) < 2:
        return params
    note = {}
    note["again"] = note
    return Suggestion(params, note)


@hookimpl
def sweepbridge_backends():
    return [from_function("bad", suggest)]
