"""SMAC's parts, put together for one question: a model, what it expects to improve, and where. Imports SMAC.

They are the parts of SMAC's two facades, with their defaults. A facade itself would keep its random state, which no
log holds, write into the folder it runs in, and start a server of dask's for more than one worker.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import joblib
import numpy as np
from ConfigSpace import Configuration
from smac import BlackBoxFacade, HyperparameterOptimizationFacade, RunHistory, Scenario
from smac.acquisition.maximizer import LocalAndSortedRandomSearch, LocalSearch
from smac.constants import VERY_SMALL_NUMBER
from smac.model.random_forest import RandomForest
from smac.multi_objective.parego import ParEGO
from smac.runhistory.encoder import RunHistoryEncoder, RunHistoryLogScaledEncoder

from sweepbridge.plugin import Problem
from sweepbridge_smac.options import CHANCE, DESIGN, FOREST, IMPROVEMENT, MAXIMIZER, PROCESS, part

_LEAST = float(np.log(VERY_SMALL_NUMBER))
"""The least logarithm of a loss. SMAC adds this small number to keep off log 0, and to a million it adds nothing."""


@contextmanager
def at_work() -> Iterator[None]:
    """What surrounds the use of a model: one process, as eight agents share the machine already; and no warnings.

    The models warn of what the user can't change, such as a fit that did not converge.
    """
    with joblib.parallel_config("sequential"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Parts:
    """SMAC's parts for one problem, made anew for each question. The scenario brings its seed."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._is_forest = problem.method != "gp"
        self._facade: Any = HyperparameterOptimizationFacade if self._is_forest else BlackBoxFacade

    def design(self, scenario: Scenario) -> list[Configuration]:
        """The first configurations, spread evenly; each of them once."""
        design = self._facade.get_initial_design(scenario, **part(self._problem, DESIGN))
        return list(design.select_configurations())

    def challengers(
        self, scenario: Scenario, results: RunHistory, running: Sequence[Configuration]
    ) -> Iterator[Configuration]:
        """The next configurations by the model's wish, best first, a few random ones among them.

        Lazy, as the wishes are dear and a random one may be first: go through them `at_work`, too.
        """
        x, y = self._observations(scenario, results)
        if running:
            # What runs has no result yet. Taken for middling, it keeps the others at a distance from it.
            x = np.vstack([x, *(each.get_array() for each in running)])
            y = np.vstack([y, np.full((len(running), 1), y.mean())])
        model = self._model(scenario, len(x)).train(x, y)
        means = model.predict_marginalized(x)[0]
        best = int(np.argmin(means))
        improvement = self._facade.get_acquisition_function(scenario, **part(self._problem, IMPROVEMENT))
        improvement.update(model=model, eta=means[best, 0], incumbent_array=x[best], num_data=len(x), X=x)
        maximizer = self._maximizer(scenario)
        maximizer.acquisition_function = improvement
        by_chance = self._facade.get_random_design(scenario, **part(self._problem, CHANCE))
        return maximizer.maximize(results.get_configs(), random_design=by_chance)

    def _observations(self, scenario: Scenario, results: RunHistory) -> tuple[Any, Any]:
        """The configurations with results as vectors, and their losses as the model is to see them."""
        encoder = (RunHistoryLogScaledEncoder if self._is_forest else RunHistoryEncoder)(scenario)
        encoder.runhistory = results
        if self._problem.objectives > 1:
            weighing = ParEGO(scenario)
            weighing.update_on_iteration_start()
            encoder.multi_objective_algorithm = weighing
        x, y = encoder.transform(budget_subset=[None])
        return x, np.maximum(y, _LEAST) if self._is_forest else y

    def _model(self, scenario: Scenario, rows: int) -> Any:
        if not self._is_forest:
            return self._facade.get_model(scenario, **part(self._problem, PROCESS))
        defaults = inspect.signature(self._facade.get_model).parameters
        options = {name: defaults[name].default for name in FOREST} | part(self._problem, FOREST)
        # The facade leaves room for a million leaves in each tree, and clearing it takes most of an ask.
        return RandomForest(scenario.configspace, log_y=True, seed=scenario.seed, max_leaf_nodes=rows + 1, **options)

    def _maximizer(self, scenario: Scenario) -> LocalAndSortedRandomSearch:
        defaults = inspect.signature(self._facade.get_acquisition_maximizer).parameters
        options = {name: defaults[name].default for name in MAXIMIZER} | part(self._problem, MAXIMIZER)
        return _Maximizer(scenario.configspace, seed=scenario.seed, **options)


class _Maximizer(LocalAndSortedRandomSearch):
    """SMAC's own, with a local search that answers the same in every process."""

    def __init__(self, configspace: Any, **options: Any) -> None:
        super().__init__(configspace, **options)
        self._local_search = _LocalSearch(configspace, seed=options["seed"])


class _LocalSearch(LocalSearch):
    """SMAC's own, started from its points in an order of their own.

    SMAC takes them out of a set, in the order of their hashes. Those differ from process to process, and so would
    what is suggested.
    """

    def _get_initial_points(self, *arguments: Any) -> list[Configuration]:
        points = super()._get_initial_points(*arguments)
        return sorted(points, key=lambda point: tuple(point.get_array()))
