"""Any sweep as a study of Optuna's: what stands in it, and that Optuna's own tools work on it."""

import json
import math

import optuna
import pytest
from sweepbridge_optuna.studies import in_memory

import sweepbridge
from sweepbridge.plugin import ExportedSweep, ExportedTrial, Goal, Trial
from sweepbridge.space import Beta, Choice, Constant, Integer, Normal, Space, Uniform

CONFIG = {
    "method": "random",
    "name": "mine",
    "metric": {"name": "score", "goal": "maximize"},
    "parameters": {
        "lr": {"distribution": "log_uniform_values", "min": 1e-5, "max": 0.1},
        "layers": {"min": 1, "max": 4},
        "opt": {"parameters": {"kind": {"values": ["adam", "sgd", None]}, "sizes": {"values": [[1, 2], [3]]}}},
        "drop": {"distribution": "q_uniform", "min": 0.0, "max": 0.5, "q": 0.1},
        "init": {"distribution": "normal", "mu": 0.0, "sigma": 2.0},
        "fixed": {"value": 7},
    },
    "run_cap": 12,
}


def walk(opened, states):
    """Work through a sweep by hand: one trial for each of these states."""
    for state in states:
        held = opened.ask()
        for epoch in range(3):
            held.log({"score": held.params["layers"] + epoch - held.params["lr"], "epoch": epoch})
        if state != "running":
            held.end(state, reason="of no use" if state == "failed" else None)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A sweep of twelve trials in all states."""
    store = tmp_path_factory.mktemp("studies") / ".sweepbridge"
    found = sweepbridge.open_sweep(sweepbridge.sweep(CONFIG, seed=1, store=store, say=lambda line: None), store=store)
    walk(found, ["finished"] * 9 + ["stopped", "failed", "running"])
    return found


@pytest.fixture(scope="module")
def study(opened):
    """The same as a study."""
    return opened.to_optuna()


def test_a_study_has_every_trial_with_its_state(study, opened):
    assert [trial.state.name for trial in study.trials] == ["COMPLETE"] * 9 + ["PRUNED", "FAIL", "RUNNING"]
    assert [trial.number for trial in study.trials] == list(range(12))
    assert (study.study_name, study.metric_names, study.direction.name) == (opened.id, ["score"], "MAXIMIZE")
    assert study.user_attrs["config"]["name"] == "mine"


def test_values_have_the_metrics_own_sign_and_the_best_is_the_best(study, opened):
    assert study.best_value == opened.metric(opened.best)
    assert study.trials[9].value == opened.metric(opened.trials[9])
    assert study.trials[10].values is None


def test_a_trial_has_its_curve_its_times_and_what_optuna_has_no_place_for(study, opened):
    first, running = study.trials[0], study.trials[11]

    assert list(first.intermediate_values) == [0, 1, 2]
    assert first.intermediate_values[2] == opened.rows(0)[2]["score"]
    assert len(running.intermediate_values) == 3
    assert first.datetime_start <= first.datetime_complete
    assert (first.user_attrs["backend"], first.user_attrs["summary.epoch"]) == ("random", 2)
    assert study.trials[10].user_attrs["reason"] == "of no use"


def test_parameters_have_their_own_values_names_and_distributions(study, opened):
    record, trial = opened.trials[0].trial, study.trials[0]

    assert trial.params["opt.sizes"] == json.dumps(record.params["opt/sizes"])
    assert trial.params["lr"] == record.params["lr"]
    assert trial.distributions["lr"] == optuna.distributions.FloatDistribution(1e-5, 0.1, log=True)
    assert trial.distributions["layers"] == optuna.distributions.IntDistribution(1, 4)
    assert trial.distributions["opt.kind"].choices == ("adam", "sgd", None)


PLOTS = [
    "plot_contour",
    "plot_edf",
    "plot_intermediate_values",
    "plot_optimization_history",
    "plot_parallel_coordinate",
    "plot_param_importances",
    "plot_rank",
    "plot_slice",
    "plot_timeline",
]


@pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
@pytest.mark.parametrize("name", PLOTS)
def test_optunas_own_plots_are_drawn_of_it(study, name):
    figure = getattr(optuna.visualization, name)(study)

    assert len(figure.data) >= 1


def test_optunas_own_importances_tell_what_matters(study):
    importances = optuna.importance.get_param_importances(
        study, evaluator=optuna.importance.MeanDecreaseImpurityImportanceEvaluator(seed=1)
    )

    assert max(importances, key=importances.get) == "layers"


@pytest.mark.parametrize("name", ["study.db", "study.log"])
def test_a_study_in_a_file_is_read_back_by_optuna(opened, study, name, tmp_path):
    file = tmp_path / name

    opened.write_as("optuna", file)

    with storage(file) as there:
        found = optuna.load_study(study_name=opened.id, storage=there)
        assert [trial.params for trial in found.trials] == [trial.params for trial in study.trials]
        assert [trial.values for trial in found.trials] == [trial.values for trial in study.trials]
        assert [trial.state for trial in found.trials] == [trial.state for trial in study.trials]


def storage(file):
    from sweepbridge_optuna.studies import _storage

    return _storage(file)


def test_a_study_that_is_in_the_file_already_stays_as_it_is(opened, tmp_path):
    opened.write_as("optuna", tmp_path / "study.log")
    before = (tmp_path / "study.log").read_bytes()

    with pytest.raises(FileExistsError, match=f"a study {opened.id} is in it already"):
        opened.write_as("optuna", tmp_path / "study.log")

    assert (tmp_path / "study.log").read_bytes() == before


def test_a_sweep_without_a_metric_is_no_study(tmp_path):
    config = {"method": "random", "parameters": {"x": {"min": 0.0, "max": 1.0}}}
    store = tmp_path / ".sweepbridge"
    sweep_id = sweepbridge.sweep(config, store=store, say=lambda line: None)

    with pytest.raises(sweepbridge.UsageError) as raised:
        sweepbridge.open_sweep(sweep_id, store=store).to_optuna()

    assert raised.value.fix == "--format csv, or to_pandas()"


@pytest.mark.parametrize(
    ("domain", "values"),
    [
        (Constant([1]), [[1]]),
        (Choice((1, True, "1", None, [1], {"a": 1})), [1, True, "1", None, [1], {"a": 1}]),
        (Choice((math.nan, 1.0)), [math.nan, 1.0]),
        (Choice((1, 1.0, 2)), [1, 2]),
        (Choice((1, 1.0, [2])), [1, [2]]),
        (Choice(("a", "b"), (0.2, 0.8)), ["a", "b", "elsewhere"]),
        (Integer(3, 3), [3]),
        (Integer(1, 5), [-4, 9]),
        (Uniform(0.5, 9.5, True, 1), [1, 9]),
        (Uniform(0.0, 1.0), [-3.0, 1.0]),
        (Normal(0.0, 1.0), [7.5]),
        (Normal(0.0, 1.0, True, 1), [0, 3]),
        (Normal(0.0, 1.0, False, 0.5), [-0.5]),
        (Normal(300.0, 100.0, True), [1e200]),
        (Beta(2.0, 2.0, 0.1), [0.3]),
    ],
)
def test_every_domain_has_a_distribution_that_holds_every_value_of_a_trial(domain, values):
    """A trial that was told from elsewhere may lie outside of the space."""
    trials = [
        ExportedTrial(
            Trial(number, 0, "finished", {"p": value}, losses=(1.0,)), (), {}, None, None, None, 0.0, 1.0, "a"
        )
        for number, value in enumerate(values)
    ]

    study = in_memory(ExportedSweep("s", None, {}, Space({"p": domain}), (Goal("m", False),), 0, {}, tuple(trials)))

    assert len({str(trial.distributions["p"]) for trial in study.trials}) == 1
    assert [trial.params["p"] for trial in study.trials] in (values, [json.dumps(value) for value in values]) or (
        math.nan in values
    )


def test_parameters_that_read_alike_are_kept_apart():
    trial = Trial(0, 0, "finished", {"a/b": 1, "a.b": 2}, losses=(1.0,))
    space = Space({"a/b": Constant(1), "a.b": Constant(2)})
    record = ExportedTrial(trial, (), {}, None, None, None, 0.0, 1.0, "a")

    study = in_memory(ExportedSweep("s", None, {}, space, (Goal("m", False),), 0, {}, (record,)))

    assert len(study.trials[0].params) == 2


def test_several_goals_are_several_directions():
    trial = Trial(0, 0, "finished", {}, losses=(1.0, -2.0))
    record = ExportedTrial(trial, (1.0,), {}, None, None, None, 0.0, 1.0, "a")
    goals = (Goal("cost", False), Goal("gain", True))

    study = in_memory(ExportedSweep("s", None, {}, Space({}), goals, 0, {}, (record,)))

    assert study.best_trials[0].values == [1.0, 2.0]
    assert [direction.name for direction in study.directions] == ["MINIMIZE", "MAXIMIZE"]
