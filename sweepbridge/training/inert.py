"""Stand-ins for what W&B would show and sweepbridge does not: images, tables, artifacts, plots.

They take any arguments and keep none. Logged, they are dropped, with a warning that names the key.
"""

from __future__ import annotations

from typing import Any


class Inert:
    """Something that is accepted, and dropped when logged."""

    def __init__(self, *given: Any, **named: Any) -> None:
        pass


class Image(Inert):
    """An image."""


class Audio(Inert):
    """A sound."""


class Video(Inert):
    """A video."""


class Object3D(Inert):
    """A cloud of points."""


class Molecule(Inert):
    """A molecule."""


class JoinedTable(Inert):
    """Two tables, joined."""


class Html(Inert):
    """A piece of HTML."""


class Histogram(Inert):
    """A histogram."""


class Settings(Inert):
    """Settings of W&B's client: they have no effect here."""


class Table(Inert):
    """A table."""

    def add_data(self, *row: Any) -> None:
        """Accepted, and dropped."""

    def add_column(self, *given: Any, **named: Any) -> None:
        """Accepted, and dropped."""


class Artifact(Inert):
    """An artifact."""

    def add_file(self, *given: Any, **named: Any) -> None:
        """Accepted, and dropped."""

    add = add_dir = add_reference = add_file


class Plots:
    """Every chart that `wandb.plot` has: `plot.bar(...)`, `plot.confusion_matrix(...)` and so on."""

    def __getattr__(self, name: str) -> type[Inert]:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert


plot = Plots()
"""Stands in for `wandb.plot`."""
