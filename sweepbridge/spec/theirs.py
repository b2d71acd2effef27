"""A config as W&B takes it: what is ours alone is taken out, and told.

What is left loads here as well, and means the same space. Only who searches, and when trials end, may differ.
"""

from __future__ import annotations

from sweepbridge.space import Json
from sweepbridge.spec.config import SweepConfig
from sweepbridge.spec.findings import shown
from sweepbridge.spec.kinds import METHODS
from sweepbridge.spec.rules import OURS


def in_their_words(config: SweepConfig) -> tuple[dict[str, Json], list[str]]:
    """The config for `wandb sweep`, and what of ours is not in it, a phrase each."""
    given = config.to_dict()
    told = [f"{key}: {shown(given.pop(key))}" for key in OURS if key in given]
    metrics = given.pop("metrics", None)
    if isinstance(metrics, list):
        given["metric"], *others = metrics
        told += [f"metrics: {shown(other)}" for other in others]
    method = given.get("method")
    if "method" in given and method not in METHODS:
        given["method"] = "bayes" if config.objectives else "random"
        told.append(f"method: {shown(method)}, {given['method']} in its place")
    if config.early_terminate is not None and config.early_terminate.type != "hyperband":
        told.append(f"early_terminate: {shown(given.pop('early_terminate'))}")
    return given, told
