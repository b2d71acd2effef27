"""The built-in stoppers, registered through the same hook as everyone's."""

from collections.abc import Iterable

from sweepbridge.plugin import Stopper, hookimpl
from sweepbridge.stop.asha import Asha
from sweepbridge.stop.hyperband import Hyperband
from sweepbridge.stop.median import Median
from sweepbridge.stop.patience import Patience

__all__ = ["Asha", "Hyperband", "Median", "Patience", "sweepbridge_stoppers"]


@hookimpl
def sweepbridge_stoppers() -> Iterable[Stopper]:
    """W&B's own, and three that W&B has not."""
    return [Hyperband(), Asha(), Median(), Patience()]
