"""W&B's fifteen cases of its random and bayes search, numbers 38 to 52 of our list, each with our answer.

A docstring says what W&B answers where that is something else. `bayes` is W&B's Gaussian process there, and the
backend's own model here: the cases are about what a model is given, and about what comes out.
"""

import pytest

from sweepbridge.engine import Over, plan
from sweepbridge.errors import ConfigError
from sweepbridge.plugin import Trial
from sweepbridge.registry import Registry
from sweepbridge.space import Choice, Integer, Uniform, encode
from sweepbridge.spec import load_object

BACKENDS = pytest.mark.parametrize("backend", ["optuna", "hyperopt"])
X = {"x": {"min": 0.0, "max": 1.0}}


def bayes(**more):
    return {"method": "bayes", "metric": {"name": "loss"}, "parameters": X, **more}


def searcher(**more):
    """A searcher at the start of a sweep with this config."""
    return plan(load_object(bayes(**more)).config, Registry()).start()


def told(params, *losses, **more):
    """A searcher that was told of one finished trial for each loss, all with these params."""
    found = searcher(**more)
    for number, loss in enumerate(losses):
        found.tell(Trial(number, number, "running", params))
        found.tell(Trial(number, number, "finished", params, losses=(loss,)))
    return found


@pytest.fixture
def ended(begin, end):
    """The trials of a sweep after each of these runs: rows, a summary, and how its agent saw it end."""

    def run(impute, *runs, goal="minimize"):
        engine = begin(bayes(metric={"name": "loss", "goal": goal, "impute": impute}, method="random"))
        claims = [engine.next(f"agent {number}") for number in range(len(runs))]
        return [
            end(engine, claim, *({"loss": value} for value in rows), summary=summary, state=state)
            for claim, (state, rows, summary) in zip(claims, runs, strict=True)
        ]

    return run


RUNS = [
    ("finished", [0.5, 9], {"loss": 1.0}),
    ("failed", [0.3, 0.4], {}),
    ("finished", [], {"loss": "NaN"}),
    ("finished", [], {}),
    ("finished", [], {"loss": True}),
    ("failed", [float("nan")], {}),
]
"""The runs of case 45 that have ended."""


def test_38_a_space_of_one_point_runs_once(begin, work):
    """W&B: the same run again and again, without end."""
    config = {"method": "random", "parameters": {"a": {"value": 1}}}

    assert len(work(begin(config), count=5)) == 1
    assert len(work(begin({**config, "duplicates": "allow"}), count=5)) == 5


def test_39_bayes_without_a_metric_is_a_fault_of_the_file():
    """W&B creates the sweep, and raises ValueError when the first run is asked for."""
    with pytest.raises(ConfigError) as refused:
        load_object({"method": "bayes", "parameters": X})

    assert [fault.where for fault in refused.value.faults] == ["metric"]


@BACKENDS
def test_39_bayes_over_constants_alone_is_one_trial(begin, work, backend):
    """W&B raises ValueError."""
    engine = begin(bayes(parameters={"a": {"value": 1}}, backend=backend))

    assert [trial.params for trial in work(engine)] == [{"a": 1}]


@BACKENDS
def test_40_bayes_begins_with_a_random_point(backend):
    points = {searcher(backend=backend).ask(seed).params["x"] for seed in range(20)}

    assert len(points) == 20
    assert all(0 <= x <= 1 for x in points)


@BACKENDS
@pytest.mark.parametrize("loss", [3.0, -100.0])
def test_41_one_result_leaves_the_next_point_random(backend, loss):
    assert told({"x": 0.5}, loss, backend=backend).ask(7) == told({"x": 0.5}, 0.0, backend=backend).ask(7)


@BACKENDS
@pytest.mark.parametrize("values", [[1, 2], ["often", "seldom"]])
def test_42_bayes_searches_choices_with_probabilities(backend, values):
    """W&B: IndexError for numbers, ValueError for text."""
    weighted = searcher(backend=backend, parameters={"a": {"values": values, "probabilities": [0.9, 0.1]}})

    drawn = [weighted.ask(seed).params["a"] for seed in range(100)]

    assert drawn.count(values[0]) > drawn.count(values[1]) > 0


@BACKENDS
def test_43_a_trial_with_a_value_that_the_space_does_not_have_is_taken_in(backend):
    """W&B: ValueError, and the whole search is over."""
    parameters = {**X, "kind": {"values": ["a", "b"]}}
    found = told({"x": 0.5, "kind": "c"}, *range(30), backend=backend, parameters=parameters)

    assert found.ask(7).params["kind"] in ("a", "b")


@pytest.mark.parametrize(
    ("domain", "shares"),
    [
        (Integer(0, 3), {0: 0.125, 1: 0.375, 2: 0.625, 3: 0.875}),
        (Uniform(1e-4, 1, log=True), {1e-4: 0.0, 1e-2: 0.5, 1: 1.0, 0: 0.0, 10: 1.0}),
        (Choice((5, 0, 7)), {5: 1 / 6, 0: 1 / 2, 7: 5 / 6}),
    ],
)
def test_44_every_value_has_its_own_place_between_0_and_1(domain, shares):
    """W&B puts whole numbers and choices at the upper end of their share, and 0 in a choice where the first one is."""
    assert {value: encode(domain, value) for value in shares} == pytest.approx(shares)


