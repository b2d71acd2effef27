"""Has a hook that does not exist."""

from sweepbridge.plugin import hookimpl


@hookimpl
def sweepbridge_backend():
    return []
