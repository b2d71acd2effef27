"""Those who search: sweepbridge with any backend, the same libraries used bare, and W&B's own package.

A search is a function of a problem, a seed, how many trials there are and how many run at once. It gives the losses in
the order in which the trials ended. Where several run at once, the one that has run longest ends next.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import random
import subprocess
import sys
import tempfile
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from contest.problems import Params, Problem
from sweepbridge.engine import plan, simulate
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object

WANDB = Path(__file__).resolve().parent.parent.parent / "build" / "wandb-sweeps"
"""The environment that has W&B's package."""
THEIRS = Path(__file__).with_name("theirs.py")
"""W&B's own search, for that environment."""

Search: TypeAlias = Callable[[Problem, int, int, int], list[float]]
"""Of a problem, a seed, the number of trials, and how many of them run at once."""


def ours(settings: Mapping[str, Any], problem: Problem, seed: int, trials: int, at_once: int) -> list[float]:
    """Through sweepbridge: a config as a user would write it."""
    config = load_object(
        {"metric": {"name": "loss"}, "parameters": dict(problem.parameters), "run_cap": trials, **settings}
    ).config
    decided = plan(config, Registry())
    ended = simulate(decided, problem.loss, seed=seed, trials=trials, at_once=at_once)
    return [trial.loss for trial in ended if trial.loss is not None]


def our_nevergrad(problem: Problem, seed: int, trials: int, at_once: int) -> list[float]:
    """Told how many trials run at once, as it is told when used bare."""
    backend = {"name": "nevergrad", "num_workers": at_once}
    return ours({"method": "nevergrad", "backend": backend}, problem, seed, trials, at_once)


def one_by_one(
    ask: Callable[[int], tuple[Any, Params]],
    tell: Callable[[Any, float], None],
    loss: Callable[[Params], float],
    trials: int,
    at_once: int,
) -> list[float]:
    """Plays a library's ask and tell. `ask(number)` gives the library's own trial, and its parameters."""
    running, losses, began = deque[tuple[Any, Params]](), list[float](), 0
    while len(losses) < trials:
        while began < trials and len(running) < at_once:
            running.append(ask(began))
            began += 1
        trial, params = running.popleft()
        losses.append(loss(params))
        tell(trial, losses[-1])
    return losses


def bare_optuna(sampler: str, problem: Problem, seed: int, trials: int, at_once: int) -> list[float]:
    """A study in memory, with the sampler's own defaults."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=getattr(optuna.samplers, sampler)(seed=seed))
    distributions = {name: optunas(kind) for name, kind in problem.parameters.items()}

    def ask(_: int) -> tuple[Any, Params]:
        trial = study.ask(distributions)
        return trial, {name: _tidy(problem.parameters[name], value) for name, value in trial.params.items()}

    return one_by_one(ask, study.tell, problem.loss, trials, at_once)


def optunas(kind: Mapping[str, Any]) -> Any:
    """A parameter as optuna has it."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    match kind:
        case {"values": values}:
            return CategoricalDistribution(values)
        case {"distribution": "int_uniform", "min": low, "max": high}:
            return IntDistribution(low, high)
        case {"distribution": "q_uniform", "min": low, "max": high, "q": q}:
            return FloatDistribution(low, high, step=q)
        case {"distribution": "q_log_uniform_values", "min": low, "max": high}:
            return IntDistribution(low, high, log=True)
        case {"distribution": distribution, "min": low, "max": high}:
            return FloatDistribution(low, high, log=distribution == "log_uniform_values")
    raise AssertionError(kind)


