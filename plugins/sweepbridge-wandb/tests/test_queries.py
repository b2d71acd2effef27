"""GraphQL without a schema: what is walked, and what is refused."""

import pytest
from sweepbridge_wandb.queries import DEEPEST, answer
from sweepbridge_wandb.refusals import Refused

ROOTS = {
    "query": {
        "one": lambda given: {"__typename": "One", "x": 1, "text": given.text("text"), "inner": {"y": 2}},
        "many": lambda given: [{"x": place} for place in range(given.number("count", 2))],
        "words": lambda given: given.texts("words"),
        "none": lambda _: None,
    },
    "mutation": {"make": lambda given: {"made": given.inner("input").the_text("name")}},
}


def ask(query, operation=None, **variables):
    return answer(ROOTS, query, variables, operation)


def test_fields_aliases_and_lists_are_answered():
    assert ask("{ a: one { x inner { y } } many { x } none { x } }") == {
        "a": {"x": 1, "inner": {"y": 2}},
        "many": [{"x": 0}, {"x": 1}],
        "none": None,
    }


def test_a_field_that_an_object_does_not_have_is_null():
    assert ask("{ one { nothing { here } x } }") == {"one": {"nothing": None, "x": 1}}


def test_fragments_are_put_in():
    query = "query { one { ...Part ... on One { inner { y } } } } fragment Part on One { x }"

    assert ask(query) == {"one": {"x": 1, "inner": {"y": 2}}}


def test_a_fragment_at_the_root_has_its_fields_checked_too():
    with pytest.raises(Refused, match='no field "missing"'):
        ask("query { ...Part } fragment Part on Query { missing }")


def test_a_variable_has_its_default_where_it_was_not_given():
    query = 'query Q($text: String = "else") { one(text: $text) { text } }'

    assert ask(query)["one"]["text"] == "else"
    assert ask(query, text=None)["one"]["text"] == "else"
    assert ask(query, text="this")["one"]["text"] == "this"


def test_a_scalar_where_a_list_is_declared_is_a_list_of_one():
    """The client sends `specs: "{}"` for a list of specs."""
    assert ask("query Q($words: [String!]!) { words(words: $words) }", words="a") == {"words": ["a"]}


@pytest.mark.parametrize(("condition", "keys"), [("true", {"x", "y"}), ("false", {"y"})])
def test_what_is_included_on_a_condition_comes_on_that_condition(condition, keys):
    query = f"{{ one {{ x @include(if: {condition}) y @skip(if: false) z: x @skip(if: true) }} }}"

    assert ask(query)["one"].keys() == keys


def test_the_operation_that_is_named_is_the_one():
    query = 'query A { one { x } } mutation B { make(input: {name: "it"}) { made } }'

    assert ask(query, "B") == {"make": {"made": "it"}}


def nested(depth):
    return "{ one " + "{ inner " * depth + "{ y }" + " }" * depth + " }"


BILLION = "query { one { ...A0 } } " + " ".join(
    f"fragment A{place} on One {{ ...A{place + 1} ...A{place + 1} }}" for place in range(20)
)


@pytest.mark.parametrize(
    "query",
    [
        nested(DEEPEST),
        nested(5000),
        "{ one { ...Loop } } fragment Loop on One { inner { ...Loop } }",
        BILLION + " fragment A20 on One { x }",
        "{ " + " ".join(f"a{place}: one {{ x }}" for place in range(3000)) + " }",
        "{ " + "x " * 30_000 + "}",
        "{ one { ...Nowhere } }",
        "{",
        "",
        "query A { one { x } }".replace("query A", "subscription S"),
        "fragment Part on One { x }",
        "{ many(count: 99999999999999999999999) { x } }",
        "{ many(count: 300000) { x } }",
        '{ many(count: "3") { x } }',
        "{ words(words: [1]) }",
        "mutation { make(input: 3) { made } }",
        "mutation { make(input: {}) { made } }",
    ],
)
def test_what_is_too_large_too_deep_or_wrong_is_refused(query):
    with pytest.raises(Refused):
        ask(query)
