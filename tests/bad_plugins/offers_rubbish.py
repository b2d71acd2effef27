"""Offers records that are none."""

from sweepbridge.plugin import hookimpl


@hookimpl
def sweepbridge_backends():
    return [{"name": "bad"}]
