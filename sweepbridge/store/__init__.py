"""The durable memory: the log of every sweep, and who holds which trial."""

from sweepbridge.store.opening import find_store, make_folder, open_store
from sweepbridge.store.presence import Presence
from sweepbridge.store.records import (
    Claim,
    CurvePoint,
    Ended,
    Ending,
    NewSweep,
    Prior,
    Row,
    Run,
    RunState,
    Search,
    Sweep,
    SweepState,
    TrialRecord,
    Unended,
)
from sweepbridge.store.store import Store

__all__ = [
    "Claim",
    "CurvePoint",
    "Ended",
    "Ending",
    "NewSweep",
    "Presence",
    "Prior",
    "Row",
    "Run",
    "RunState",
    "Search",
    "Store",
    "Sweep",
    "SweepState",
    "TrialRecord",
    "Unended",
    "find_store",
    "make_folder",
    "open_store",
]
