"""Another backend goes on with a sweep: it is told the whole log, and each trial remembers who suggested it."""

import json
from dataclasses import replace

import pytest

from sweepbridge.api import derived, engine_for
from sweepbridge.engine import Engine, Over, Wait, create, plan, put_back, switch
from sweepbridge.errors import BackendError, ConfigError
from sweepbridge.plugin import Suggestion, unknown_options
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from tests.engine.made_up import registry

NUMBERS = {
    "method": "tpe",
    "backend": {"name": "optuna", "n_startup_trials": 3},
    "metric": {"name": "loss"},
    "parameters": {"lr": {"min": 1e-4, "max": 0.1}, "units": {"min": 8, "max": 64}},
}
FEW = {
    "method": "random",
    "metric": {"name": "loss"},
    "duplicates": "allow",
    "parameters": {"a": {"values": [1, 2, 3]}},
}


def loss(params):
    return {"loss": params["lr"] * params["units"]}


def one_loss(params):
    return {"loss": 1.0}


class Scribe:
    """A backend that writes into each note who it was, and keeps what it is told."""

    methods = ("one", "two")

    def __init__(self, name):
        self.name = name
        self.told = []

    def check(self, problem):
        return unknown_options(problem, known=("size",))

    def start(self, problem):
        self.told.clear()
        self.method = problem.method
        return self

    def tell(self, trial):
        self.told.append(trial)

    def ask(self, seed):
        return Suggestion({"x": 0.5}, {"by": f"{self.name} {self.method}"})


@pytest.fixture
def scribes():
    """Two backends of a plugin, and what is installed with it."""
    ann, bob = Scribe("ann"), Scribe("bob")
    return ann, bob, registry(backends=[ann, bob])


@pytest.fixture
def written(store, scribes):
    """A sweep that the first of them searches, and a way to be at work on it, as another process would be."""
    _, _, installed = scribes
    given = {
        "method": "one",
        "backend": "ann",
        "metric": {"name": "loss"},
        "parameters": {"x": {"min": 0.0, "max": 1.0}},
    }
    config = load_object(given).config
    sweep = create(store, plan(config, installed), seed=1)

    def at_work(backend=None, **how):
        return Engine(store, store.sweep(sweep.id), plan(config, installed, backend=backend), installed, **how)

    return at_work


def switched(engine, backend, **options):
    decided = plan(engine.config, Registry(), backend=backend, options=options or None)
    return switch(engine.store, engine.sweep.id, decided)


def whose(engine):
    """Who suggested each trial of a sweep."""
    return [(record.method, record.backend) for record in engine.store.trials(engine.sweep.id)]


def test_agents_at_work_take_the_new_search_up_with_their_next_trial(begin, work):
    engine = begin(NUMBERS)
    work(engine, logs=loss, count=2)

    switched(engine, "hyperopt:anneal")
    work(engine, logs=loss, count=2)

    assert engine.who == "anneal by hyperopt"
    assert whose(engine) == [("tpe", "optuna")] * 2 + [("anneal", "hyperopt")] * 2


def test_whoever_comes_later_takes_it_up_too_and_may_be_told_another(begin, work):
    engine = begin(NUMBERS)
    switched(engine, "hyperopt")

    later = engine_for(engine.sweep.id, engine.store)
    pinned = engine_for(engine.sweep.id, engine.store, backend="random:random")
    work(later, logs=loss, count=1), work(pinned, logs=loss, count=1)

    assert whose(engine) == [("tpe", "hyperopt"), ("random", "random")]


def test_a_pinned_agent_does_not_follow_a_switch(begin, work):
    engine = begin(NUMBERS)
    pinned = engine_for(engine.sweep.id, engine.store, backend="optuna:qmc")

    switched(engine, "hyperopt")
    work(pinned, logs=loss, count=2)

    assert whose(engine) == [("qmc", "optuna")] * 2


def test_every_suggestion_is_derived_again_by_who_made_it_also_of_several_at_once(begin, work):
    engine = begin(NUMBERS, seed=5)
    work(engine, logs=loss, count=5)
    others = [
        engine_for(engine.sweep.id, engine.store, backend=one) for one in ("hyperopt", "optuna:cmaes", "random:random")
    ]
    for _ in range(3):
        for other in (engine, *others):
            work(other, logs=loss, count=1)
    switched(engine, "optuna:nsga2", population_size=4)
    work(engine, logs=loss, count=6)

    again = derived(engine.sweep.id, engine.store)

    assert [one.trial.number for one in again if not one.is_equal] == []
    assert len(again) == 23
    assert len({*whose(engine)}) == 5


def test_the_new_searcher_is_told_of_all_trials_without_the_notes_of_others(scribes, written, work):
    _, bob, installed = scribes
    first = written()
    work(first, logs=one_loss, count=2)
    switch(first.store, first.sweep.id, plan(first.config, installed, backend="bob"))

    work(first, logs=one_loss, count=2)

    assert [(trial.number, trial.state) for trial in bob.told[:4]] == [
        (0, "running"),
        (0, "finished"),
        (1, "running"),
        (1, "finished"),
    ]
    assert [(trial.number, dict(trial.note), trial.search) for trial in bob.told if trial.is_running] == [
        (0, {}, None),
        (1, {}, None),
        (2, {"by": "bob one"}, 1),
    ]


@pytest.mark.parametrize("other", ["bob", "ann:two"])
def test_a_note_is_for_a_search_of_the_same_backend_and_method(scribes, written, work, other):
    ann, *_ = scribes
    first, second = written(), written(other, is_pinned=True)
    work(first, logs=one_loss, count=1), work(second, logs=one_loss, count=1)

    work(written(), logs=one_loss, count=1)

    assert [dict(trial.note) for trial in ann.told if trial.is_running] == [{"by": "ann one"}, {}]


