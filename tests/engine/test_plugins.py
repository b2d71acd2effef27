"""Other people's code may do anything: it is blamed by name and version, and costs no finished trial."""

import numpy
import pytest

from sweepbridge.engine import Over, Wait, plan
from sweepbridge.errors import BackendError, ConfigError, PluginError
from sweepbridge.plugin import Issue, Suggestion
from sweepbridge.spec import load_object
from sweepbridge.trials import Trial
from tests.engine.made_up import Judge, Strange, config, raises, registry

OUTSIDE = [
    ({"x": 1.5}, "x = 1.5 is not from 0.0 to 1.0"),
    ({}, "x is missing"),
    ({"x": 0.5, "y": 1}, "y is not a parameter of this space"),
    ({"x": float("nan")}, "x = nan is not a finite float"),
    ({"x": 1}, "x = 1 is not a finite float"),
    ({"x": numpy.float64(0.5)}, "x = np.float64(0.5) is not a plain Python value but float64"),
]


@pytest.fixture
def begin_strange(begin):
    """A sweep that a made-up backend searches."""

    def begun(**does):
        return begin(config(), registry=registry(backends=[Strange(**does)]))

    return begun


def answering(answer):
    return lambda seed: answer


@pytest.mark.parametrize(("params", "why"), OUTSIDE)
def test_a_point_outside_the_space_is_never_run_and_the_error_says_why(begin_strange, params, why):
    engine = begin_strange(ask=answering(Suggestion(params)))

    with pytest.raises(PluginError) as raised:
        engine.next("ann")

    assert raised.value.found == why
    assert engine.store.trials(engine.sweep.id) == []


@pytest.mark.parametrize("answer", [{"x": 0.5}, "x", 0, False, [0.5], Suggestion([("x", 0.5)]), Suggestion(None)])
def test_an_answer_that_is_no_suggestion_names_the_distribution_and_its_version(begin_strange, answer):
    with pytest.raises(PluginError) as raised:
        begin_strange(ask=answering(answer)).next("ann")

    assert raised.value.what == (
        'backend "strange" of sweepbridge-strange 0.7 answered with something else than a Suggestion'
    )
    assert raised.value.found == repr(answer)


@pytest.mark.parametrize("note", [{"mean": numpy.float64(0.5)}, {"at": (1, 2)}, {"when": object()}, {1: 2}, "note"])
def test_a_note_that_would_come_back_as_something_else_is_refused(begin_strange, note):
    with pytest.raises(PluginError, match="into its note that JSON can't hold"):
        begin_strange(ask=answering(Suggestion({"x": 0.5}, note))).next("ann")


@pytest.mark.parametrize(
    ("does", "doing"),
    [
        ({"start": raises(ImportError("no torch"))}, "failed to start"),
        ({"ask": raises(ImportError("no torch"))}, "failed when it was asked"),
    ],
)
def test_a_backend_that_raises_is_named_with_its_version_and_its_error_is_the_cause(begin_strange, does, doing):
    with pytest.raises(PluginError) as raised:
        begin_strange(**does).next("ann")

    assert raised.value.what == f'backend "strange" of sweepbridge-strange 0.7 {doing}'
    assert raised.value.found == "ImportError: no torch"
    assert isinstance(raised.value.__cause__, ImportError)


def test_a_backend_that_fails_when_it_is_told_is_named_with_the_trial(begin_strange):
    engine = begin_strange(ask=answering(Suggestion({"x": 0.5})), tell=raises(ZeroDivisionError("by zero")))
    engine.next("ann")

    with pytest.raises(PluginError, match="failed when it was told of trial 0"):
        engine.next("bob")


def test_a_result_is_stored_whatever_the_backend_does_when_it_hears_of_it(begin_strange, end):
    """A run may have taken days: a bug in an optimizer must not cost its result."""
    engine = begin_strange(ask=answering(Suggestion({"x": 0.5})), tell=raises(ZeroDivisionError("by zero")))
    claim = engine.next("ann")

    ended = end(engine, claim, {"loss": 0.25})

    assert ended.loss == 0.25
    assert engine.store.trial(engine.sweep.id, 0).trial == ended


def test_a_backend_that_was_mended_goes_on_from_what_is_stored(begin_strange, join, end):
    engine = begin_strange(ask=answering(Suggestion({"x": 0.5})), tell=raises(ZeroDivisionError("by zero")))
    end(engine, engine.next("ann"), {"loss": 0.25})
    engine.plan.chosen.backend.start = Strange(ask=answering(Suggestion({"x": 0.75}))).start

    found = join(engine).next("ann")

    assert (found.trial.number, found.trial.params) == (1, {"x": 0.75})


def test_nothing_now_while_trials_run_is_a_reason_to_wait_and_then_the_end(begin_strange, end):
    answers = iter([Suggestion({"x": 0.5}), None, None])
    engine = begin_strange(ask=lambda seed: next(answers))
    claim = engine.next("ann")

    waiting = engine.next("bob")
    end(engine, claim, {"loss": 1.0})

    assert isinstance(waiting, Wait)
    assert isinstance(engine.next("bob"), Over)


