"""The environment of a run: how a program, and W&B's client inside of it, know which run they are.

The agent's own environment comes first, and what stands there is the user's word. Only the client's mode has a default
of ours: it works offline, and reports to nobody, until the agent is started with WANDB_MODE set
(`docs/decisions/0011-wandb-client-offline.md`).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import warnings
from collections.abc import Iterator, Mapping

from sweepbridge.agents.companions import Companions
from sweepbridge.rundir import RunDir
from sweepbridge.spec.param_files import param_file
from sweepbridge.store import Claim
from sweepbridge.training import RUN_DIR_VARIABLE

ALWAYS = (
    RUN_DIR_VARIABLE,
    "SWEEPBRIDGE_SWEEP_ID",
    "SWEEPBRIDGE_TRIAL",
    "SWEEPBRIDGE_RUN",
    "WANDB_RUN_ID",
    "WANDB_NAME",
    "WANDB_SWEEP_PARAM_PATH",
    "WANDB_DIR",
    "WANDB_MODE",
)
"""The variables that every run has."""

RESUME_VARIABLE = "SWEEPBRIDGE_RESUME_DIR"
"""Which folder the trial's previous run had. The first run of a trial has none."""

ADDED_VARIABLE = "SWEEPBRIDGE_ADDED"
"""The names of the variables that no user has set. An agent that is itself started by a run takes them for nobody's."""

_NOT_INHERITED = ("WANDB_SERVICE", "WANDB_SWEEP_ID", RESUME_VARIABLE)
"""Another process's connection, and another sweep: an agent may itself be started by a run."""

_OFFLINE = {
    "WANDB_MODE": "offline",
    # Releases up to 0.28 look up host names even offline, for error reports and for news of a new release.
    "WANDB_ERROR_REPORTING": "false",
    "WANDB__DISABLE_UPDATE_CHECK": "true",
}

_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_IDS = len(_CHARACTERS) ** 8
_STEP = 1_743_541_808_807
"""Has no factor in common with `_IDS`, so its multiples meet each id once before any comes again."""


def of_run(
    environ: Mapping[str, str], claim: Claim, directory: RunDir, companions: Companions | None = None
) -> dict[str, str]:
    """The whole environment of a run, made from its agent's. Writes the file that W&B's client reads."""
    users = _of_users(environ)
    made = {**users, **_ours(claim, directory), **_for_wandb(users, claim, directory)}
    if companions is not None:
        made |= companions.environ(directory.path.absolute(), made, users)
    return {**made, ADDED_VARIABLE: ",".join(sorted(name for name in made if not users.get(name)))}


@contextlib.contextmanager
def inside(environ: Mapping[str, str]) -> Iterator[None]:
    """This process has the given environment inside the block; what the block itself sets besides stays."""
    before = dict(os.environ)
    touched = [name for name in {*before, *environ} if before.get(name) != environ.get(name)]
    _put(touched, environ)
    try:
        yield
    finally:
        _put(touched, before)


def end_wandb_session(exit_code: int) -> None:
    """End the session of W&B's client, if this process has one: it reads the environment once, when that begins."""
    teardown = getattr(sys.modules.get("wandb"), "teardown", None)
    if teardown is None:
        return
    try:
        teardown(exit_code)
    except Exception as error:
        warnings.warn(f"wandb.teardown() has failed: {type(error).__name__}: {error}", stacklevel=2)


def has_wandb_run() -> bool:
    """Whether a run of W&B's client is open in this process."""
    return getattr(sys.modules.get("wandb"), "run", None) is not None


def run_id(claim: Claim) -> str:
    """A run's id as W&B has them: eight lower-case letters and digits. No other run of the sweep has the same one."""
    start = int.from_bytes(hashlib.blake2b(claim.sweep_id.encode(), digest_size=8).digest(), "big")
    number = (start + (1000 * claim.trial.number + claim.run) * _STEP) % _IDS
    found = ""
    for _ in range(8):
        number, place = divmod(number, len(_CHARACTERS))
        found += _CHARACTERS[place]
    return found


def _of_users(environ: Mapping[str, str]) -> dict[str, str]:
    """What an agent finds in its environment, without what another agent has put there for the run that started it."""
    others = {*_NOT_INHERITED, *environ.get(ADDED_VARIABLE, "").split(","), ADDED_VARIABLE}
    return {name: value for name, value in environ.items() if name not in others}


def _ours(claim: Claim, directory: RunDir) -> dict[str, str]:
    resume_dir = directory.info().resume_dir
    return {
        **({RESUME_VARIABLE: resume_dir} if resume_dir else {}),
        RUN_DIR_VARIABLE: str(directory.path.absolute()),
        "SWEEPBRIDGE_SWEEP_ID": claim.sweep_id,
        "SWEEPBRIDGE_TRIAL": str(claim.trial.number),
        "SWEEPBRIDGE_RUN": str(claim.run),
    }


def _for_wandb(environ: Mapping[str, str], claim: Claim, directory: RunDir) -> dict[str, str]:
    directory.param_file.write_text(param_file(directory.config()), encoding="ascii")
    info = directory.info()
    mode = environ.get("WANDB_MODE", "")
    known = {
        "WANDB_RUN_ID": run_id(claim),
        "WANDB_NAME": environ.get("WANDB_NAME") or info.name,
        "WANDB_SWEEP_PARAM_PATH": str(directory.param_file.absolute()),
        "WANDB_DIR": environ.get("WANDB_DIR") or str(directory.path.absolute()),
        # W&B's server knows nothing of this sweep, and would turn the run away.
        "WANDB_SWEEP_ID": claim.sweep_id if mode in ("", "offline", "disabled", "dryrun") else None,
        "WANDB_ENTITY": info.entity,
        "WANDB_PROJECT": info.project,
    }
    offline = {} if mode else {**_OFFLINE, **{name: environ[name] for name in _OFFLINE if environ.get(name)}}
    return {**offline, **{name: value for name, value in known.items() if value is not None}}


def _put(names: list[str], environ: Mapping[str, str]) -> None:
    for name in names:
        if name in environ:
            os.environ[name] = environ[name]
        else:
            os.environ.pop(name, None)
