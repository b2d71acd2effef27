"""Where log and searcher meet: plans, warm searchers, losses, ends, early stopping."""

from sweepbridge.engine.engine import Engine, Heard, Over, Result, Wait, create
from sweepbridge.engine.judging import Judging
from sweepbridge.engine.losses import loss_of, value_of
from sweepbridge.engine.plan import Plan, plan
from sweepbridge.engine.replaying import Derived, replay
from sweepbridge.engine.retrying import Again, Left, put_back

__all__ = [
    "Again",
    "Derived",
    "Engine",
    "Heard",
    "Judging",
    "Left",
    "Over",
    "Plan",
    "Result",
    "Wait",
    "create",
    "loss_of",
    "plan",
    "put_back",
    "replay",
    "value_of",
]
