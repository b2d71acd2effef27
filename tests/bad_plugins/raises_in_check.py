"""Raises when it is to look at a config."""

from sweepbridge.plugin import from_function, hookimpl


def check(problem):
    raise KeyError("x")


@hookimpl
def sweepbridge_backends():
    return [from_function("bad", print, check=check)]
