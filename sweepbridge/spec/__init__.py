"""W&B's config language, and only here: reading it, its model, its faults."""

from sweepbridge.spec.config import SweepConfig
from sweepbridge.spec.loading import Loaded, load_file, load_object
from sweepbridge.spec.metrics import Metric, Objective
from sweepbridge.spec.rules import NEED_A_METRIC
from sweepbridge.spec.schema import json_schema
from sweepbridge.spec.theirs import in_their_words

__all__ = [
    "NEED_A_METRIC",
    "Loaded",
    "Metric",
    "Objective",
    "SweepConfig",
    "in_their_words",
    "json_schema",
    "load_file",
    "load_object",
]
