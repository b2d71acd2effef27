"""Where log and searcher meet: plans, warm searchers, losses, ends, early stopping."""

from sweepbridge.engine.engine import Engine, Heard, Over, Result, Wait, create
from sweepbridge.engine.judging import Judging
from sweepbridge.engine.losses import loss_of, value_of
from sweepbridge.engine.plan import Plan, as_fault, plan
from sweepbridge.engine.replaying import Derived, replay
from sweepbridge.engine.retrying import Again, Left, put_back
from sweepbridge.engine.rounds import Round, left_over, outcome, rounds
from sweepbridge.engine.searching import plan_of, switch
from sweepbridge.engine.simulating import simulate, synthetic

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
    "Round",
    "Wait",
    "as_fault",
    "create",
    "left_over",
    "loss_of",
    "outcome",
    "plan",
    "plan_of",
    "put_back",
    "replay",
    "rounds",
    "simulate",
    "switch",
    "synthetic",
    "value_of",
]
