"""The searcher: hyperopt's suggest functions over our log, with hyperopt's memory left out.

Given the trials, the next trial's number and a seed, a suggest function of hyperopt changes nothing and answers the
same again. So the searcher keeps the trials as the documents that hyperopt reads, and nothing else. What hyperopt
drew is found again from the params alone, which is why suggestions carry no note.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from types import ModuleType
from typing import Any, TypeAlias

from sweepbridge.plugin import Json, Problem, Suggestion, Trial
from sweepbridge_hyperopt.expressions import coordinate, expression, position
from sweepbridge_hyperopt.options import STARTUP

Document: TypeAlias = dict[str, Any]
"""A trial in hyperopt's form; `hyperopt.base.TRIAL_KEYS` lists its keys."""


class HyperoptSearcher:
    """A fold over the log; its state is the log's trials as hyperopt's documents, by number."""

    def __init__(self, hyperopt: ModuleType, problem: Problem) -> None:
        self._hyperopt = hyperopt
        self._space = problem.space
        self._suggest = _suggest(hyperopt, problem.method, problem.options)
        self._startup = _startup(problem.method, problem.options)
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
        trials = self._hyperopt.trials_from_docs(self._shown(), validate=False)
        (answer,) = self._suggest([len(self._documents)], self._domain, trials, seed)
        drawn = answer["misc"]["vals"]
        positions = {path: position(self._space[path], float(drawn[path][0])) for path in self._space.axes}
        return Suggestion(self._space.at(positions))

    def _shown(self) -> list[Document]:
        """The documents that hyperopt sees: those with a result, and once there are enough, the running ones.

        TPE takes a running trial for a very bad one, which keeps parallel trials apart. But it would also count it
        towards its first random trials, and so model nothing but guesses.
        """
        done, running = self._hyperopt.JOB_STATE_DONE, self._hyperopt.JOB_STATE_RUNNING
        results = [document for document in self._documents if document["state"] == done]
        if self._startup is None or len(results) < self._startup:
            return results
        return [document for document in self._documents if document["state"] in (done, running)]

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


def _suggest(hyperopt: ModuleType, method: str, options: Mapping[str, Json]) -> Callable[..., list[Document]]:
    match method:
        case "random":
            suggest = hyperopt.rand.suggest
        case "anneal":
            suggest = hyperopt.anneal.suggest
        case _:
            suggest = partial(hyperopt.tpe.suggest, verbose=False)
    return partial(suggest, **options)


def _startup(method: str, options: Mapping[str, Json]) -> int | None:
    """After how many results running trials are shown; None for the methods that take them for results."""
    if method not in ("bayes", "tpe"):
        return None
    startup = options.get("n_startup_jobs", STARTUP)
    assert isinstance(startup, int)
    return startup