def test_nothing_now_is_not_the_end_if_a_trial_ended_while_the_searcher_thought(begin_strange, join, end):
    """A searcher may wait for a whole generation: what it says before it has heard of the last one is not final."""
    first = begin_strange(ask=answering(Suggestion({"x": 0.5})))
    claim = first.next("ann")
    second = join(first)

    def thinks(seed):
        end(first, claim, {"loss": 1.0})

    second.plan.chosen.backend.start = Strange(ask=thinks).start

    assert isinstance(second.next("bob"), Wait)
    assert first.store.sweep(first.sweep.id).state == "running"


@pytest.mark.parametrize("check", [raises(KeyError("x")), lambda problem: ["no"], lambda problem: None])
def test_a_backend_that_fails_to_check_the_config_is_named_before_anything_is_stored(check):
    with pytest.raises(BackendError, match=r'"strange" of sweepbridge-strange 0\.7 failed to check the config'):
        plan(load_object(config()).config, registry(backends=[Strange(check=check)]))


def test_a_stopper_that_fails_to_check_its_options_is_named_too():
    early = config(early_terminate={"type": "judge"})

    with pytest.raises(BackendError, match=r'"judge" of sweepbridge-strange 0\.7 failed to check the config'):
        plan(load_object(early).config, registry(backends=[Strange()], stoppers=[Judge(check=raises(KeyError("x")))]))


def test_every_refusal_of_backend_and_stopper_is_told_at_once():
    refuses = [Issue(found=what, expected="else", fix="change it", path="x") for what in ("one", "two")]
    strange, judge = Strange(check=lambda problem: refuses), Judge(check=lambda options: refuses[:1])

    with pytest.raises(ConfigError) as raised:
        plan(
            load_object(config(early_terminate={"type": "judge"})).config,
            registry(backends=[strange], stoppers=[judge]),
        )

    assert [(fault.where, fault.found) for fault in raised.value.faults] == [
        ("parameters.x", "one"),
        ("parameters.x", "two"),
        ("early_terminate.x", "one"),
    ]


def test_what_a_backend_does_only_roughly_is_a_notice_and_no_refusal():
    rough = Issue(found="x in [0, 1]", expected="floats of 32 bits", fix="round", path="x", refuses=False)

    decided = plan(load_object(config()).config, registry(backends=[Strange(check=lambda problem: [rough])]))

    assert decided.notices == ("x in [0, 1]: floats of 32 bits (round)",)


class Observes:
    name = "observes"

    def __init__(self, heard):
        self.heard = lambda sweep_id, trial: heard(trial)


def test_an_observer_hears_of_each_beginning_and_each_end(begin, work):
    heard = []
    engine = begin(GRID, registry=registry(observers=[Observes(lambda trial: heard.append(trial))]))

    work(engine)

    assert [(trial.number, trial.state) for trial in heard] == [
        (0, "running"),
        (0, "finished"),
        (1, "running"),
        (1, "finished"),
    ]


def test_an_observer_that_raises_is_named_once_and_the_trials_go_on(begin, work):
    engine = begin(GRID, registry=registry(observers=[Observes(raises(OSError("no network")))]))

    with pytest.warns(UserWarning, match="observer observes failed") as told:
        trials = work(engine)

    assert [trial.state for trial in trials] == ["finished", "finished"]
    assert len(told) == 1


class Joining(Observes):
    def __init__(self, joined, heard):
        super().__init__(heard)
        self.joined = joined


def test_an_observer_may_know_the_sweep_before_it_hears_of_its_trials(begin, work):
    told = []
    joining = Joining(lambda sweep: told.append(sweep), lambda trial: told.append(trial.number))
    engine = begin({**GRID, "name": "mine", "run_name": "a{a}"}, registry=registry(observers=[joining]))

    work(engine)

    sweep, *numbers = told
    assert numbers == [0, 0, 1, 1]
    assert (sweep.id, sweep.name, sweep.config) == (engine.sweep.id, "mine", engine.sweep.config)
    assert [(goal.name, goal.value(2.0)) for goal in sweep.goals] == [("loss", 2.0)]
    assert sweep.name_of(Trial(3, 0, "running", {"a": 7})) == "a7"


def test_an_observer_that_can_not_join_is_asked_once(begin, work):
    heard = []
    joining = Joining(raises(OSError("no server")), lambda trial: heard.append(trial.number))
    engine = begin(GRID, registry=registry(observers=[joining]))

    with pytest.warns(UserWarning, match="no server") as told:
        work(engine)

    assert (len(told), heard) == (1, [0, 1, 1])


GRID = {"method": "grid", "metric": {"name": "loss"}, "parameters": {"a": {"values": [1, 2]}}}


def test_what_the_options_make_a_search_depend_on_is_stored_with_the_sweep(begin):
    strange = Strange()
    strange.provenance = lambda problem: {"brought-along": f"for {problem.method}"}

    engine = begin(config(), registry=registry(backends=[strange]))

    assert engine.sweep.provenance["brought-along"] == "for strange"


def test_a_backend_that_can_not_say_what_it_depends_on_is_named(begin):
    strange = Strange()
    strange.provenance = raises(KeyError("version"))

    with pytest.raises(PluginError, match=r"sweepbridge-strange 0\.7 failed to say what it depends on"):
        begin(config(), registry=registry(backends=[strange]))
