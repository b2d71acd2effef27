"""Where log and searcher meet: plans, warm searchers, losses, ends, early stopping."""

from sweepbridge.engine.counting import Counting, uncounted
from sweepbridge.engine.endings import Result
from sweepbridge.engine.engine import Engine, Heard, Over, Wait, create
from sweepbridge.engine.judging import Judging
from sweepbridge.engine.losses import loss_of, value_of
from sweepbridge.engine.names import name_of
from sweepbridge.engine.plan import Plan, as_fault, plan
from sweepbridge.engine.priors import Earlier, Joined, earlier_of, join
from sweepbridge.engine.replaying import Derived, replay
from sweepbridge.engine.retrying import Again, Left, put_back
from sweepbridge.engine.rounds import Round, left_over, outcome, rounds
from sweepbridge.engine.searching import plan_of, switch
from sweepbridge.engine.simulating import simulate, synthetic
from sweepbridge.engine.steering import steer

__all__ = [
    "Again",
    "Counting",
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
    "Round",
    "Wait",
    "as_fault",
    "create",
    "earlier_of",
    "join",
    "left_over",
    "loss_of",
    "name_of",
    "outcome",
    "plan",
    "plan_of",
    "put_back",
    "replay",
    "rounds",
    "simulate",
    "steer",
    "switch",
    "synthetic",
    "uncounted",
    "value_of",
]
