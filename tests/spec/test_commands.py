"""From `command` and parameters to the words of a command line: W&B's expansions to the letter, and our repairs."""

import json
import subprocess
import sys

import pytest

from sweepbridge.errors import ConfigError
from sweepbridge.spec import load_object
from sweepbridge.spec.commands import Words, argv, faults, misspelt_macros, named_file

PARAMS = {"batch": 32, "lr": 1e-05, "name": "a b", "none": None, "list": [1, "x"], "on": True, "off": False}


def words(command, params=PARAMS, program="train.py", environ=(), **options):
    return argv(command, Words(params, program, "/runs/0-1/config.json", dict(environ), "/usr/bin/python3", **options))


def test_the_default_command_is_w_and_bs():
    assert words(None, {"lr": 0.1}) == ["/usr/bin/env", "/usr/bin/python3", "train.py", "--lr=0.1"]
    assert words([], {"lr": 0.1}) == words(None, {"lr": 0.1})


AS_TEXT = {
    "batch": "32",
    "lr": "1e-05",
    "name": "a b",
    "none": "None",
    "list": "[1, 'x']",
    "on": "True",
    "off": "False",
}


@pytest.mark.parametrize(
    ("macro", "form"),
    [
        ("${args}", "--{}={}"),
        ("${args_no_hyphens}", "{}={}"),
        ("${args_append_hydra}", "+{}={}"),
        ("${args_override_hydra}", "++{}={}"),
    ],
)
def test_a_macro_for_all_parameters_is_one_word_for_each(macro, form):
    assert words([macro]) == [form.format(name, text) for name, text in AS_TEXT.items()]


def test_options_can_be_two_words_each():
    assert words(["${args_no_equals}"]) == [word for name, text in AS_TEXT.items() for word in (f"--{name}", text)]


def test_booleans_can_be_flags_that_are_there_or_not():
    assert words(["${args_no_boolean_flags}"], {"a": True, "b/c": True, "d": False, "e": 1, "f": None}) == [
        "--a",
        "--b.c",
        "--e=1",
        "--f=None",
    ]


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("${args_json_file}", "/runs/0-1/config.json"),
        ("--config=${args_json_file}", "--config=/runs/0-1/config.json"),
        ("${program}", "train.py"),
        ("${env}", "/usr/bin/env"),
        ("${interpreter}", "/usr/bin/python3"),
        ("${batch}", "32"),
        ("--lr=${lr}", "--lr=1e-05"),
        ("${batch}x${batch}", "32x32"),
        ("sweep_${{other}", "sweep_${{other}"),
    ],
)
def test_a_macro_for_one_thing_stands_alone_or_inside_a_word(token, expected):
    assert words([token]) == [expected]


def test_json_holds_the_parameters_as_they_are():
    [word] = words(["${args_json}"], {"opt/lr": 0.1, "flag": False, "none": None})

    assert json.loads(word) == {"opt": {"lr": 0.1}, "flag": False, "none": None}


def test_a_nested_parameter_is_one_option_for_each_value():
    assert words(["${args}"], {"opt/lr": 0.1, "opt/name": "sgd"}) == ["--opt.lr=0.1", "--opt.name=sgd"]
    assert words(["--lr", "${opt.lr}"], {"opt/lr": 0.1}) == ["--lr", "0.1"]


NESTED = {"opt/lr": 0.1, "opt/name": "sgd", "opt/on": True, "x": None}


@pytest.mark.parametrize(
    ("macro", "expected"),
    [
        ("${args}", ["--opt={'lr': 0.1, 'name': 'sgd', 'on': True}", "--x=None"]),
        ("${args_no_equals}", ["--opt", "{'lr': 0.1, 'name': 'sgd', 'on': True}", "--x", "None"]),
        ("${args_no_hyphens}", ["opt={'lr': 0.1, 'name': 'sgd', 'on': True}", "x=None"]),
        ("${args_no_boolean_flags}", ["--opt={'lr': 0.1, 'name': 'sgd', 'on': True}", "--x=None"]),
        ("${args_append_hydra}", ["+opt={'lr': 0.1, 'name': 'sgd', 'on': True}", "+x=None"]),
        ("${args_override_hydra}", ["++opt={'lr': 0.1, 'name': 'sgd', 'on': True}", "++x=None"]),
        ("${args_json}", ['{"opt": {"lr": 0.1, "name": "sgd", "on": true}, "x": null}']),
        ("${args_dict}", ["opt", "x"]),
    ],
)
def test_w_and_bs_form_of_nested_parameters_is_one_word_for_each_top_level_name(macro, expected):
    assert words([macro], NESTED, nested_args="dict") == expected


def test_a_group_of_nested_parameters_can_be_named():
    deep = {"opt/lr": 0.1, "opt/decay/a": 1, "opt/decay/b": "x y"}

    assert words(["--opt=${opt}"], deep) == ["--opt={'lr': 0.1, 'decay': {'a': 1, 'b': 'x y'}}"]
    assert words(["${opt.decay}"], deep) == ["{'a': 1, 'b': 'x y'}"]


def test_a_group_that_the_config_does_not_have_is_a_fault():
    [fault] = faults(["--opt=${otp}"], program=None, paths=["opt/lr"], environ={})

    assert fault.fix == 'did you mean "${opt}"?'


