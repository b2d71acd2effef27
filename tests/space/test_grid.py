import time
import tracemalloc
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sweepbridge.space import (
    Beta,
    Choice,
    Constant,
    Grid,
    Integer,
    Normal,
    Space,
    Uniform,
    identity,
    levels,
    without_grid,
)


def points(grid, count=None):
    """The first points of a grid, as tuples in the order of the names."""
    return [tuple(grid.point(index).values()) for index in islice(range(grid.size), count)]


def test_names_are_sorted_and_the_last_turns_fastest():
    grid = Grid(Space({"b": Choice((1, 2)), "a": Choice(("x", "y")), "c": Constant(9)}))

    assert points(grid) == [("x", 1, 9), ("x", 2, 9), ("y", 1, 9), ("y", 2, 9)]


def test_values_come_as_they_are_given_and_equal_ones_once():
    """W&B keeps the place of the first of equals, and the spelling of the last."""
    grid = Grid(Space({"a": Choice((3, 1, 1.0, True, "1", 3))}))

    assert repr(points(grid)) == "[(3,), (1.0,), (True,), ('1',)]"


def test_nan_is_one_point_and_dicts_with_other_order_are_the_same():
    grid = Grid(Space({"a": Choice((float("nan"), float("nan"), {"x": 1, "y": 2}, {"y": 2, "x": 1}))}))

    assert grid.size == 2


def test_a_quantised_uniform_gives_every_multiple_inside_both_ends_included():
    """W&B leaves out the greatest, and gives 0.30000000000000004."""
    grid = Grid(Space({"a": Uniform(0, 0.5, quantum=0.1)}))

    assert points(grid) == [(0.0,), (0.1,), (0.2,), (0.3,), (0.4,), (0.5,)]


def test_integers_include_both_ends():
    assert points(Grid(Space({"a": Integer(-1, 1)}))) == [(-1,), (0,), (1,)]


def test_constants_alone_make_one_point():
    assert points(Grid(Space({"a": Constant([1]), "b": Constant(None)}))) == [([1], None)]


def test_a_quantum_with_no_multiple_inside_makes_an_empty_grid():
    assert Grid(Space({"a": Uniform(1.2, 1.4, quantum=1)})).size == 0


@pytest.mark.parametrize(
    "domain",
    [
        Uniform(0, 1),
        Uniform(1, 64, log=True),
        Uniform(1, 64, log=True, quantum=8),
        Normal(quantum=1),
        Beta(quantum=0.5),
        Choice((1, 2), (0.5, 0.5)),
    ],
    ids=repr,
)
def test_wandb_has_no_grid_over_these_and_neither_have_we(domain):
    assert levels(domain) is None
    assert without_grid(Space({"a": Integer(1, 2), "b": domain})) == ["b"]


@pytest.mark.parametrize("index", [-1, 4, 10**30])
def test_there_is_no_point_outside_the_grid(index):
    grid = Grid(Space({"a": Integer(1, 2), "b": Integer(1, 2)}))

    with pytest.raises(IndexError, match="the grid has 4 points"):
        grid.point(index)


HUGE = Space({"a": Integer(1, 1000), "b": Uniform(0, 1, quantum=0.001), "c": Integer(1, 10**20), "d": Choice((0, 1))})


def test_any_point_of_a_huge_grid_comes_in_microseconds():
    """About 5 on a laptop; a hundred times that would still be no list in memory."""
    start = time.process_time()
    grid = Grid(HUGE)
    for index in range(100):
        grid.point(grid.size // 100 * index)

    assert (time.process_time() - start) / 100 < 500e-6
    assert grid.size == 1000 * 1001 * 10**20 * 2


def test_a_huge_grid_takes_no_memory():
    tracemalloc.start()
    grid = Grid(HUGE)
    grid.point(0), grid.point(grid.size - 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 100_000


def test_the_last_point_of_a_huge_grid_holds_every_last_value():
    grid = Grid(HUGE)

    assert grid.point(grid.size - 1) == {"a": 1000, "b": 1.0, "c": 10**20, "d": 1}


finite = some.one_of(
    some.builds(Choice, some.lists(some.integers(0, 5) | some.booleans(), min_size=1, max_size=5).map(tuple)),
    some.integers(-5, 5).map(lambda low: Integer(low, low + 3)),
    some.sampled_from([Uniform(0, 1, quantum=0.25), Uniform(-3, 3, quantum=2), Constant(None)]),
)


@given(some.dictionaries(some.sampled_from("abc"), finite, max_size=3).map(Space))
def test_every_point_is_in_the_space_and_no_two_are_the_same(space):
    grid = Grid(space)
    found = [grid.point(index) for index in range(grid.size)]

    assert [space.outside(point) for point in found] == [[]] * grid.size
    assert len({identity(point) for point in found}) == grid.size == space.size