def bare_hyperopt(problem: Problem, seed: int, trials: int, at_once: int) -> list[float]:
    """`tpe.suggest` as `fmin` asks it, with trials that run at the same time as its asynchronous ones do.

    `fmin` in one process would make batches: it would begin four, wait for all of them, and know more at each ask.
    """
    import numpy as np
    from hyperopt import JOB_STATE_DONE, JOB_STATE_RUNNING, STATUS_OK, Domain, Trials, space_eval, tpe
    from hyperopt.base import spec_from_misc

    space = {name: hyperopts(name, kind) for name, kind in problem.parameters.items()}
    chance, kept, domain = np.random.default_rng(seed), Trials(), Domain(problem.loss, space)

    def ask(_: int) -> tuple[Any, Params]:
        (document,) = tpe.suggest(kept.new_trial_ids(1), domain, kept, chance.integers(2**31 - 1), verbose=False)
        document["state"] = JOB_STATE_RUNNING
        number = kept.insert_trial_doc(document)
        kept.refresh()
        point = space_eval(space, spec_from_misc(document["misc"]))
        return number, {name: _tidy(problem.parameters[name], point[name]) for name in point}

    def tell(number: int, loss: float) -> None:
        kept.trials[number].update(state=JOB_STATE_DONE, result={"status": STATUS_OK, "loss": loss})
        kept.refresh()

    with _quiet():
        return one_by_one(ask, tell, problem.loss, trials, at_once)


def hyperopts(name: str, kind: Mapping[str, Any]) -> Any:
    """A parameter as hyperopt has it."""
    from hyperopt import hp

    match kind:
        case {"values": values}:
            return hp.choice(name, values)
        case {"distribution": "int_uniform", "min": low, "max": high}:
            return hp.uniformint(name, low, high)
        case {"distribution": "q_uniform", "min": low, "max": high, "q": q}:
            return hp.quniform(name, low, high, q)
        case {"distribution": "q_log_uniform_values", "min": low, "max": high, "q": q}:
            return hp.qloguniform(name, math.log(low), math.log(high), q)
        case {"distribution": "log_uniform_values", "min": low, "max": high}:
            return hp.loguniform(name, math.log(low), math.log(high))
        case {"min": low, "max": high}:
            return hp.uniform(name, low, high)
    raise AssertionError(kind)


def bare_nevergrad(problem: Problem, seed: int, trials: int, at_once: int) -> list[float]:
    """NGOpt, which is told how many trials and workers there will be."""
    import nevergrad

    with _quiet():
        space = nevergrad.p.Dict(**{name: _nevergrads(kind) for name, kind in problem.parameters.items()})
        space.random_state.seed(seed)
        search = nevergrad.optimizers.NGOpt(space, budget=trials, num_workers=at_once)

        def ask(_: int) -> tuple[Any, Params]:
            candidate = search.ask()
            return candidate, {name: _tidy(problem.parameters[name], value) for name, value in candidate.value.items()}

        return one_by_one(ask, search.tell, problem.loss, trials, at_once)


def _nevergrads(kind: Mapping[str, Any]) -> Any:
    from nevergrad import p

    match kind:
        case {"values": values}:
            return p.Choice(values)
        case {"distribution": "int_uniform", "min": low, "max": high}:
            return p.Scalar(lower=low, upper=high).set_integer_casting()
        case {"distribution": "q_log_uniform_values", "min": low, "max": high}:
            return p.Log(lower=low, upper=high).set_integer_casting()
        case {"distribution": "log_uniform_values", "min": low, "max": high}:
            return p.Log(lower=low, upper=high)
        case {"min": low, "max": high}:
            return p.Scalar(lower=low, upper=high)
    raise AssertionError(kind)


def bare_smac(facade: str, problem: Problem, seed: int, trials: int, at_once: int) -> list[float]:
    """A facade of SMAC's, by its own ask and tell."""
    import smac
    from ConfigSpace import ConfigurationSpace

    logging.getLogger("smac").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, _quiet():
        space = ConfigurationSpace(seed=seed)
        space.add([_smacs(name, kind) for name, kind in problem.parameters.items()])
        scenario = smac.Scenario(space, deterministic=True, n_trials=trials, seed=seed, output_directory=Path(folder))
        search = getattr(smac, facade)(scenario, _never_called, overwrite=True, logging_level=False)

        def ask(_: int) -> tuple[Any, Params]:
            info = search.ask()
            values = dict(info.config)
            return info, {name: _tidy(problem.parameters[name], _by_index(problem, name, values)) for name in values}

        def tell(info: Any, loss: float) -> None:
            search.tell(info, smac.runhistory.TrialValue(cost=loss))

        return one_by_one(ask, tell, problem.loss, trials, at_once)


def _never_called(config: Any, seed: int) -> float:  # noqa: ARG001  # SMAC looks at the names
    """What SMAC wants to minimize, and never calls where it is asked and told."""
    raise AssertionError


