"""The parts: coordinates, the process and the improvement, each against what it should be by definition."""

import math

import numpy as np
import pytest
from scipy.optimize import check_grad
from scipy.stats import norm
from sweepbridge_gp.cube import ELSEWHERE, Cube
from sweepbridge_gp.improvement import _SHUNNED, expected, inwards, log_improvement, wishes
from sweepbridge_gp.order import is_ordered
from sweepbridge_gp.process import Process, Processes, _rough, _smooth
from sweepbridge_gp.searcher import _evened, _told

from sweepbridge.space import Beta, Choice, Integer, Normal, Space, Uniform

SPACE = Space(
    {
        "depth": Integer(1, 12),
        "lr": Uniform(1e-5, 1e-1, log=True),
        "dropout": Uniform(0.0, 0.5, quantum=0.1),
        "noise": Normal(0.0, 2.0),
        "share": Beta(2.0, 5.0),
        "batch": Choice((16, 32, 64)),
        "optimizer": Choice(("adam", "sgd", "lion")),
        "seed": Integer(7, 7),
    }
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((16, 32, 64), True),
        ((3.0, 2, 1), True),
        ((1, 1, 2), False),
        ((1, 3, 2), False),
        ((True, False), False),
        ((0, None), False),
        (("1", "2"), False),
    ],
)
def test_numbers_that_rise_or_fall_have_an_order(values, expected):
    assert is_ordered(Choice(values)) is expected


def test_every_point_is_found_again_from_its_vector():
    cube, chance = Cube(SPACE), np.random.default_rng(1)

    for vector in cube.anywhere(50, chance):
        params = cube.params(vector)

        assert SPACE.outside(params) == []
        again = cube.params(cube.vector(params))
        assert again == {
            path: pytest.approx(value) if isinstance(value, float) else value for path, value in params.items()
        }


def test_axes_of_few_values_stand_where_their_values_stand():
    cube = Cube(SPACE)
    places = dict(zip(SPACE.axes, cube.snap(cube.anywhere(500, np.random.default_rng(2))).T, strict=True))

    assert len(set(places["depth"])) == 12
    assert len(set(places["dropout"])) == 6
    assert len(set(places["batch"])) == len(set(places["optimizer"])) == 3
    assert len(set(places["lr"])) == 500


def test_the_first_points_divide_each_axis_evenly():
    cube = Cube(Space({"x": Uniform(0.0, 1.0), "y": Uniform(0.0, 1.0)}))

    spread = cube.spread(8, np.random.default_rng(3))

    for column in spread.T:
        assert sorted((column * 8).astype(int)) == list(range(8))


def test_a_near_point_is_another_one_inside_of_the_cube():
    cube, chance = Cube(Space({"x": Uniform(0.0, 1.0), "k": Integer(1, 3)})), np.random.default_rng(4)
    points = cube.anywhere(200, chance)

    near = cube.near(points, 0.05, chance)

    assert ((near >= 0) & (near <= 1)).all()
    assert (near != points).any(axis=1).mean() > 0.5
    assert np.median(np.abs(near - points)[:, 1]) < 0.1


def test_what_the_space_does_not_have_lies_beside_the_cube():
    vector = dict(zip(SPACE.axes, Cube(SPACE).vector({"depth": 3, "optimizer": "no such"}), strict=True))

    assert vector.pop("depth") == pytest.approx(2.5 / 12)
    assert set(vector.values()) == {ELSEWHERE}


def seen(count=12, axes=3):
    chance = np.random.default_rng(5)
    points = chance.random((count, axes))
    points[:, -1] = chance.integers(0, 3, count) / 2
    losses = np.sin(3 * points[:, 0]) + points[:, 1] + (points[:, -1] > 0)
    return points, (losses - losses.mean()) / losses.std(), np.array([False] * (axes - 1) + [True])


def a_process(kernel=_smooth):
    return Process(*seen(), kernel), seen()[0]


@pytest.mark.parametrize("kernel", [_smooth, _rough])
def test_the_gradient_is_that_of_the_density(kernel):
    process, _ = a_process(kernel)
    settings = np.array([-0.5, -1.0, 0.2, 0.1, -3.0])

    off = check_grad(lambda at: process._surprise(at)[0], lambda at: process._surprise(at)[1], settings)

    assert off < 1e-4


def test_the_mean_goes_through_what_was_seen_without_noise():
    process, points = a_process()

    means, deviations = process.predict(points)

    assert means == pytest.approx(process._losses, abs=0.1)
    assert deviations.max() < 0.2


def test_far_from_all_trials_it_is_unsure():
    process, _ = a_process()

    _, near = process.predict(process._points[:1])
    _, far = process.predict(np.array([[9.0, 9.0, 0.5]]))

    assert far[0] > 3 * near[0]