@pytest.mark.parametrize(
    ("impute", "losses"),
    [
        ("worst", [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]),
        ("best", [0.5, 0.3, 0.5, 0.5, 0.5, 0.5]),
        ("latest", [0.5, 0.4, 0.5, 0.5, 0.5, 0.5]),
    ],
)
def test_45_failed_trials_get_the_loss_that_impute_says(ended, impute, losses):
    """W&B's worst is the worst row of any run, 9 here; ours is the worst result of any trial.

    Where a run has no value of its own, W&B's best and latest give it 0.0, which may be better than all others.
    """
    assert [trial.loss for trial in ended(impute, *RUNS)] == losses


def test_45_what_was_imputed_is_still_a_failure(ended):
    assert [trial.state for trial in ended("worst", *RUNS)] == ["finished"] + ["failed"] * 5


def test_45_with_a_metric_to_maximize_the_worst_is_the_least(ended):
    trials = ended("worst", ("finished", [0.5, 9], {}), ("finished", [2], {}), ("failed", [7], {}), goal="maximize")

    assert [trial.loss for trial in trials] == [-9, -2, -2]


@pytest.mark.parametrize("strategy", ["best", "worst", "latest"])
def test_46_a_running_trial_has_no_loss_and_a_config_that_asks_for_one_is_told(begin, strategy):
    """W&B gives a running trial the best that it has so far."""
    config = bayes(metric={"name": "loss", "impute_while_running": strategy})
    engine = begin(config)
    engine.record(engine.next("ann"), [{"loss": 0.2}, {"loss": 0.25}])

    assert engine.store.trial(engine.sweep.id, 0).trial.losses is None
    assert [warning.where for warning in load_object(config).warnings] == ["metric.impute_while_running"]


def test_47_runs_that_never_logged_the_metric_have_no_loss_at_all(ended):
    """W&B gives them 0.0 each."""
    trials = ended("worst", ("finished", [], {}), ("finished", [], {}))

    assert [(trial.state, trial.loss) for trial in trials] == [("failed", None)] * 2


def test_48_without_a_summary_the_rows_are_enough(ended):
    """W&B counts a run without a summary as one without the metric."""
    assert ended("worst", ("finished", [0.7, 0.8], {}))[0].loss == 0.7


@BACKENDS
def test_49_equal_losses_leave_a_search_that_goes_on(backend):
    """W&B falls back to random points with a warning; a warning would fail this test."""
    found = told({"x": 0.5}, *[1.0] * 30, backend=backend)

    assert len({found.ask(seed).params["x"] for seed in range(10)}) == 10


@BACKENDS
def test_50_with_running_trials_alone_points_are_random(begin, backend):
    engine = begin(bayes(backend=backend))

    claims = [engine.next(f"agent {number}") for number in range(12)]

    assert len({claim.trial.params["x"] for claim in claims}) == 12


@BACKENDS
@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ({"min": 1, "max": 5}, int),
        ({"min": 0.0, "max": 1.0}, float),
        ({"distribution": "q_uniform", "min": 0, "max": 10, "q": 2}, int),
        ({"distribution": "q_uniform", "min": 0, "max": 10}, float),
    ],
)
def test_51_values_are_plain_python_numbers(backend, form, kind):
    """W&B: numpy's int64 and float64 for all but the first."""
    assert type(searcher(backend=backend, parameters={"a": form}).ask(3).params["a"]) is kind


@pytest.mark.parametrize(("goal", "loss"), [("minimize", 1), ("maximize", -5)])
def test_52_the_best_is_that_of_all_rows_and_the_summary_and_what_is_no_number_is_passed_over(ended, goal, loss):
    run = ("finished", [1, "Infinity", None, float("inf")], {"loss": 5})

    assert ended("worst", run, goal=goal)[0].loss == loss


def test_52_a_metric_that_is_missing_fails_the_trial(ended):
    """W&B: ValueError out of the search."""
    (trial,) = ended("worst", ("finished", [], {"other": 1}))

    assert trial.reason == "loss was never logged; logged: other"


def test_52_a_name_with_a_dot_is_no_way_into_a_dict(begin, end):
    engine = begin(bayes(method="random", metric={"name": "a.b"}))

    assert end(engine, engine.next("ann"), {"a": {"b": 1}}).state == "failed"
    assert end(engine, engine.next("ann"), {"a.b": 1}).loss == 1


@pytest.mark.parametrize(("goal", "target"), [("minimize", 0.1), ("maximize", 0.9)])
def test_a_target_counts_as_reached_in_any_row_of_a_trial_that_ended(begin, end, goal, target):
    """W&B leaves open whether a row counts, or the summary alone."""
    engine = begin(bayes(method="random", metric={"name": "loss", "goal": goal, "target": target}))

    end(engine, engine.next("ann"), {"loss": 0.5}, {"loss": target}, {"loss": 0.5}, summary={"loss": 0.5})

    assert engine.next("ann") == Over(f"target: loss has reached {target}")