def test_w_and_bs_accidental_macro_is_the_bare_names():
    assert words(["${args_dict}"], {"lr": 0.1, "opt/on": True}) == ["lr", "opt"]


TWICE = {"a": {"parameters": {"b": {"values": [1, 2]}}}, "a.b": {"values": [3, 4]}}


@pytest.mark.parametrize(
    ("keys", "doubts"),
    [
        ({"program": "train.py"}, ["a.b twice, nested and with a dot"]),
        ({"program": "train.py", "nested_args": "dict"}, []),
        ({}, []),
    ],
)
def test_two_parameters_that_would_be_the_same_option_are_told(keys, doubts):
    loaded = load_object({"method": "random", "parameters": TWICE, **keys})

    assert [warning.found for warning in loaded.warnings] == doubts


def test_a_form_of_nested_options_that_does_not_exist_is_a_fault():
    with pytest.raises(ConfigError) as error:
        load_object({"method": "random", "parameters": TWICE, "nested_args": "dicts"})

    [fault] = error.value.faults
    assert (fault.where, fault.fix) == ("nested_args", 'did you mean "dict"?')


def test_numbers_and_booleans_in_a_command_are_words():
    assert words(["python", "main.py", "--device", 0, "--fast", True]) == [
        "python",
        "main.py",
        "--device",
        "0",
        "--fast",
        "True",
    ]


def test_an_environment_variable_is_put_in_anywhere():
    environ = {"DATA": "/data", "n": "2"}

    assert words(["--data=${envvar:DATA}/${envvar:n}"], environ=environ.items()) == ["--data=/data/2"]


def test_a_shell_script_gets_its_macros_quoted_and_keeps_its_own():
    command = ["bash", "-lc", "cd ${HOME} && python t.py ${args} --again ${name} ${X:-1}"]

    assert words(command, {"name": "a b", "n": 1}) == [
        "bash",
        "-lc",
        "cd ${HOME} && python t.py '--name=a b' --n=1 --again 'a b' ${X:-1}",
    ]


def test_an_option_that_only_looks_like_a_shells_is_none():
    with pytest.raises(ConfigError):
        words(["python", "t.py", "-c", "${HOME}"])


@pytest.mark.parametrize(
    ("token", "fix"),
    [
        ("${my_flags}", "remove ${my_flags}, or add a parameter of that name"),
        ("--bs=${bacth}", 'did you mean "${batch}"?'),
        ("python x.py ${args}", 'split it: ["python", "x.py", "${args}"]'),
        ("${USER_HOME}", 'did you mean "${envvar:USER_HOME}"?'),
        ("--all=${args}", 'split it: ["--all=", "${args}"]'),
        ("${envvar:NOT_SET}", "set it where the agent starts: export NOT_SET=..."),
    ],
)
def test_a_macro_that_stands_for_nothing_is_a_fault_and_not_a_silent_drop(token, fix):
    [fault] = faults(["python", token], program="train.py", paths=["batch", "opt/lr"], environ={"USER_HOME": "/home"})

    assert (fault.where, fault.fix) == ("command[1]", fix)
    assert token in fault.found
    assert fault.expected


def test_all_faults_of_a_command_are_told_at_once():
    with pytest.raises(ConfigError) as error:
        words(["${what_else}", "${envvar:NOT_SET}", "${what}"])

    assert [fault.where for fault in error.value.faults] == ["command[0]", "command[1]", "command[2]"]


def test_a_config_without_program_and_command_has_nothing_to_run():
    [fault] = faults(None, program=None, paths=[], environ={})

    assert (fault.where, fault.found) == ("program", "no program, and no command")


def test_a_command_that_names_its_script_needs_no_program():
    assert faults(["python", "main.py", "${args}"], program=None, paths=[], environ={}) == []


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (None, "train.py"),
        (["python3", "${program}"], "train.py"),
        (["python", "-m", "${program}"], None),
        (["docker", "run", "me", "${program}"], None),
        (["python", "other.py"], None),
        (["${program}"], None),
    ],
)
def test_the_script_is_known_only_where_the_command_says_so_plainly(command, expected):
    assert named_file(command, "train.py") == expected


def test_every_value_survives_to_a_real_program():
    values = {
        "bool": True, "none": None, "empty": "", "spaces": " a  b ", "quotes": "a'b\"c", "dollar": "$HOME ${x} `id`",
        "newline": "a\nb", "unicode": "größe ✓", "hyphens": "--x", "list": [1, "a b", None], "number": 1e-300,
    }  # fmt: skip
    command = [sys.executable, "-c", "import sys, json; print(json.dumps(sys.argv[1:]))", "${args_json}", "${args}"]

    printed = subprocess.run(words(command, values), capture_output=True, check=True).stdout
    as_json, *options = json.loads(printed)

    assert json.loads(as_json) == values
    assert options == [f"--{name}={value}" for name, value in values.items()]


def test_a_misspelled_macro_of_w_and_bs_is_left_out_with_a_warning_as_files_run_with_one_today():
    given = {"program": "train.py", "paths": ["lr"], "environ": {}}

    assert faults(["${env}", "${interpereter}", "${program}"], **given) == []
    (doubt,) = misspelt_macros(["${env}", "${interpereter}", "${program}"], ["lr"])

    assert (doubt.at, doubt.fix) == (("command", 1), 'did you mean "${interpreter}"?')
    assert words(["${interpereter}", "${program}"]) == ["train.py"]
