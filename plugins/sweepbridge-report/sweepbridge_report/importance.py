"""How much each parameter matters, by optuna's evaluators over a study made from the trials.

Where there is no answer, there is a word that says why. PED-ANOVA needs nothing but optuna; fANOVA needs scikit-learn.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sweepbridge.plugin import Json
from sweepbridge_report.columns import Column
from sweepbridge_report.curves import places

if TYPE_CHECKING:
    import optuna

FEWEST = 4
"""With fewer results than this, no evaluator has anything to go by."""
MOST = {"PED-ANOVA": 2000, "fANOVA": 400}
"""At most so many trials are looked at, spread over the sweep: beyond, the answer takes long and does not change."""
SEED = 0


def importance(params: Sequence[Column], losses: Sequence[float | None]) -> dict[str, Json]:
    """For each evaluator its bars, a share for each parameter; and a word, if only on why there is none."""
    varied = [column for column in params if len(set(_known(column))) > 1]
    done = sum(1 for loss in losses if loss is not None)
    if not varied:
        return _word("No parameter has more than one value yet.")
    if done < FEWEST:
        return _word(f"{done} trials have a result; at least {FEWEST} are needed.")
    if len({loss for loss in losses if loss is not None}) == 1:
        return _word("Every trial has the same result.")
    if importlib.util.find_spec("optuna") is None:
        return _word("Install optuna to see it: pip install 'sweepbridge-report[importance]'.")
    with _quiet():
        found = {name: _shares(name, varied, losses) for name in MOST if _can(name)}
    bars: list[Json] = [{"name": name, "shares": shares} for name, shares in found.items() if isinstance(shares, dict)]
    words = [f"{name}: {why}." for name, why in found.items() if isinstance(why, str)]
    if not _can("fANOVA"):
        words.append("Install scikit-learn to see fANOVA as well.")
    return {"bars": bars, "word": " ".join(words)}


def _word(word: str) -> dict[str, Json]:
    return {"bars": [], "word": word}


def _can(name: str) -> bool:
    return name != "fANOVA" or importlib.util.find_spec("sklearn") is not None


def _known(column: Column) -> list[object]:
    values = column["values"]
    assert isinstance(values, list)
    return [value for value in values if value is not None]


def _shares(name: str, params: Sequence[Column], losses: Sequence[float | None]) -> dict[str, Json] | str:
    """A share for each parameter, or why there are none."""
    from optuna.importance import FanovaImportanceEvaluator, PedAnovaImportanceEvaluator, get_param_importances

    study, paths = _study(params, losses, most=MOST[name])
    if not paths:
        return "no parameter is in every trial"
    evaluator = (
        PedAnovaImportanceEvaluator()
        if name == "PED-ANOVA"
        else FanovaImportanceEvaluator(n_trees=16, max_depth=16, seed=SEED)
    )
    try:
        found = get_param_importances(study, evaluator=evaluator, params=[str(place) for place in paths])
    except (RuntimeError, ValueError) as error:  # as optuna says that trials are too few or too alike
        return str(error)
    return {str(params[int(place)]["name"]): round(share, 4) for place, share in found.items()}


def _study(
    params: Sequence[Column], losses: Sequence[float | None], *, most: int
) -> tuple[optuna.Study, Sequence[int]]:
    """A study of the trials that have a result, and which parameters all of them have. Names are places."""
    import optuna

    done = [at for at, loss in enumerate(losses) if loss is not None]
    done = [done[place] for place in places(len(done), most)]
    shared = [place for place, column in enumerate(params) if all(_at(column, at) is not None for at in done)]
    shared = [place for place in shared if len({_at(params[place], at) for at in done}) > 1]
    spans = {str(place): _span(params[place], done) for place in shared}
    study = optuna.create_study()
    for at in done:
        values = {str(place): _at(params[place], at) for place in shared}
        study.add_trial(optuna.trial.create_trial(value=losses[at], params=values, distributions=spans))
    return study, shared


def _at(column: Column, at: int) -> float | int | None:
    values = column["values"]
    assert isinstance(values, list)
    value = values[at]
    assert value is None or isinstance(value, (int, float))
    return value


def _span(column: Column, done: Sequence[int]) -> optuna.distributions.BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    if column["kind"] == "category":
        labels = column["labels"]
        assert isinstance(labels, list)
        return CategoricalDistribution(range(len(labels)))
    known = [value for at in done if (value := _at(column, at)) is not None]
    return FloatDistribution(min(known), max(known), log=bool(column["log"]))


@contextmanager
def _quiet() -> Iterator[None]:
    """Optuna tells of each study that it makes, and that an evaluator is new; neither is of use here."""
    import optuna

    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        optuna.logging.set_verbosity(verbosity)
