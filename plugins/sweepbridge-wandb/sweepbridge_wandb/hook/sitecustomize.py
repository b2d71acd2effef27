"""Python imports this when it starts, because the run's PYTHONPATH begins with its folder.

It lets our hook wait for W&B's client. A `sitecustomize` of the user's own, which this one stands in front of, is
imported as it would have been.
"""

import importlib.util
import os
import sys
from importlib.machinery import PathFinder

_HERE = os.path.dirname(os.path.abspath(__file__))


def _let_the_users_own_come() -> None:
    others = [place for place in sys.path if os.path.abspath(place or ".") != _HERE]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


def _let_the_hook_wait() -> None:
    spec = importlib.util.spec_from_file_location("_sweepbridge_wandb_hook", os.path.join(_HERE, "hearing.py"))
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.wait_for_client()


_let_the_hook_wait()
_let_the_users_own_come()
