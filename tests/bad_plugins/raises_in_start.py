"""Raises when it is to start."""

from sweepbridge.plugin import hookimpl


class Bad:
    name = "bad"
    methods = ("bad",)

    def check(self, problem):
        return []

    def start(self, problem):
        raise OSError("no space left on device")


@hookimpl
def sweepbridge_backends():
    return [Bad()]
