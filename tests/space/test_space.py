import pytest

from sweepbridge.space import Beta, Category, Choice, Constant, Integer, Interval, Normal, Space, Uniform, count_of

NESTED = Space(
    {
        "z": Constant(0),
        "optimizer/name": Choice(("adam", "sgd")),
        "optimizer/lr": Uniform(1e-4, 0.1, log=True),
        "a": Integer(2, 2),
    }
)


def test_paths_stand_in_the_order_of_their_names_level_by_level():
    space = Space({path: Constant(0) for path in ("b", "a-z", "a/z", "a/b/c", "a")})

    assert list(space) == ["a", "a/b/c", "a/z", "a-z", "b"]


def test_only_parameters_with_more_than_one_value_have_an_axis():
    assert NESTED.axes == {"optimizer/lr": Interval(1e-4, 0.1, log=True), "optimizer/name": Category(2)}


def test_a_point_is_filled_up_with_what_has_one_value():
    point = NESTED.at({"optimizer/lr": 0.01, "optimizer/name": 1})

    assert point == {"a": 2, "optimizer/lr": 0.01, "optimizer/name": "sgd", "z": 0}


def test_a_parameter_without_a_position_is_not_active():
    point = NESTED.at({"optimizer/name": 0})

    assert point == {"a": 2, "optimizer/name": "adam", "z": 0}
    assert NESTED.positions(point) == {"optimizer/name": 0}


@pytest.mark.parametrize(
    ("domain", "count"),
    [
        (Constant([1]), 1),
        (Choice((1, 1.0, True, "1")), 3),
        (Choice(("a", "b", "c"), (0.5, 0.5, 0.0)), 2),
        (Integer(-3, 3), 7),
        (Integer(1, 10**20), 10**20),
        (Uniform(0, 1), None),
        (Uniform(0, 1, quantum=0.25), 5),
        (Uniform(0, 1000, quantum=1e-18), 10**21 + 1),
        (Uniform(1, 64, log=True, quantum=8), 8),
        (Beta(quantum=0.5), 3),
        (Normal(quantum=1), None),
    ],
    ids=repr,
)
def test_the_different_values_of_a_domain_are_counted(domain, count):
    assert count_of(domain) == count
    assert Space({"a": domain}).size == count


def test_the_shares_of_a_point_make_the_point_again():
    space = Space({"a": Choice((None, 0, "x")), "b": Integer(-3, 3), "c": Constant([1]), "d": Uniform(1, 9, quantum=2)})
    point = {"a": 0, "b": 3, "c": [1], "d": 6}

    assert space.decode(space.shares(point)) == point


def test_what_a_space_does_not_have_has_no_share():
    space = Space({"a": Choice((1, 2)), "b": Integer(0, 3), "c": Uniform(0.0, 1.0)})

    assert space.shares({"a": 3, "b": "three", "c": float("nan"), "d": 1}) == {}
    assert space.shares({"c": 0.25}) == {"c": 0.25}


def test_the_size_of_a_space_is_the_product_and_has_no_end_if_one_factor_has_none():
    finite = {"a": Integer(1, 4), "b": Choice(("x", "y")), "c": Constant(None)}

    assert Space(finite).size == 8
    assert Space({**finite, "d": Uniform(0, 1)}).size is None
    assert Space({}).size == 1


@pytest.mark.parametrize(
    ("domain", "value"),
    [
        (Constant(1), True),
        (Choice((1, 2)), 1.0),
        (Choice((True, False)), 1),
        (Choice(("a", "never"), (1.0, 0.0)), "never"),
        (Integer(1, 5), 3.0),
        (Integer(0, 1), True),
        (Integer(1, 5), 6),
        (Uniform(0, 1), 1),
        (Uniform(0, 1), 1.5),
        (Uniform(0, 1), float("nan")),
        (Uniform(0, 1, quantum=0.25), 0.3),
        (Uniform(0, 8, quantum=2), 4.0),
        (Uniform(1, 8, log=True), 0.5),
        (Normal(), float("inf")),
        (Normal(log=True), -1.0),
        (Beta(2, 5), 1.01),
        (Constant((1,)), (1,)),
    ],
    ids=repr,
)
def test_a_value_that_does_not_belong_is_named(domain, value):
    [phrase] = Space({"a/b": domain}).outside({"a/b": value})

    assert phrase.startswith(f"a.b = {value!r} is not")


def test_an_unknown_parameter_is_named():
    assert NESTED.outside({"optimizer/momentum": 0.9}) == ["optimizer.momentum is not a parameter of this space"]


def test_a_point_may_leave_parameters_out():
    assert NESTED.outside({"optimizer/name": "adam"}) == []


@pytest.mark.parametrize("u", [1e-12, 0.5, 1 - 1e-12])
def test_a_suggestion_from_a_very_fine_quantum_lies_in_its_space(u):
    """Its share of the mass is too small for a float, so looking it up by share would go astray."""
    space = Space({"far": Normal(0, 1, quantum=1e-9), "fine": Uniform(1e-8, 1e8, log=True, quantum=1e-8)})

    point = space.decode({"far": u, "fine": u})

    assert space.outside(point) == []


def test_a_value_from_elsewhere_has_no_position_and_a_number_beyond_the_bounds_counts_as_the_nearest():
    space = Space({"kind": Choice(("a", "b")), "x": Uniform(0.0, 1.0)})

    assert space.positions({"kind": "c", "x": 2.5}) == {"x": 1.0}
    assert space.positions({"kind": "b", "x": "text"}) == {"kind": 1}
