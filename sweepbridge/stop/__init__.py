"""The built-in stoppers, registered through the same hook as everyone's."""

from collections.abc import Iterable

from sweepbridge.plugin import Stopper, hookimpl
from sweepbridge.stop.hyperband import Hyperband

__all__ = ["Hyperband", "sweepbridge_stoppers"]


@hookimpl
def sweepbridge_stoppers() -> Iterable[Stopper]:
    """Hyperband."""
    return [Hyperband()]
