"""Puts NaN into its third note, which PostgreSQL can't store."""

from sweepbridge.plugin import Suggestion, from_function, hookimpl


def suggest(problem, trials, seed):
    params = problem.space.decode(dict.fromkeys(problem.space, seed % 101 / 100))
    if len(trials) < 2:
        return params
    return Suggestion(params, {"mean": float("nan")})


@hookimpl
def sweepbridge_backends():
    return [from_function("bad", suggest)]
