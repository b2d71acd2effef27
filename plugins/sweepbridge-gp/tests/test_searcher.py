"""What it names: at the start, after a start, beside running trials, and where losses are hard."""

import subprocess
import sys

import pytest
from sweepbridge_gp import GpBackend, improvement

from sweepbridge.engine import plan, simulate
from sweepbridge.plugin import Problem, Trial
from sweepbridge.registry import Registry
from sweepbridge.space import Choice, Integer, Space, Uniform
from sweepbridge.spec import load_object

SQUARE = Space({"x": Uniform(0.0, 1.0), "y": Uniform(0.0, 1.0)})


def played(space, loss, *, trials, at_once=1, seed=0, **options):
    """The params of each trial, `at_once` of them running together."""
    searcher = GpBackend().start(Problem(space, "bayes", options))
    found, running = [], []
    for number in range(trials):
        params = searcher.ask(seed * 1000 + number).params
        running.append(Trial(number, seed * 1000 + number, "running", params, {}))
        searcher.tell(running[-1])
        found.append(params)
        if len(running) == at_once:
            oldest = running.pop(0)
            losses = loss(oldest.params)
            state = "finished" if losses is not None else "failed"
            losses = losses if isinstance(losses, tuple) or losses is None else (losses,)
            searcher.tell(Trial(oldest.number, oldest.seed, state, oldest.params, {}, losses))
    return found


def bowl(params):
    return (params["x"] - 0.3) ** 2 + (params["y"] - 0.8) ** 2


@pytest.mark.parametrize("at_once", [1, 4])
def test_it_finds_the_bottom_of_a_bowl(at_once):
    best = min(bowl(params) for params in played(SQUARE, bowl, trials=25, at_once=at_once))

    assert best < 1e-3


@pytest.mark.parametrize("corner", [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)])
def test_it_finds_the_bottom_in_a_corner(corner):
    """Edges are shunned, but not for long."""

    def slope(params):
        return abs(params["x"] - corner[0]) + abs(params["y"] - corner[1])

    assert min(slope(params) for params in played(SQUARE, slope, trials=25)) < 0.02


def test_it_does_not_try_the_edges_first(monkeypatch):
    space = Space({name: Uniform(0.0, 1.0) for name in "abcde"})

    def bottom(params):
        return sum((x - 0.4) ** 2 for x in params.values())

    def at_the_edge():
        tried = [
            coordinate
            for seed in range(4)
            for params in played(
                space, lambda params: sum((x - 0.4) ** 2 for x in params.values()), trials=12, seed=seed
            )
            for coordinate in params.values()
        ]
        return sum(min(x, 1 - x) < 0.02 for x in tried) / len(tried)

    shunned = at_the_edge()
    monkeypatch.setattr(improvement, "_SHUNNED", 0.0)

    assert shunned < 0.06 < at_the_edge()


def test_the_first_trials_are_spread_whichever_seeds_they_have():
    first = played(SQUARE, bowl, trials=8, at_once=8, n_startup_trials=8)

    for axis in SQUARE:
        assert sorted(int(params[axis] * 8) for params in first) == list(range(8))


def test_running_trials_keep_apart():
    together = played(SQUARE, bowl, trials=24, at_once=8)[8:]

    apart = [abs(one["x"] - other["x"]) + abs(one["y"] - other["y"]) for one in together for other in together]
    assert sum(distance < 1e-3 for distance in apart) <= len(together) + 4


def test_a_finite_space_is_gone_through_before_a_point_comes_again():
    space = Space({"k": Integer(1, 4), "o": Choice(("a", "b", "c"))})

    found = played(space, lambda params: params["k"] + len(params["o"]), trials=12)

    assert len({tuple(params.values()) for params in found}) == 12


def test_failures_are_passed_over():
    found = played(SQUARE, lambda params: None if params["x"] > 0.5 else bowl(params), trials=30)

    assert min(bowl(params) for params in found) < 0.1


def test_the_model_is_asked_with_two_results_and_four_at_once_begin_apart():
    alone, together = played(SQUARE, bowl, trials=4), played(SQUARE, bowl, trials=4, at_once=4)

    assert alone[:2] == together[:2]
    assert alone[2:] != together[2:]
    assert sorted(int(params["x"] * 4) for params in together) == [0, 1, 2, 3]


def test_nothing_but_failures_is_searched_by_chance():
    found = played(SQUARE, lambda _: None, trials=12)

    assert len({tuple(params.values()) for params in found}) == 12


@pytest.mark.parametrize("huge", [1e308, -1e308])
def test_losses_beyond_measure_do_no_harm(huge):
    found = played(SQUARE, lambda params: huge if params["x"] > 0.5 else bowl(params), trials=12)

    assert all(not SQUARE.outside(params) for params in found)


def test_two_objectives_are_both_searched():
    def both(params):
        return params["x"], 1 - params["x"] + params["y"]

    searcher = GpBackend().start(Problem(SQUARE, "bayes", {}, objectives=2))
    found = []
    for number in range(30):
        params = searcher.ask(number).params
        searcher.tell(Trial(number, number, "running", params, {}))
        searcher.tell(Trial(number, number, "finished", params, {}, both(params)))
        found.append(params)

    assert min(params["x"] for params in found) < 0.1
    assert max(params["x"] for params in found) > 0.9


@pytest.mark.parametrize("given", [0, -1, 2.5, True, "four", None, 10_001])
def test_a_bad_number_of_first_trials_is_refused_with_what_may_stand_there(given):
    (issue,) = GpBackend().check(Problem(SQUARE, "bayes", {"n_startup_trials": given}))

    assert issue.refuses
    assert issue.found == f"option n_startup_trials = {given!r}"
    assert issue.expected == "a whole number from 1 to 10000"


def test_every_parameter_is_described():
    space = Space({"x": Uniform(0.0, 1.0), "batch": Choice((16, 32)), "optimizer": Choice(("adam", "sgd"))})

    assert GpBackend().describe(Problem(space, "bayes")) == {
        "x": "share of the mass",
        "batch": "share of the mass",
        "optimizer": "label of 2",
    }


def test_listing_it_loads_neither_numpy_nor_scipy():
    script = "import sys, sweepbridge_gp as gp; gp.GpBackend().methods; print({'numpy', 'scipy'} & set(sys.modules))"

    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout.strip() == "set()"


def test_it_beats_chance_on_a_narrow_valley():
    """Twelve seeds, and better in at least ten: chance alone would do that in 2 of 100 tests."""

    def valley(params):
        return 10 * (params["y"] - params["x"] ** 2) ** 2 + (params["x"] - 0.7) ** 2 + (params["kind"] != "good")

    config = {
        "metric": {"name": "loss"},
        "parameters": {
            "x": {"min": 0.0, "max": 1.0},
            "y": {"min": 0.0, "max": 1.0},
            "kind": {"values": ["bad", "good", "worse"]},
        },
    }

    def best(method, seed):
        decided = plan(load_object({**config, "method": method}).config, Registry())
        return min(trial.loss for trial in simulate(decided, valley, seed=seed, trials=30))

    assert sum(best("bayes", seed) < best("random", seed) for seed in range(12)) >= 10
