"""What a trial is called where the config has no `run_name`: a word, `sweep` and its number, as W&B calls its runs.

The word comes from the trial's seed, so every process, on every machine and for good, gives the same name. That is why
the list is never changed: each trial of every store would be called otherwise.
"""

from __future__ import annotations

_LIST = """
able agile airy alert amber ample apt avid azure balmy bold brave breezy bright brisk calm candid cheery chief civic
clean clear clever coral cosmic cosy crisp curious dapper daring deft dewy driven eager early earnest easy elegant
epic exact fabled fair famous festive fine firm fleet fluent fond frank fresh gentle gifted glad global golden grand
happy hardy hearty honest humble ideal jaunty jolly joyful keen kind lively loyal lucid lucky lunar magic mellow
merry mighty misty modest neat nimble noble novel opal open patient pearly placid plucky polite prime prompt proud
pure quick quiet radiant rapid ready regal robust rosy royal ruby rustic sage serene sharp silent silver sincere
sleek smart snowy solar solid spry stable starry steady still summer sunny superb swift tidy vivid warm
"""

WORDS = tuple(_LIST.split())
"""Our own, each of seven letters or fewer."""


def made_up_name(number: int, *, seed: int) -> str:
    """The name of the trial of this number, which was asked with this seed."""
    return f"{WORDS[seed % len(WORDS)]}-sweep-{number}"
