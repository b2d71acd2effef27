"""What a suggestion costs: each backend through sweepbridge, after more and more trials, and other libraries beside it.

    python bench/asking.py [--trials 100,1000,10000] [--only "gp bayes;W&B bayes"] [--patience 120]

A searcher is told a log, as it is when an agent starts, of trials that nothing but chance has named, with six
parameters. Then it is asked for the next few, each of which begins and ends, and the median counts. Other libraries are
told the same trials by their own ask and tell. Each cell is CPU time on one core, of a process of its own that has
loaded its libraries; where one takes longer than `--patience` seconds, there is no number.

W&B's package is installed into an environment of its own under `build/`, once.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from contest.searches import THEIRS, WANDB, hyperopts, on_one_core, optunas, python_of

from sweepbridge.engine import plan
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from sweepbridge.trials import Suggestion, Trial, seed_of

PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "lr": {"distribution": "log_uniform_values", "min": 1e-5, "max": 1e-1},
    "decay": {"distribution": "log_uniform_values", "min": 1e-6, "max": 1e-2},
    "momentum": {"distribution": "uniform", "min": 0.0, "max": 1.0},
    "dropout": {"distribution": "q_uniform", "min": 0.0, "max": 0.5, "q": 0.05},
    "layers": {"distribution": "int_uniform", "min": 1, "max": 12},
    "kind": {"values": ["adam", "sgd", "lion"]},
}
ASKS = 5
"""How many times each is asked."""
OURS = {
    "gp bayes": {"method": "bayes", "backend": "gp"},
    **{f"optuna {name}": {"method": name, "backend": "optuna"} for name in ("tpe", "cmaes", "nsga2", "qmc")},
    **{f"hyperopt {name}": {"method": name, "backend": "hyperopt"} for name in ("tpe", "anneal")},
    "nevergrad": {"method": "nevergrad", "backend": "nevergrad"},
    "nevergrad CMA": {"method": "nevergrad", "backend": {"name": "nevergrad", "optimizer": "CMA"}},
    **{f"smac {name}": {"method": name, "backend": "smac"} for name in ("rf", "gp")},
    "random": {"method": "random"},
}


class Cost(NamedTuple):
    """CPU seconds."""

    told: float | None
    """To take in the log; None where the library has no such step."""
    asked: float
    """For one suggestion."""


Measure: TypeAlias = Callable[[int], Cost]
"""Of how many trials there are."""


class Named(NamedTuple):
    """A point by chance, and its loss."""

    params: dict[str, Any]
    loss: float


def named(trials: int) -> list[Named]:
    """What was tried so far."""
    chance = random.Random(trials)
    decided = _plan({"method": "random"}, trials)
    space, found = decided.problem.space, list[Named]()
    for _ in range(trials):
        point = space.decode({path: chance.random() for path in space.axes})
        found.append(Named(point, _loss(point)))
    return found


def _loss(params: Mapping[str, Any]) -> float:
    return float(abs(params["momentum"] - 0.9) + params["dropout"] + params["layers"] / 12 + 10 * params["lr"])


def _plan(settings: Mapping[str, Any], trials: int) -> Any:
    config = {"metric": {"name": "loss"}, "parameters": PARAMETERS, "run_cap": trials + 100, **settings}
    return plan(load_object(config).config, Registry())


def ours(settings: Mapping[str, Any], trials: int) -> Cost:
    """Through sweepbridge."""
    decided = _plan(settings, trials)
    log = named(trials)
    decided.chosen.backend.start(decided.problem).ask(0)  # loads the library
    began = time.process_time()
    searcher = decided.chosen.backend.start(decided.problem)
    for number, (params, loss) in enumerate(log):
        _take_up(searcher, number, Suggestion(params), loss)
    told, asked = time.process_time() - began, list[float]()
    for number in range(trials, trials + ASKS):
        began = time.process_time()
        suggestion = searcher.ask(seed_of(1, number))
        asked.append(time.process_time() - began)
        _take_up(searcher, number, suggestion, _loss(suggestion.params))
    return Cost(told, statistics.median(asked))


def _take_up(searcher: Any, number: int, suggestion: Suggestion, loss: float) -> None:
    begun = Trial(number, seed_of(1, number), "running", suggestion.params, suggestion.note)
    searcher.tell(begun)
    searcher.tell(replace(begun, state="finished", losses=(loss,), observations=(loss,)))


def bare_optuna(trials: int) -> Cost:
    """A study in memory, with TPE as sweepbridge sets it."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    distributions = {name: optunas(kind) for name, kind in PARAMETERS.items()}
    sampler = optuna.samplers.TPESampler(seed=1, multivariate=True, constant_liar=True)
    study = optuna.create_study(sampler=sampler)
    states = [
        optuna.trial.create_trial(params=params, distributions=distributions, value=loss)
        for params, loss in named(trials)
    ]
    told = _cpu(lambda: study.add_trials(states))
    # Each ask leaves a running trial behind, which costs next to nothing beside thousands of others.
    return Cost(told, statistics.median(_cpu(lambda: study.ask(distributions)) for _ in range(ASKS)))


