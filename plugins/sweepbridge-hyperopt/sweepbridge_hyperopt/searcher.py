"""The searcher: hyperopt's suggest functions over our log, with hyperopt's memory left out.

Given the trials, the next trial's number and a seed, a suggest function of hyperopt changes nothing and answers the
same again. So the searcher keeps the trials as the documents that hyperopt reads, and nothing else. What hyperopt
drew is found again from the params alone, which is why suggestions carry no note.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any, TypeAlias

from sweepbridge.plugin import Problem, Suggestion, Trial
from sweepbridge_hyperopt.expressions import coordinate, expression, position
from sweepbridge_hyperopt.options import STARTUP

Document: TypeAlias = dict[str, Any]
"""A trial in hyperopt's form; `hyperopt.base.TRIAL_KEYS` lists its keys."""

Suggest: TypeAlias = Callable[..., list[Document]]
"""From the next trial's number, the domain, the trials and a seed to the document of the next trial, in a list."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One of hyperopt's suggest functions, and when it may see what."""

    suggest: Suggest
    startup: int = 0
    """How many results there must be; before that, trials are drawn at random."""
    sees_running: bool = False
    """Whether running trials are shown to it, which it takes for trials with an infinite loss."""


class HyperoptSearcher:
    """A fold over the log; its state is the log's trials as hyperopt's documents, by number."""

    def __init__(self, hyperopt: ModuleType, problem: Problem) -> None:
        self._hyperopt = hyperopt
        self._space = problem.space
        self._algorithm = _algorithm(hyperopt, problem)
        self._documents: list[Document] = []
        calls = {path: expression(problem.space[path]) for path in problem.space.axes}
        drawn = [getattr(hyperopt.hp, call.function)(path, *call.arguments) for path, call in calls.items()]
        # Hyperopt can't take an empty list, and a space of constants has nothing to draw.
        self._domain = hyperopt.Domain(None, drawn or [None])

    def tell(self, trial: Trial) -> None:
        """Take in one event."""
        if trial.is_running:
            self._documents.append(self._document(trial))
            return
        document = self._documents[trial.number]
        if trial.loss is None or not math.isfinite(trial.loss):
            # Any other state would count as a result, and the worst one at that.
            document["state"] = self._hyperopt.JOB_STATE_ERROR
        else:
            document["state"] = self._hyperopt.JOB_STATE_DONE
            document["result"] = {"status": self._hyperopt.STATUS_OK, "loss": trial.loss}

    def ask(self, seed: int) -> Suggestion:
        """Name the next trial; hyperopt has no end of them."""
        suggest, documents = self._turn()
        trials = self._hyperopt.trials_from_docs(documents, validate=False)
        (answer,) = suggest([len(self._documents)], self._domain, trials, seed)
        drawn = answer["misc"]["vals"]
        positions = {path: position(self._space[path], float(drawn[path][0])) for path in self._space.axes}
        return Suggestion(self._space.at(positions))

    def _turn(self) -> tuple[Suggest, list[Document]]:
        """Whose turn it is, and the documents it sees.

        TPE takes a running trial for a very bad one, which keeps parallel trials apart. But it also counts it towards
        its first random trials, and with many running it would model guesses only. So one running trial counts for
        each result, and no more.
        """
        done, running = self._hyperopt.JOB_STATE_DONE, self._hyperopt.JOB_STATE_RUNNING
        results = [document for document in self._documents if document["state"] == done]
        if not self._algorithm.sees_running:
            return self._algorithm.suggest, results
        seen = [document for document in self._documents if document["state"] in (done, running)]
        if min(len(seen), 2 * len(results)) < self._algorithm.startup:
            return self._hyperopt.rand.suggest, results
        return self._algorithm.suggest, seen

    def _document(self, trial: Trial) -> Document:
        places = self._space.positions(trial.params)
        found = {path: coordinate(self._space[path], place) for path, place in places.items()}
        return {
            "tid": trial.number,
            "state": self._hyperopt.JOB_STATE_RUNNING,
            "spec": None,
            "result": {"status": self._hyperopt.STATUS_RUNNING},
            "misc": {
                "tid": trial.number,
                "cmd": None,
                # A parameter that is not active in this trial has an empty list.
                "idxs": {path: [trial.number] if path in found else [] for path in self._space.axes},
                "vals": {path: [found[path]] if path in found else [] for path in self._space.axes},
            },
            "exp_key": None,
        }


def _algorithm(hyperopt: ModuleType, problem: Problem) -> Algorithm:
    match problem.method:
        case "random":
            return Algorithm(hyperopt.rand.suggest)
        case "anneal":
            return Algorithm(partial(hyperopt.anneal.suggest, **problem.options))
        case _:
            startup = problem.options.get("n_startup_jobs", STARTUP)
            assert isinstance(startup, int)
            suggest = partial(hyperopt.tpe.suggest, verbose=False, **problem.options)
            return Algorithm(suggest, startup, sees_running=True)
