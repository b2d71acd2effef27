"""The spaces that a backend is checked in."""

from __future__ import annotations

from sweepbridge.space import Beta, Choice, Constant, Integer, Normal, Space, Uniform

MIXED = Space(
    {
        "batch": Uniform(16, 256, log=True, quantum=8),
        "constant": Constant([1, None]),
        "depth": Integer(1, 9),
        "dropout": Uniform(0.0, 0.5, quantum=0.1),
        "lr": Uniform(1e-5, 1e-1, log=True),
        "momentum": Uniform(0.0, 1.0),
        "noise": Normal(0.0, 2.0),
        "optimizer/kind": Choice(("adam", None, 0, [1, "x"])),
        "optimizer/warm": Choice((True, False), (0.7, 0.3)),
        "split": Beta(2.0, 5.0),
    }
)
"""One parameter of nearly every kind, nested ones and falsy values among them."""

NUMBERS = Space({"x": Uniform(-1.0, 1.0), "y": Uniform(1e-3, 1e3, log=True), "k": Integer(-3, 3)})
"""Numbers only, for what needs a vector."""

FINITE = Space({"a": Choice((1, 2, "2")), "b": Integer(0, 3), "c": Uniform(0, 1, quantum=0.5), "d": Constant(None)})
"""Thirty-six points."""

CATEGORIES = Space(
    {"kind": Choice(("plain", "wide", None)), "same": Choice(("a", "b", "a")), "flag": Choice((0, False))}
)
"""Categories only: a value that comes twice, and two values that Python takes for equal."""

INTEGERS = Space({"k": Integer(-2, 2)})
INTERVALS = Space({"x": Uniform(-1.0, 2.5)})
LOGS = Space({"lr": Uniform(1e-6, 1e-1, log=True)})
SHARES = Space({"q": Uniform(0.0, 1.0, quantum=0.25), "n": Normal(0.0, 1.0), "b": Beta(0.5, 0.5)})
"""What has no axis of its own, and is searched by its quantile function."""

CONSTANTS = Space(
    {"a": Constant(0), "b": Constant(None), "c": Choice(("only",)), "d": Integer(3, 3), "e": Uniform(2.0, 2.0)}
)
"""One point: nothing to search."""

ODD_NAMES = Space(
    {
        "": Uniform(0.0, 1.0),
        "a b": Integer(1, 3),
        "lambda": Choice((1, 2)),
        "group/x": Uniform(0.0, 1.0),
        "group/deep/er/x": Uniform(0.0, 1.0),
        "slash~1and~0tilde": Uniform(0.0, 1.0),
        "größe": Integer(1, 3),
        "x.y": Uniform(0.0, 1.0),
        "__class__": Uniform(0.0, 1.0),
    }
)
"""Names that are no identifiers, nested and not."""

WIDE = Space(
    {
        "count": Integer(0, 2**40),
        "debt": Integer(-(10**12), 10**12),
        "scale": Uniform(1e-12, 1e12, log=True),
        "small": Uniform(1e-9, 2e-9),
        "wide": Uniform(-1e12, 1e12),
    }
)
"""Ranges that lose their ends to a careless float."""

MANY = Space({f"p{number:02}": Integer(1, 9) if number % 2 else Uniform(0.0, 1.0) for number in range(50)})
"""Fifty parameters."""

DRAWN = Space(
    {
        "control": Uniform(0.0, 1.0),
        "interval": Uniform(-1.0, 2.5),
        "log": Uniform(1e-4, 1e-1, log=True),
        "integer": Integer(1, 5),
        "choice": Choice(("a", None, 0, False)),
        "twice": Choice(("a", "b", "a")),
        "weighted": Choice(("a", "b", "c", "d"), (0.2, 0.5, 0.0, 0.3)),
        "steps": Uniform(0.0, 1.0, quantum=0.25),
        "log_steps": Uniform(32, 256, log=True, quantum=32),
        "normal": Normal(100.0, 10.0),
        "log_normal": Normal(2.0, 3.0, log=True),
        "normal_steps": Normal(4.0, 1.0, quantum=1),
        "beta": Beta(2.0, 5.0),
    }
)
"""One of every kind, and a control: what is drawn from it is compared with what it should be."""
