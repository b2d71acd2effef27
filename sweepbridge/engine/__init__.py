"""Where log and searcher meet: plans, warm searchers, losses, ends, early stopping."""

from sweepbridge.engine.engine import Engine, Heard, Over, Result, Wait, create
from sweepbridge.engine.losses import loss_of, value_of
from sweepbridge.engine.plan import Plan, plan

__all__ = ["Engine", "Heard", "Over", "Plan", "Result", "Wait", "create", "loss_of", "plan", "value_of"]
