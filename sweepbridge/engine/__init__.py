"""Where log and searcher meet: plans, warm searchers, losses, ends, early stopping."""

from sweepbridge.engine.endings import Result
from sweepbridge.engine.engine import Engine, Heard, Over, Wait, create
from sweepbridge.engine.judging import Judging
from sweepbridge.engine.losses import loss_of, value_of
from sweepbridge.engine.plan import Plan, plan
from sweepbridge.engine.priors import Earlier, Joined, earlier_of, join
from sweepbridge.engine.replaying import Derived, replay
from sweepbridge.engine.retrying import Again, Left, put_back
from sweepbridge.engine.steering import steer

__all__ = [
    "Again",
    "Derived",
    "Earlier",
    "Engine",
    "Heard",
    "Joined",
    "Judging",
    "Left",
    "Over",
    "Plan",
    "Result",
    "Wait",
    "create",
    "earlier_of",
    "join",
    "loss_of",
    "plan",
    "put_back",
    "replay",
    "steer",
    "value_of",
]
