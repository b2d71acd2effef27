import numpy as np
import pytest

from sweepbridge.space import identity, is_plain, same

NAN = float("nan")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (0, -0.0),
        (3_000_000, 3e6),
        (NAN, float("nan")),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1.0}),
        ([1, [NAN]], [1.0, [NAN]]),
        (2**53 + 1, 2**53 + 1),
    ],
    ids=repr,
)
def test_these_are_one_value(one, other):
    assert same(one, other)
    assert hash(identity(one)) == hash(identity(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, 1),
        (False, 0),
        (None, 0),
        (None, False),
        (1, "1"),
        ("", None),
        ([1, 2], [2, 1]),
        ([1], 1),
        ([], {}),
        ([True], [1]),
        ({"a": True}, {"a": 1}),
        ({"a": 1}, {"a": 1, "b": None}),
        ("nan", NAN),
        (2**53 + 1, float(2**53)),
    ],
    ids=repr,
)
def test_these_are_two_values(one, other):
    assert not same(one, other)


def test_what_is_no_json_has_no_identity():
    with pytest.raises(TypeError, match="not a JSON value"):
        identity({1, 2})


class Words(str):
    """A subclass, such as a YAML library may hand over."""


@pytest.mark.parametrize("value", [None, True, 0, 1.5, "", [], {}, [{"a": [None]}]], ids=repr)
def test_plain_python_is_plain(value):
    assert is_plain(value)


@pytest.mark.parametrize("value", [(1,), Words("a"), {1: 2}, {"a": (1,)}, [Words("a")], {1, 2}, 1j], ids=repr)
def test_tuples_subclasses_and_other_keys_are_not_plain(value):
    assert not is_plain(value)


def test_a_numpy_scalar_is_not_plain():
    assert not is_plain(np.float64(1.5))
    assert not is_plain([np.int64(1)])
