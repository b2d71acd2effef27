"""Offers two backends of one name."""

from sweepbridge.plugin import from_function, hookimpl


@hookimpl
def sweepbridge_backends():
    return [from_function("bad", print), from_function("bad", print)]
