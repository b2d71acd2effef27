from hypothesis import given
from hypothesis import strategies as some

from sweepbridge.space import dotted, flat, flatten, join, nest, split

names = some.lists(some.text(alphabet="ab./~01", max_size=4), min_size=1, max_size=4).map(tuple)


@given(names)
def test_a_path_leads_back_to_its_names(parts):
    assert split(join(parts)) == parts


@given(names, names)
def test_two_places_never_share_a_path(one, other):
    assert (join(one) == join(other)) == (one == other)


def test_a_path_is_its_names_joined_by_slashes_and_escaped_as_in_a_json_pointer():
    assert join(["optimizer", "lr"]) == "optimizer/lr"
    assert join(["a/b", "~"]) == "a~1b/~0"


def test_a_dot_in_a_name_means_nothing():
    assert split("a.b") == ("a.b",)
    assert nest({"a.b": 1, "a/b": 2}) == {"a.b": 1, "a": {"b": 2}}


def test_people_read_dots():
    assert dotted("optimizer/lr") == "optimizer.lr"
    assert dotted("a~1b/c") == "a/b.c"


def test_parameters_nest_as_deep_as_their_paths():
    params = {"a": 1, "b/c": 2, "b/d/e": [3], "b/d/f": {"g": 4}}

    assert nest(params) == {"a": 1, "b": {"c": 2, "d": {"e": [3], "f": {"g": 4}}}}


def test_flattening_takes_what_stands_at_the_paths_and_no_more():
    nested = {"a": 0, "b": {"c": None, "d": {"e": {"f": 1}}}, "extra": 5}

    assert flatten(nested, ["a", "b/c", "b/d/e", "b/x", "a/y"]) == {"a": 0, "b/c": None, "b/d/e": {"f": 1}}


@given(some.dictionaries(some.sampled_from(["a", "b/c", "b/d/e", "b/d/f~1g", "h.i"]), some.integers()))
def test_flattening_undoes_nesting(params):
    assert flatten(nest(params), params) == params


def test_a_row_is_flat_and_media_and_what_is_empty_stay_whole():
    image = {"_type": "image-file", "path": "x.png"}

    assert flat({"val": {"loss": 1, "deep": {"er": 2}}, "image": image, "empty": {}}) == {
        "val.loss": 1,
        "val.deep.er": 2,
        "image": image,
        "empty": {},
    }


def test_a_row_may_be_deep():
    """What a run sends is not ours to bound: nothing may break over it."""
    row = 1
    for _ in range(5000):
        row = {"a": row}

    assert list(flat(row).values()) == [1]