def bare_hyperopt(trials: int) -> Cost:
    """`tpe.suggest` on a `Trials` in memory."""
    from hyperopt import Domain, Trials, tpe

    space = {name: hyperopts(name, kind) for name, kind in PARAMETERS.items()}
    kept, domain = Trials(), Domain(_loss, space)
    documents = []
    for number, (params, loss) in enumerate(named(trials)):
        drawn = {**params, "kind": PARAMETERS["kind"]["values"].index(params["kind"])}
        misc = {"tid": number, "cmd": None, "idxs": {name: [number] for name in drawn}}
        misc["vals"] = {name: [value] for name, value in drawn.items()}
        (document,) = kept.new_trial_docs([number], [None], [{"status": "ok", "loss": loss}], [misc])
        documents.append({**document, "state": 2})

    def tell() -> None:
        kept.insert_trial_docs(documents)
        kept.refresh()

    told = _cpu(tell)
    asks = (_cpu(lambda n=n: tpe.suggest([trials + n], domain, kept, n, verbose=False)) for n in range(ASKS))
    return Cost(told, statistics.median(asks))


def wandbs(trials: int) -> Cost:
    """W&B's own search, which is given all runs each time. Its own process says what it cost there."""
    config = {"method": "bayes", "metric": {"name": "loss", "goal": "minimize"}, "parameters": PARAMETERS}
    runs = [
        {
            "name": str(number),
            "state": "finished",
            "config": {name: {"value": value} for name, value in params.items()},
            "summaryMetrics": {"loss": loss},
            "history": [{"loss": loss}],
        }
        for number, (params, loss) in enumerate(named(trials))
    ]
    asked = [json.dumps({"seed": seed, "config": config, "runs": runs}) for seed in range(ASKS)]
    command = [str(WANDB / "bin" / "python"), str(THEIRS)]
    answers = subprocess.run(command, input="\n".join(asked), capture_output=True, text=True, check=True).stdout
    return Cost(None, statistics.median(json.loads(line)["cpu_s"] for line in answers.splitlines()))


def _cpu(call: Callable[[], Any]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


MEASURES: Mapping[str, Measure] = {
    **{name: partial(ours, settings) for name, settings in OURS.items()},
    "optuna tpe, bare": bare_optuna,
    "hyperopt tpe, bare": bare_hyperopt,
    "W&B bayes": wandbs,
}


def answer(who: str, trials: int, into: Any) -> None:
    """Measure, in a process of its own."""
    warnings.simplefilter("ignore")
    into.send(MEASURES[who](trials))


def measured(who: str, trials: int, patience_s: float) -> Cost | None:
    """What it costs; None if it took too long."""
    context = multiprocessing.get_context("spawn")
    ours_, its = context.Pipe()
    process = context.Process(target=answer, args=(who, trials, its))
    process.start()
    its.close()
    try:
        return ours_.recv() if ours_.poll(patience_s) else None
    finally:
        process.kill()
        process.join()


def shown(seconds: float | None) -> str:
    """Milliseconds with two digits that count."""
    if seconds is None:
        return "-"
    milliseconds = seconds * 1e3
    return f"{milliseconds:.1f}" if milliseconds < 10 else f"{float(f'{milliseconds:.2g}'):,.0f}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=lambda text: [int(one) for one in text.split(",")], default=[100, 1000, 10000])
    parser.add_argument("--only", type=lambda text: text.split(";"), default=list(MEASURES))
    parser.add_argument("--patience", type=float, default=120.0)
    terms = parser.parse_args()
    if unknown := set(terms.only) - set(MEASURES):
        raise SystemExit(f"no search named {', '.join(sorted(unknown))}; there are {'; '.join(MEASURES)}")
    on_one_core()
    if "W&B bayes" in terms.only:
        python_of(WANDB)
    heads = [f"{trials:,}" for trials in terms.trials]
    print(f"| ms of a processor | {' | '.join(f'ask after {head}' for head in heads)}", end="")
    print(f" | {' | '.join(f'take in {head}' for head in heads)} |")
    print("|---" * (2 * len(heads) + 1) + "|")
    for who in terms.only:
        costs = list[Cost | None]()
        for trials in terms.trials:
            # Who has had no patience left for fewer trials, would not for more.
            costs.append(None if None in costs else measured(who, trials, terms.patience))
        asked, told = ([shown(cost and cost[part]) for cost in costs] for part in (1, 0))
        print(f"| {who} | {' | '.join(asked)} | {' | '.join(told)} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
