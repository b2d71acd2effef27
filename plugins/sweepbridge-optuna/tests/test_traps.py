"""The traps of Optuna that an adapter falls into, each as a fact about this one."""

import logging
import os
import pickle
import subprocess
import sys
import time
import warnings
from dataclasses import replace

import optuna
import pytest
from optuna.trial import TrialState
from sweepbridge_optuna.searcher import OptunaSearcher

from sweepbridge.plugin import Problem, Suggestion, Trial
from sweepbridge.plugin.testing import MIXED, NUMBERS
from sweepbridge.space import Category, Choice, Space, Uniform
from sweepbridge.trials import seed_of

UNIT = Space({"x": Uniform(0.0, 1.0), "y": Uniform(0.0, 1.0)})
QUICK = {"n_startup_trials": 4}
ASK_AFTER_TEN_TRIALS = """
from sweepbridge.plugin import Problem, Trial
from sweepbridge.plugin.testing import MIXED
from sweepbridge_optuna import OptunaBackend

searcher = OptunaBackend().start(Problem(MIXED, "tpe", {"n_startup_trials": 4, "group": True}))
for number in range(10):
    params = searcher.ask(number).params
    searcher.tell(Trial(number, number, "running", params))
    searcher.tell(Trial(number, number, "finished", params, losses=(params["momentum"],)))
print(dict(searcher.ask(10).params))
"""


def start(method="tpe", space=UNIT, options=None, objectives=1):
    return OptunaSearcher(Problem(space, method, options or {}, objectives))


def begin(searcher, number, suggestion):
    trial = Trial(number, seed_of(1, number), "running", suggestion.params, suggestion.note)
    searcher.tell(trial)
    return trial


def search(searcher, trials, loss=lambda params: params["x"], first=0):
    """One trial after the other; gives the log."""
    log = []
    for number in range(first, first + trials):
        began = begin(searcher, number, searcher.ask(seed_of(1, number)))
        ended = replace(began, state="finished", losses=(loss(began.params),))
        searcher.tell(ended)
        log += [began, ended]
    return log


def told(searcher):
    return [trial.state for trial in searcher._memory.trials]


@pytest.mark.parametrize("state", ["failed", "stopped"])
def test_a_trial_that_ends_without_a_loss_is_not_left_running(state):
    """A trial that stays RUNNING repels TPE for ever."""
    searcher = start()

    searcher.tell(replace(begin(searcher, 0, searcher.ask(0)), state=state))

    assert told(searcher) == [TrialState.FAIL]


@pytest.mark.parametrize("state", ["failed", "stopped"])
def test_a_trial_with_losses_counts_with_them_however_it_ended(state):
    searcher = start()

    searcher.tell(replace(begin(searcher, 0, searcher.ask(0)), state=state, losses=(3.0,)))

    assert told(searcher) == [TrialState.COMPLETE]
    assert searcher._memory.trials[0].values == [3.0]


def test_a_failed_trial_leaves_tpe_as_if_it_had_never_been():
    with_failure, without = start(options=QUICK), start(options=QUICK)
    log = search(with_failure, 8)
    with_failure.tell(replace(begin(with_failure, 8, Suggestion({"x": 0.1, "y": 0.5})), state="failed"))
    for trial in log:
        without.tell(trial)

    assert with_failure.ask(77) == without.ask(77)


def test_a_running_trial_moves_tpe_on_both_optuna_4_and_5():
    """The constant liar: without it, parallel agents are given nearly the same point."""
    searcher = start(options=QUICK)
    search(searcher, 8)
    alone = searcher.ask(77)

    begin(searcher, 8, alone)

    assert searcher.ask(77) != alone


def test_parallel_trials_of_tpe_keep_apart():
    searcher = start(options=QUICK)
    search(searcher, 8)

    for number in range(8, 24):
        begin(searcher, number, searcher.ask(seed_of(1, number)))

    assert len({trial.params["x"] for trial in searcher._memory.trials[8:]}) == 16


def test_choices_that_python_takes_for_equal_come_back_as_they_are():
    space = Space({"choice": Choice((1, True, [1, "a"], {"k": None}, None))})
    searcher = start("random", space)

    drawn = {repr(searcher.ask(seed).params["choice"]) for seed in range(100)}

    assert drawn == {"1", "True", "[1, 'a']", "{'k': None}", "None"}


def test_optuna_never_sees_a_choice_but_its_index():
    searcher = start("tpe", MIXED)

    begin(searcher, 0, searcher.ask(0))

    assert type(searcher._memory.trials[0].params["optimizer/kind"]) is int


def test_the_order_in_which_parameters_are_written_does_not_matter():
    one = start(space=Space({"x": UNIT["x"], "y": UNIT["y"]}))
    other = start(space=Space({"y": UNIT["y"], "x": UNIT["x"]}))

    assert search(one, 15) == search(other, 15)


@pytest.mark.parametrize("method", ["tpe", "random", "nsga2"])
def test_a_search_that_is_taken_up_again_repeats_no_point(method):
    """One seeded sampler, started again, draws its first points once more."""
    first = start(method)
    log = search(first, 12)
    second = start(method)
    for trial in log:
        second.tell(trial)

    log += search(second, 12, first=12)

    assert len({(trial.params["x"], trial.params["y"]) for trial in log}) == 24


def test_suggestions_do_not_depend_on_the_hash_seed():
    first, second = (
        subprocess.run(
            [sys.executable, "-c", ASK_AFTER_TEN_TRIALS],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )
        for hash_seed in ("1", "2")
    )

    assert first.stdout == second.stdout != ""


