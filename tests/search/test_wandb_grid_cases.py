"""W&B's eleven cases of its grid search, numbers 27 to 37 of our list, each with our answer.

A docstring says what W&B answers where that is something else.
"""

import math

import pytest

from sweepbridge.plugin import Problem, Trial
from sweepbridge.search import GridBackend
from sweepbridge.space import nest
from sweepbridge.spec import load_object


def grid(parameters, *, told=(), states=()):
    """The points that a grid hands out after trials with these params, which ended in these states if any."""
    space = load_object({"method": "grid", "parameters": parameters}).config.space
    searcher = GridBackend().start(Problem(space, "grid"))
    for number, params in enumerate(told):
        searcher.tell(Trial(number, 1, "running", params))
    for number, state in enumerate(states):
        searcher.tell(Trial(number, 1, state, told[number]))
    points = []
    while suggestion := searcher.ask(1):
        searcher.tell(Trial(len(told) + len(points), 1, "running", suggestion.params))
        points.append(nest(suggestion.params))
    return points


def values(*listed, told=()):
    """The values that one parameter takes in turn."""
    return [point["a"] for point in grid({"a": {"values": [*listed]}}, told=[{"a": value} for value in told])]


def test_27_names_are_sorted_the_last_turns_fastest_and_a_constant_is_always_there():
    points = grid({"b": {"values": [1, 2]}, "a": {"values": ["x", "y"]}, "c": {"value": 9}})

    assert [(point["a"], point["b"], point["c"]) for point in points] == [
        ("x", 1, 9),
        ("x", 2, 9),
        ("y", 1, 9),
        ("y", 2, 9),
    ]


def test_28_equal_values_count_once():
    assert values(1, 2, 1) == [1, 2]


def test_29_a_whole_float_is_the_whole_number_and_true_and_text_are_not():
    assert repr(values(1, 1.0, True, "1")) == "[1.0, True, '1']"


def test_30_constants_alone_are_one_point():
    assert grid({"a": {"value": 1}}) == [{"a": 1}]


def test_30_a_trial_with_other_constants_does_not_use_it_up():
    """W&B: any earlier run at all exhausts a grid of constants."""
    assert grid({"a": {"value": 1}}, told=[{"a": 2}]) == [{"a": 1}]
    assert grid({"a": {"value": 1}}, told=[{"a": 1}]) == []


def test_31_whole_bounds_include_both_ends():
    assert [point["a"] for point in grid({"a": {"min": 1, "max": 3}})] == [1, 2, 3]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"min": 0, "max": 1, "q": 0.25}, [0.0, 0.25, 0.5, 0.75, 1.0]),
        ({"min": 0, "max": 10, "q": 5}, [0, 5, 10]),
        ({"min": 0, "max": 3}, [0.0, 1.0, 2.0, 3.0]),
        ({"min": 0.5, "max": 3, "q": 1}, [1, 2, 3]),
    ],
)
def test_31_a_quantised_uniform_includes_max_and_counts_in_multiples(form, expected):
    """W&B steps from min and leaves max out: 0 to 0.75, 0 and 5, 0.0 to 2.0, and 0.5, 1.5, 2.5."""
    points = grid({"a": {"distribution": "q_uniform", **form}})

    assert repr([point["a"] for point in points]) == repr(expected)


@pytest.mark.parametrize(
    "form",
    [
        {"min": 0.0, "max": 1.0},
        {"values": [1, 2], "probabilities": [0.5, 0.5]},
        {"distribution": "log_uniform_values", "min": 1, "max": 10},
        {"distribution": "q_log_uniform_values", "min": 1, "max": 10, "q": 1},
        {"distribution": "normal"},
        {"distribution": "q_beta", "q": 0.5},
    ],
)
def test_32_what_has_no_grid_is_a_fault_of_the_file(form):
    """W&B raises ValueError when the first run is asked for."""
    with pytest.raises(Exception, match="method: grid over a") as refused:
        grid({"a": form})

    assert [fault.where for fault in refused.value.faults] == ["parameters.a"]


@pytest.mark.parametrize("states", [(), ["failed"], ["stopped"], ["finished"]])
def test_33_a_point_is_taken_whatever_became_of_its_trial(states):
    assert grid({"a": {"values": [1, 2]}}, told=[{"a": 1}], states=states) == [{"a": 2}]


def test_34_a_trial_without_one_of_the_parameters_takes_no_point():
    both = {"a": {"values": [1, 2]}, "b": {"value": 0}}

    assert grid(both, told=[{"b": 0}]) == [{"a": 1, "b": 0}, {"a": 2, "b": 0}]


def test_35_what_else_a_trial_has_in_its_config_does_not_matter():
    assert grid({"a": {"values": [1, 2]}}, told=[{"a": 1, "seed": 5}]) == [{"a": 2}]


def test_35_a_dict_with_another_key_is_another_value():
    """W&B drops keys that no value of the grid has, for scripts that add some to the config."""
    first, second = {"k": 1}, {"k": 2}

    assert values(first, second, told=[{"k": 1, "added": True}]) == [first, second]


def test_36_a_nested_point_is_taken_like_any_other():
    nested = {"opt": {"parameters": {"lr": {"values": [0.1, 0.2]}}}}

    assert grid(nested, told=[{"opt/lr": 0.1}]) == [{"opt": {"lr": 0.2}}]


def test_37_values_of_any_kind_are_told_apart():
    assert values(True, 1, told=[True]) == [1]
    assert values({"a": 1, "b": 2}, 3, told=[{"b": 2, "a": 1}]) == [3]


def test_37_not_a_number_is_itself():
    assert values(math.nan, 1, told=[math.nan]) == [1]


def test_37_a_tuple_is_a_list():
    """W&B tells them apart, though what a run gets is a list either way."""
    assert values([2, 3], (2, 3)) == [[2, 3]]
