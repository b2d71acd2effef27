"""Files: which values their texts stand for, where things stand in them, and files that hold no config."""

import re

import pytest

from sweepbridge.errors import ConfigError
from sweepbridge.spec import load_file

AROUND = "method: random\nparameters:\n  x:\n    value: {}\n"


def value_of(loaded):
    return loaded.config.to_dict()["parameters"]["x"]["value"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e-4", 1e-4),
        ("1e5", 1e5),
        ("-1E3", -1e3),
        (".5e1", 5.0),
        ("+1.e-2", 0.01),
        ("1.5e5", 1.5e5),
        ("1.0e-4", 1e-4),
        ("!!float 1e-4", 1e-4),
        ("!!float 3", 3.0),
        ("1_000", 1000),
        ("3_000.5", 3000.5),
        ("0x10", 16),
        ("0010", 8),
    ],
)
def test_a_number_is_a_number_however_it_is_written(written, text, number):
    value = value_of(written(AROUND.format(text)))

    assert (value, type(value)) == (number, type(number))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"1e-4"', "1e-4"),
        ("'5'", "5"),
        ("1e", "1e"),
        ("e5", "e5"),
        ("1.2.3", "1.2.3"),
        ("1e-4-5", "1e-4-5"),
        ("008", "008"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01 10:00:00", "2024-01-01 10:00:00"),
        ("!!str 5", "5"),
        ("None", "None"),
        ("=", "="),
    ],
)
def test_text_stays_the_text_that_it_is_written_as(written, text, value):
    assert value_of(written(AROUND.format(text))) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("false", False), ('""', ""), ("null", None), ("~", None), ("", None), ("[]", []), ("{}", {})],
)
def test_an_empty_value_is_a_value(written, text, value):
    assert value_of(written(AROUND.format(text))) == value


@pytest.mark.parametrize(
    ("word", "value"), [("yes", True), ("off", False), ("0010", 8), ("1:30", 90), ("None", "None")]
)
def test_a_scalar_that_reads_otherwise_than_it_looks_is_told(written, word, value):
    loaded = written(AROUND.format(word))

    assert value_of(loaded) == value
    assert [(warning.line, warning.found.split(",")[0]) for warning in loaded.warnings if word in warning.found][
        :1
    ] == [(4, word)]


@pytest.mark.parametrize(
    ("word", "fix"),
    [
        ("...", "the values themselves: YAML goes on with nothing"),
        ("\u2018a b\u2019", '"a b" in straight quotes'),
        ("\u201ca\u201d", '"a" in straight quotes'),
    ],
)
def test_text_that_looks_like_something_else_is_told(written, word, fix):
    (warning,) = written(f"method: grid\nparameters:\n  x:\n    values: [1, {word}]\n").warnings

    assert (warning.line, warning.fix) == (4, fix)


def test_a_value_with_nothing_behind_it_is_null_and_told(written):
    loaded = written("method: grid\nparameters:\n  x:\n    value:\n  y: {value: null}\n")

    assert [(one.line, one.found) for one in loaded.warnings] == [(4, "(nothing), which is read as null")]


def test_an_alias_inside_of_its_own_anchor_has_its_line(written):
    with pytest.raises(ConfigError) as caught:
        written("method: grid\nparameters:\n  x: &x\n    values: [1, *x]\n")

    assert [(fault.line, fault.found) for fault in caught.value.faults] == [(3, "values that nest without end")]


@pytest.mark.parametrize("word", ["true", "False", '"yes"', '"None"', "10", "0", '"..."', "\u2018a", "it\u2019s"])
def test_a_scalar_that_reads_as_it_looks_is_not_told(written, word):
    loaded = written(f"method: grid\nparameters:\n  x:\n    values: [{word}, other]\n")

    assert loaded.warnings == ()


def test_anchors_and_merge_keys_work_and_an_own_key_wins(written):
    text = """
method: random
base: &base {min: 0.1, max: 0.5}
parameters:
  a: *base
  b: {<<: *base, max: 0.9}
  c: {<<: [{max: 0.7}, *base]}
"""

    parameters = written(text).config.to_dict()["parameters"]

    assert parameters["a"] == {"min": 0.1, "max": 0.5}
    assert parameters["b"] == {"min": 0.1, "max": 0.9}
    assert parameters["c"] == {"min": 0.1, "max": 0.7}


def test_the_same_key_with_the_same_value_is_a_warning(written):
    loaded = written("method: grid\nmethod: grid\nparameters: {x: {values: [1, 2]}}\n")

    (warning,) = loaded.warnings
    assert (warning.line, warning.where, warning.found) == (
        2,
        "method",
        "method twice, on line 1 and on line 2, with the same value",
    )


def test_json_may_be_indented_by_tabs_and_escape_its_characters(written):
    text = '{\n\t"method": "grid",\n\t"parameters": {"x": {"values": ["a\\/b", "\\ud83d\\ude00", 1E-4]}}\n}'

    loaded = written(text, "sweep.json")

    assert loaded.config.to_dict()["parameters"]["x"]["values"] == ["a/b", "\U0001f600", 1e-4]


def test_a_byte_order_mark_windows_line_ends_and_a_last_divider_are_no_matter(tmp_path):
    file = tmp_path / "sweep.yaml"
    file.write_bytes(b"\xef\xbb\xbfmethod: grid\r\nparameters:\r\n  x: {values: [1, 2]}\r\n---\r\n")

    assert load_file(file).config.method == "grid"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "nothing"),
        (b"# only a comment\n", "nothing"),
        (b"- a\n- b\n", "a list"),
        (b"method\n", "text"),
        (b"null\n", "nothing"),
        (b"a: 1\n---\nb: 2\n", "2 documents"),
        (b"\xff\xfe\x00m", "bytes that are not UTF-8"),
        (b"method: \x00\n", "column 9"),
        (b"a: *nowhere\n", "column 4"),
        (b"a: [1, 2\n", "column 4"),
        (b"? [1, 2]\n: 3\n", "a list as a key"),
        (b"a: " + b"[" * 5000, "nest without end"),
        (b"a: &a [*a]\n", "nest without end"),
        (b"a: !!int\n", "with the tag !!int"),
        (b"a: !!float ''\n", "with the tag !!float"),
        (b"method: !!python/object/apply:os.system [ls]\n", "the tag"),
    ],
)
def test_a_file_that_holds_no_config_is_a_fault_in_four_parts(tmp_path, content, found):
    file = tmp_path / "sweep.yaml"
    file.write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        load_file(file)

    told = [fault for fault in caught.value.faults if found in fault.found]
    assert told, caught.value
    assert told[0].where
    assert told[0].expected
    assert told[0].fix
    assert told[0].file == str(file)


def test_a_few_aliases_cannot_fill_the_memory(written):
    rows = [f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]" for n in range(9)]

    with pytest.raises(ConfigError, match=re.escape("more than 200,000 values")):
        written("\n".join(["a0: &a0 [x]", *rows]))


@pytest.mark.parametrize(("name", "found"), [("missing.yaml", "no such file"), ("folder", "a folder")])
def test_a_file_that_is_not_there_is_a_fault(tmp_path, name, found):
    (tmp_path / "folder").mkdir()

    with pytest.raises(ConfigError) as caught:
        load_file(tmp_path / name)

    (fault,) = caught.value.faults
    assert (fault.found, fault.file, fault.line) == (found, str(tmp_path / name), None)


def test_the_file_is_named_as_the_user_named_it(written, tmp_path):
    assert written(AROUND.format(1)).file == str(tmp_path / "sweep.yaml")