def _by_index(problem: Problem, name: str, values: Mapping[str, Any]) -> Any:
    kind = problem.parameters[name]
    return kind["values"][int(values[name])] if "values" in kind else values[name]


def _smacs(name: str, kind: Mapping[str, Any]) -> Any:
    from ConfigSpace import CategoricalHyperparameter, UniformFloatHyperparameter, UniformIntegerHyperparameter

    match kind:
        case {"values": values}:
            return CategoricalHyperparameter(name, list(range(len(values))))
        case {"distribution": "int_uniform", "min": low, "max": high}:
            return UniformIntegerHyperparameter(name, low, high)
        case {"distribution": "q_log_uniform_values", "min": low, "max": high}:
            return UniformIntegerHyperparameter(name, low, high, log=True)
        case {"distribution": distribution, "min": low, "max": high}:
            return UniformFloatHyperparameter(name, low, high, log=distribution == "log_uniform_values")
    raise AssertionError(kind)


def wandbs(python: Path, method: str, problem: Problem, seed: int, trials: int, at_once: int) -> list[float]:
    """W&B's package `sweeps`, which is asked for the next run given all runs."""
    config = {"method": method, "metric": {"name": "loss", "goal": "minimize"}, "parameters": problem.parameters}
    chance, runs = random.Random(seed), list[dict[str, Any]]()
    with subprocess.Popen(
        [str(python), str(THEIRS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin
        assert process.stdout

        def ask(number: int) -> tuple[Any, Params]:
            asked = {"seed": chance.getrandbits(32), "config": config, "runs": runs}
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            params = json.loads(process.stdout.readline())["params"]
            run = {"name": str(number), "state": "running", "config": {k: {"value": v} for k, v in params.items()}}
            runs.append(run)
            return run, params

        def tell(run: Any, loss: float) -> None:
            run.update(state="finished", summaryMetrics={"loss": loss}, history=[{"loss": loss}])

        losses = one_by_one(ask, tell, problem.loss, trials, at_once)
        process.stdin.close()
    return losses


def _tidy(kind: Mapping[str, Any], value: Any) -> Any:
    """A library's number as the problem wants it: whole where it is whole, on the grid where there is one."""
    if "values" in kind:
        return value
    if kind["distribution"] in ("int_uniform", "q_log_uniform_values"):
        return min(max(round(float(value)), kind["min"]), kind["max"])
    if "q" in kind:
        return min(max(round(float(value) / kind["q"]) * kind["q"], kind["min"]), kind["max"])
    return float(value)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    logging.getLogger("hyperopt").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def searches(wandb: Path | None) -> dict[str, Search]:
    """All of them by name, W&B's where its environment is. What is ours has the name of its `method` and `backend`."""
    found: dict[str, Search] = {
        "bayes": partial(ours, {"method": "bayes"}),
        "random": partial(ours, {"method": "random"}),
        "optuna tpe": partial(ours, {"method": "tpe", "backend": "optuna"}),
        "optuna tpe, bare": partial(bare_optuna, "TPESampler"),
        "optuna cmaes": partial(ours, {"method": "cmaes", "backend": "optuna"}),
        "optuna cmaes, bare": partial(bare_optuna, "CmaEsSampler"),
        "hyperopt tpe": partial(ours, {"method": "tpe", "backend": "hyperopt"}),
        "hyperopt tpe, bare": bare_hyperopt,
        "nevergrad": our_nevergrad,
        "nevergrad, bare": bare_nevergrad,
        "smac rf": partial(ours, {"method": "rf", "backend": "smac"}),
        "smac rf, bare": partial(bare_smac, "HyperparameterOptimizationFacade"),
        "smac gp": partial(ours, {"method": "gp", "backend": "smac"}),
        "smac gp, bare": partial(bare_smac, "BlackBoxFacade"),
    }
    if wandb is not None:
        found["W&B bayes"] = partial(wandbs, wandb, "bayes")
    return found


def on_one_core() -> None:
    """Let the processes that begin after this compute on one core each; they load numpy after it."""
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))


def python_of(folder: Path) -> Path:
    """The interpreter of an environment that has W&B's package; made if it is not there. CalledProcessError."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "sweeps[bayes]==0.3.0"], check=True)
    return python