def test_ends_may_come_in_any_order():
    searcher = start("nsga2", options={"population_size": 2})
    began = [begin(searcher, number, searcher.ask(seed_of(1, number))) for number in range(6)]

    for trial in reversed(began):
        searcher.tell(replace(trial, state="finished", losses=(trial.params["x"],)))

    assert searcher.ask(99).note["trial"]


def test_searching_leaves_the_users_logging_and_warnings_alone():
    level, filters = optuna.logging.get_verbosity(), list(warnings.filters)

    search(start("tpe", MIXED, {**QUICK, "group": True}), 10, loss=lambda params: params["lr"])

    assert optuna.logging.get_verbosity() == level
    assert warnings.filters == filters


def test_searching_says_nothing(caplog, capfd, monkeypatch):
    monkeypatch.setattr(logging.getLogger("optuna"), "propagate", True)

    search(start("tpe", MIXED, {**QUICK, "group": True}), 10, loss=lambda params: params["lr"])

    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_tpe_of_both_optunas_learns_all_parameters_together():
    searcher = start(options=QUICK)

    assert searcher._samplers._arguments["multivariate"] is True
    assert start(objectives=2)._samplers._arguments["multivariate"] is False


def test_what_the_user_sets_wins_over_what_the_plugin_sets():
    searcher = start(options={"constant_liar": False})

    assert searcher._samplers._arguments["constant_liar"] is False


def test_tpe_finds_more_good_points_than_chance():
    log = search(start(), 60, loss=lambda params: (params["x"] - 0.3) ** 2 + (params["y"] - 0.7) ** 2)

    late = [trial.losses[0] for trial in log[60:] if trial.losses]

    assert sum(loss < 0.05 for loss in late) > len(late) / 2


def test_nsga2_goes_on_to_the_next_generation_and_notes_its_parents_once():
    log = search(start("nsga2", options={"population_size": 5}), 30)

    generations = [next(v for k, v in t.note["trial"].items() if "generation" in k) for t in log if t.is_running]

    assert generations == sorted(generations)
    assert generations[-1] == 5


def test_a_rebuilt_search_of_a_thousand_trials_takes_well_under_two_seconds():
    log = search(start("random"), 1000)
    rebuilt = start("tpe")

    began = time.process_time()
    for trial in log:
        rebuilt.tell(trial)

    assert time.process_time() - began < 1.0


def model(trial):
    """What a trial's model holds, but for what no ask reads: a generator, and a history made of unset memory."""
    pieces = [mark for key, mark in sorted(trial.system_attrs.items()) if ":optimizer:" in key]
    held = vars(pickle.loads(bytes.fromhex("".join(pieces)))) if pieces else {}
    return {name: repr(value) for name, value in held.items() if name not in ("_rng", "_funhist_values")}


class TestCmaEs:
    """The sampler keeps its model, pickled, on trials."""

    @pytest.fixture(autouse=True)
    def installed(self):
        pytest.importorskip("cmaes", reason="cmaes IS NOT TESTED HERE: it needs cmaes")

    def test_the_log_holds_no_pickle(self):
        log = search(start("cmaes", NUMBERS), 40)

        notes = [trial.note for trial in log if trial.is_running]
        assert any(note.get("model") for note in notes)
        assert all(len(repr(note)) < 200 for note in notes)

    def test_a_rebuilt_search_has_the_same_model(self):
        lived = start("cmaes", NUMBERS)
        log = search(lived, 40)
        rebuilt = start("cmaes", NUMBERS)

        for trial in log:
            rebuilt.tell(trial)

        models = [model(trial) for trial in lived._memory.trials]
        assert [model(trial) for trial in rebuilt._memory.trials] == models
        assert any(models)

    def test_a_category_is_drawn_at_random_and_says_nothing(self, caplog):
        log = search(start("cmaes", MIXED), 20, loss=lambda params: params["lr"])

        assert len({repr(trial.params["optimizer/kind"]) for trial in log}) == 4
        assert caplog.records == []


class TestQmc:
    """One sequence for the whole sweep, although each trial is asked with a seed of its own."""

    @pytest.fixture(autouse=True)
    def installed(self):
        pytest.importorskip("scipy", reason="qmc IS NOT TESTED HERE: it needs scipy")

    def test_64_points_have_one_in_each_of_64_columns(self):
        """Random points would leave about 23 columns empty."""
        log = search(start("qmc"), 64)

        for name in ("x", "y"):
            assert sorted(int(trial.params[name] * 64) for trial in log if trial.is_running) == list(range(64))

    def test_results_and_parallel_trials_do_not_move_it(self):
        one_by_one = search(start("qmc"), 16)
        all_at_once = start("qmc")

        began = [begin(all_at_once, n, all_at_once.ask(seed_of(1, n))) for n in range(16)]

        assert [trial.params for trial in began] == [trial.params for trial in one_by_one if trial.is_running]

    def test_a_trial_made_by_hand_takes_no_point_from_it(self):
        searcher = start("qmc")
        begin(searcher, 0, Suggestion({"x": 0.5, "y": 0.5}))

        log = search(searcher, 64, first=1)

        assert sorted(int(trial.params["x"] * 64) for trial in log if trial.is_running) == list(range(64))

    def test_another_sweep_seed_scrambles_it_in_another_way(self):
        assert start("qmc").ask(1) != start("qmc").ask(2)

    def test_categories_are_a_part_of_it(self):
        """Optuna 4 leaves them out, and draws them at random."""
        space = Space({"kind": Choice(("a", "b", "c", "d")), "x": Uniform(0.0, 1.0)})
        assert isinstance(space.axes["kind"], Category)

        log = search(start("qmc", space), 64)

        drawn = [trial.params["kind"] for trial in log if trial.is_running]
        assert {kind: drawn.count(kind) for kind in "abcd"} == dict.fromkeys("abcd", 16)