def test_a_note_is_for_a_search_with_the_same_options(scribes, written, work):
    ann, _, installed = scribes
    first = written()
    work(first, logs=one_loss, count=1)
    switch(first.store, first.sweep.id, plan(first.config, installed, backend="ann:one", options={"size": 2}))

    work(first, logs=one_loss, count=2)

    assert [dict(trial.note) for trial in ann.told if trial.is_running] == [{}, {"by": "ann one"}]


def test_a_note_of_the_same_search_under_another_version_is_given(scribes, written, work):
    """An upgrade of a library in the middle of a sweep must not make its searcher forget."""
    ann, *_ = scribes
    first = written()
    work(first, logs=one_loss, count=1)
    first.plan.chosen.plugin.__dict__["distribution"] = "sweepbridge-stranger"

    second = written()
    work(second, logs=one_loss, count=2)

    assert [
        search.is_like(first.store.searches(first.sweep.id)[0]) for search in first.store.searches(first.sweep.id)
    ] == [True, True]
    assert [dict(trial.note) for trial in ann.told if trial.is_running] == [{"by": "ann one"}] * 2


def test_a_trial_that_a_person_put_back_was_suggested_by_nobody(begin, work, end):
    engine = begin(NUMBERS)
    end(engine, engine.next("ann"), state="failed", reason="for the test")
    put_back(engine.store, engine.sweep.id, 0)

    assert [record.trial.search for record in engine.store.trials(engine.sweep.id)] == [0, None]
    assert whose(engine) == [("tpe", "optuna"), (None, None)]


def test_the_options_of_the_config_are_for_its_own_backend_and_method():
    config = load_object(NUMBERS).config

    own, again, other = (plan(config, Registry(), backend=one) for one in (None, "optuna", "optuna:cmaes"))
    told = plan(config, Registry(), backend="optuna:cmaes", options={"popsize": 4})

    assert [dict(one.problem.options) for one in (own, again, other, told)] == [
        {"n_startup_trials": 3},
        {"n_startup_trials": 3},
        {},
        {"popsize": 4},
    ]
    assert other.notices == ("the config's options are for its own method, tpe: n_startup_trials left out",)


@pytest.mark.parametrize(
    ("backend", "options", "error"),
    [
        ("nobody", None, BackendError),
        ("optuna:anneal", None, BackendError),
        ("optuna:tpe", {"n_startup": 3}, ConfigError),
        ("grid", None, BackendError),
        ("grid:grid", None, ConfigError),
    ],
)
def test_what_can_not_go_on_with_a_sweep_is_refused_and_nothing_changes(begin, backend, options, error):
    engine = begin(NUMBERS)

    with pytest.raises(error):
        switched(engine, backend, **(options or {}))

    assert engine.store.searches(engine.sweep.id) == engine.store.searches(engine.sweep.id)[:1]
    assert engine.store.sweep(engine.sweep.id).search == 0


def test_a_sweep_that_is_over_goes_on_with_another_search_when_it_runs_again(begin, work):
    engine = begin({**FEW, "method": "grid"})
    work(engine, logs=one_loss)
    switched(engine, "random")
    over = engine.next("ann")

    engine.store.set_state(engine.sweep.id, "running")
    work(engine, logs=one_loss, count=1)

    assert isinstance(over, Over)
    assert whose(engine) == [("grid", "grid")] * 3 + [("random", "random")]


def test_a_result_is_stored_whatever_the_sweep_was_switched_to(begin, end, store):
    """Its agent may not have the new backend: it then ends with its next trial, and not with this one's result."""
    engine = begin(NUMBERS)
    claim = engine.next("ann")
    (here,) = store.searches(engine.sweep.id)
    nowhere = store.enter(engine.sweep.id, replace(here, backend="nowhere"))
    store.switch(engine.sweep.id, nowhere)

    ended = end(engine, claim, {"loss": 0.5})

    assert ended.loss == 0.5
    with pytest.raises(BackendError, match='no backend named "nowhere"'):
        engine.next("ann")


def test_an_agent_whose_own_search_has_come_to_its_end_leaves_and_the_sweep_goes_on(begin, work):
    engine = begin(FEW)
    pinned = engine_for(engine.sweep.id, engine.store, backend="grid")
    trials = work(pinned, logs=one_loss)

    assert [trial.params["a"] for trial in trials] == [1, 2, 3]
    assert pinned.next("ann") == Over("grid by grid has nothing left to suggest; the sweep goes on with its own search")
    assert work(engine, logs=one_loss, count=1)


def test_before_it_leaves_it_waits_for_trials_that_run(begin, work):
    engine = begin(FEW)
    pinned = engine_for(engine.sweep.id, engine.store, backend="grid")
    work(pinned, logs=one_loss, count=2)
    pinned.next("bob")

    assert pinned.next("ann") == Wait("grid by grid has nothing left to suggest; 1 still running")


def test_a_grid_that_takes_over_runs_each_point_once_that_has_not_run(begin, work):
    engine = begin({**FEW, "parameters": {"a": {"values": [1, 2, 3]}, "b": {"values": [1, 2]}}}, seed=4)
    before = [json.dumps(trial.params) for trial in work(engine, logs=one_loss, count=5)]
    switched(engine, "grid")

    after = [json.dumps(trial.params) for trial in work(engine, logs=one_loss)]

    assert len(set(before)) < 5, "the point of this test is that a point has run twice"
    assert sorted(after) == sorted({*after})
    assert not {*before} & {*after}
    assert len({*before, *after}) == 6
    assert engine.store.sweep(engine.sweep.id).state == "finished"