def test_a_running_trial_makes_it_surer_there_and_expects_the_same():
    process, _ = a_process()
    there = np.array([0.9, 0.1, 0.5])
    mean, deviation = process.predict(there[None, :])

    process.believe(there[None, :])

    after, surer = process.predict(there[None, :])
    assert after == pytest.approx(mean, abs=1e-2)
    assert surer < deviation


def test_to_believe_points_together_is_to_believe_one_after_the_other():
    together, apart = a_process()[0], a_process()[0]
    running = np.random.default_rng(8).random((4, 3))

    together.believe(running)
    for point in running:
        apart.believe(point[None, :])

    elsewhere = np.random.default_rng(9).random((20, 3))
    for one, other in zip(together.predict(elsewhere), apart.predict(elsewhere), strict=True):
        assert one == pytest.approx(other, abs=1e-6)


def test_the_improvement_is_the_expectation():
    means, deviations, least = np.array([0.3, -0.2, 1.5]), np.array([0.5, 0.1, 0.7]), 0.0
    z = (least - means) / deviations

    expected = np.log((least - means) * norm.cdf(z) + deviations * norm.pdf(z))

    assert log_improvement(means, deviations, least) == pytest.approx(expected, rel=1e-9)


def test_where_no_improvement_is_to_be_had_the_logarithm_still_tells_more_from_less():
    hopeless = log_improvement(np.array([10.0, 20.0, 40.0]), np.ones(3), 0.0)

    assert np.isfinite(hopeless).all()
    assert (np.diff(hopeless) < 0).all()


def test_the_kernels_are_those_of_scikit_learn():
    kernels = pytest.importorskip("sklearn.gaussian_process.kernels")
    points = np.random.default_rng(7).random((6, 1))
    squares = (points - points.T) ** 2

    assert _smooth(squares)[0] == pytest.approx(kernels.Matern(nu=2.5)(points))
    assert _rough(squares)[0] == pytest.approx(kernels.Matern(nu=1.5)(points))


def test_what_two_processes_expect_is_the_mean_by_their_weights():
    processes, points = Processes(*seen()), np.random.default_rng(8).random((5, 3))

    alone = [(math.exp(weight), log_improvement(*rest, -1.0)) for weight, *rest in processes.predict(points)]

    assert sum(weight for weight, _ in alone) == pytest.approx(1)
    mean = sum(weight * np.exp(found) for weight, found in alone)
    assert expected(processes, points, -1.0) == pytest.approx(np.log(mean))


def test_the_first_wish_is_worth_the_most():
    """Worth is the improvement, and for as many results as there are, how far a point is from the edges."""
    points, losses, labels = seen()
    processes = Processes(points, losses, labels)
    cube = Cube(Space({"x": Uniform(0.0, 1.0), "y": Uniform(0.0, 1.0), "z": Choice(("a", "b", "c"))}))

    found = np.array(list(wishes(processes, cube, points, losses, np.random.default_rng(6))))

    worth = expected(processes, found, float(losses.min())) + _SHUNNED / len(losses) * inwards(found, cube.labels)
    assert worth[0] == worth.max()


def test_the_middle_counts_more_than_the_edges_and_labels_count_nothing():
    points = np.array([[0.5, 0.5, 0.1], [0.5, 0.5, 0.9], [0.1, 0.5, 0.1], [0.9, 0.5, 0.1], [0.0, 1.0, 0.1]])

    middle, other_label, left, right, corner = inwards(points, np.array([False, False, True]))

    assert middle == other_label == pytest.approx(2 * math.log(1.05))
    assert left == pytest.approx(right)
    assert middle > left > corner == pytest.approx(2 * math.log(0.05))


def test_losses_are_told_with_mean_0_and_variance_1_and_in_their_order():
    losses = np.array([3.0, 1e9, 1.0, 2.0, 5.0, 4.0, 1e100, -7.0])

    told = _evened(losses)

    assert told.mean() == pytest.approx(0, abs=1e-9)
    assert told.std() == pytest.approx(1)
    assert list(np.argsort(told, kind="stable")) == list(np.argsort(losses, kind="stable"))


@pytest.mark.parametrize("losses", [[1.0], [2.0, 2.0, 2.0], [0.0, 0.0, 1.0], [1e100, 1e100], [-1e100, 1e100]])
def test_losses_that_say_little_are_numbers(losses):
    assert np.isfinite(_evened(np.array(losses))).all()


def test_of_many_results_the_best_half_and_the_latest_are_told():
    losses = np.arange(1000.0)[::-1].copy()
    points = losses[:, None]

    told, _ = _told(points, losses)

    kept = set(told[:, 0])
    assert len(kept) == 100
    assert set(range(50)) <= kept
    assert {50.0, 99.0} <= kept
    assert not math.isnan(min(kept))
