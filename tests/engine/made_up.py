"""Plugins that are made up for a test, behind entry points that are made up too."""

from importlib import metadata
from types import ModuleType, SimpleNamespace

from sweepbridge.plugin import Verdict, hookimpl
from sweepbridge.registry import GROUP, Registry


class Point:
    """An entry point that gives a module made here; a real one needs an installed distribution."""

    name = "strange"
    value = "strange"
    dist = SimpleNamespace(name="sweepbridge-strange", version="0.7")

    def __init__(self, hooks):
        self._hooks = hooks

    def load(self):
        module = ModuleType("strange")
        for hook, records in self._hooks.items():
            setattr(module, f"sweepbridge_{hook}", hookimpl(lambda records=records: records))
        return module


def registry(**hooks):
    """What is installed here, and beside it a distribution sweepbridge-strange 0.7 that offers these records."""
    return Registry([*metadata.entry_points(group=GROUP), Point(hooks)])


class Strange:
    """A backend that does what it is given to do in place of what it should."""

    name = "strange"
    methods = ("strange",)

    def __init__(self, *, check=lambda problem: (), start=None, tell=lambda trial: None, ask=lambda seed: None):
        self.check = check
        self.start = start or (lambda problem: SimpleNamespace(tell=tell, ask=ask))


class Judge:
    """A stopper that says of every trial what it is given to say."""

    name = "judge"

    def __init__(self, judge=lambda options, number, curves: Verdict(False, "fine"), check=lambda options: ()):
        self.judge = judge
        self.check = check


def config(**more):
    """A config that the made-up backend searches."""
    return {
        "method": "strange",
        "metric": {"name": "loss"},
        "parameters": {"x": {"min": 0.0, "max": 1.0}},
        **more,
    }


def raises(error):
    """A function that raises this, whatever it is called with."""

    def raising(*given):
        raise error

    return raising
