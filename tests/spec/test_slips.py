"""Slips that real files have, each with the fix that says what was meant."""

import pytest

from sweepbridge.errors import ConfigError, Fault
from sweepbridge.spec import load_object
from sweepbridge.spec.slips import bounds_meant, by_name, number_meant, without_dashes

X = {"x": {"values": [1, 2]}}


def fix_of(faults, spec):
    (fault,) = faults({"method": "random", "parameters": {"x": spec}})
    return fault.fix


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1/1000", "0.001"),
        ("10^-3", "0.001"),
        ("2**4", "16"),
        ("0,5", "0.5"),
        ("10%", "0.1"),
        ("3 * 1e-4", "0.0003"),
        ("log(1)", "0"),
        ("math.log(0.5)", "-0.69314718056"),
        ("np.log10(100)", "2"),
    ],
)
def test_a_sum_in_text_form_is_told_as_its_number(faults, text, number):
    assert number_meant(text) == number
    assert fix_of(faults, {"min": text, "max": 1e9}) == f"min: {number}"


@pytest.mark.parametrize(
    "text", ["1/0", "0^-1", "10^999", "(-1)^0.5", "log(0)", "1,000", "1,000,000", "lr/2", "%", "", "5"]
)
def test_a_text_that_is_no_sum_is_no_number(text):
    assert number_meant(text) is None


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("range(1, 10)", "min: 1, max: 9 in place of values"),
        ("range(5)", "min: 0, max: 4 in place of values"),
        ("np.arange(2, 8)", "min: 2, max: 7 in place of values"),
        ("range(1, 1)", None),
        ("range(1, 9, 2)", None),
    ],
)
def test_a_range_of_python_is_told_as_bounds(text, bounds):
    assert bounds_meant(text) == bounds


@pytest.mark.parametrize(
    ("values", "fix"),
    [
        ("range(1, 10)", "min: 1, max: 9 in place of values"),
        ("np.linspace(0, 1, 5)", "write the values out: values: [1, 2, 3]"),
        ("0.1, 0.2", "values: [0.1, 0.2]"),
    ],
)
def test_values_that_python_would_compute_are_to_be_written_out(faults, values, fix):
    assert fix_of(faults, {"values": values}) == fix


@pytest.mark.parametrize(
    ("name", "low", "meant"),
    [
        ("log-uniform", 1e-5, "log_uniform_values"),
        ("LogUniform", 1e-5, "log_uniform_values"),
        ("log_unifrom", -9, "log_uniform"),
        ("quniform", 1, "q_uniform"),
        ("Q Uniform", 1, "q_uniform"),
        ("randint", 1, "int_uniform"),
        ("gaussian", 1, "normal"),
        ("log10_uniform", "1", "log_uniform"),
    ],
)
def test_a_distribution_of_another_tool_is_told_by_wandbs_name(faults, name, low, meant):
    assert fix_of(faults, {"distribution": name, "min": low, "max": 10}) == f'did you mean "{meant}"?'


@pytest.mark.parametrize("name", ["log10_uniform", "loguniform10", "log10"])
def test_powers_of_ten_are_told_as_values(faults, name):
    fix = fix_of(faults, {"distribution": name, "min": -5, "max": -1.5})

    assert fix == "distribution: log_uniform_values, min: 1e-05, max: 0.0316228"


@pytest.mark.parametrize(
    ("key", "value", "fix"),
    [
        ("mode", "max", "goal: maximize"),
        ("direction", "Minimise", "goal: minimize"),
        ("mode", "up", 'did you mean "goal"?'),
        ("optimize", 1, 'did you mean "goal"?'),
    ],
)
def test_a_goal_in_another_tools_words_is_told_in_wandbs(faults, key, value, fix):
    (fault,) = faults({"method": "random", "parameters": X, "metric": {"name": "l", key: value}})

    assert (fault.where, fault.fix) == (f"metric.{key}", fix)


@pytest.mark.parametrize(
    ("key", "value", "fix"),
    [
        ("type", "float", "leave type out: min and max without a point make whole numbers"),
        ("type", "log", 'did you mean "distribution"?'),
        ("desc", "the\nrate", "make it a comment: # the rate"),
        ("scale", "log", "leave it out, and for a log scale write distribution: log_uniform_values"),
        ("extra", 1, "leave extra out"),
    ],
)
def test_a_key_that_a_parameter_does_not_take_says_where_to_put_it(faults, key, value, fix):
    assert fix_of(faults, {"min": 1, "max": 2, key: value}) == fix


def test_several_keys_without_a_space_are_each_told_one(written):
    text = "method: random\nparameters:\n  lr:\n    min:0.1\n    max:0.2\n"

    with pytest.raises(ConfigError) as caught:
        written(text)

    (fault,) = caught.value.faults
    assert fault.fix == "put a space after the colon: min: 0.1, max: 0.2"


def test_a_list_is_told_as_the_mapping_that_it_would_be_without_dashes():
    assert without_dashes([{"a": 1}, {"b": 2}]) == {"a": 1, "b": 2}
    assert by_name([{"name": "lr", "min": 0, "max": 1}]) == {"lr": {"min": 0, "max": 1}}


@pytest.mark.parametrize("given", [[], [{}], [1], [{"a": 1}, {"a": 2}], {"a": 1}, None])
def test_a_list_that_is_no_mapping_in_dashes_is_told_as_none(given):
    assert without_dashes(given) is None
    assert by_name(given) is None


@pytest.mark.parametrize(
    ("key", "given", "fix"),
    [
        ("metric", [{"name": "l", "goal": "minimize"}], 'metric: {"name": "l", "goal": "minimize"}'),
        ("metric", [{"name": "l"}, {"goal": "minimize"}], 'metric: {"name": "l", "goal": "minimize"}'),
        ("early_terminate", [{"type": "hyperband"}], 'early_terminate: {"type": "hyperband"}'),
        ("parameters", [{"lr": {"value": 1}}], 'parameters: {"lr": {"value": 1}}'),
        ("parameters", [{"name": "lr", "value": 1}], 'parameters: {"lr": {"value": 1}}'),
    ],
)
def test_a_dash_too_many_is_told_with_what_stands_behind_it(faults, key, given, fix):
    config = {"method": "random", "metric": {"name": "l"}, "parameters": X, key: given}

    assert fix in [fault.fix.removeprefix("write it as ").removesuffix(", without a dash") for fault in faults(config)]


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("count", "run_cap"),
        ("num-trials", "run_cap"),
        ("early_stopping", "early_terminate"),
        ("early_stop", "early_terminate"),
        ("hyperband", "early_terminate"),
        ("objective", "metric"),
    ],
)
def test_a_key_of_another_tool_is_a_warning_with_wandbs_key(key, meant):
    (warning,) = load_object({"method": "random", "parameters": X, key: {"a": 1}}).warnings

    assert warning.fix == f'did you mean "{meant}"?'


def test_a_key_of_another_tool_beside_its_own_is_to_be_removed():
    (warning,) = load_object({"method": "random", "parameters": X, "run_cap": 3, "count": 3}).warnings

    assert warning.fix == "remove count, or make it a comment"


def test_a_version_is_a_word_of_its_own():
    (warning,) = load_object({"method": "random", "parameters": X, "version": 1}).warnings

    assert warning.where == "version"


@pytest.mark.parametrize("key", ["_shared", ".shared", "x-shared"])
def test_a_key_that_holds_an_anchor_can_stay(key):
    (warning,) = load_object({"method": "random", "parameters": X, key: {"min": 0, "max": 1}}).warnings

    assert warning.fix == f"{key} can stay if it holds an anchor; else remove it"


@pytest.mark.parametrize(
    ("config", "fixes"),
    [
        ({"algorithm": "bayes", "parameters": X}, ["write method in place of algorithm"]),
        ({"method": "random", "search_space": X}, ["write parameters in place of search_space"]),
        ({"method": "random", **X}, ["indent x to stand under parameters:"]),
    ],
)
def test_a_missing_key_is_looked_for_under_other_names(faults, config, fixes):
    assert [fault.fix for fault in faults(config)] == fixes


@pytest.mark.parametrize("above", [("sweep",), ("wandb", "sweep_config"), ("a", "b", "c")])
def test_a_config_that_stands_below_other_keys_is_found_there(faults, above):
    config = {"method": "random", "parameters": X}
    for key in reversed(above):
        config = {key: config, "seed": 3}

    assert [fault.fix for fault in faults(config)] == [
        f"move {key} out of {'.'.join(above)}, to the left edge" for key in ("method", "parameters")
    ]


@pytest.mark.parametrize("dashed", [[{"method": "random", "parameters": X}], [{"method": "grid"}, {"parameters": X}]])
def test_a_config_with_a_dash_before_it_is_told_to_lose_it(faults, dashed):
    (fault,) = faults(dashed)

    assert fault.fix == "remove the dashes: a config is one mapping"


@pytest.mark.parametrize(
    ("word", "fix"),
    [
        ({"args": None}, '"${args}"'),
        ({"--lr": 3}, "put the word in quotes"),
        (["python", "x.py"], "make each word an item of the command"),
        (None, "remove it, or write ''"),
    ],
)
def test_an_item_of_the_command_that_is_no_word_is_told_as_one(faults, word, fix):
    (fault,) = faults({"method": "random", "parameters": X, "command": ["python", word, "${args}"]})

    assert (fault.where, fault.fix) == ("command[1]", fix)


@pytest.mark.parametrize(
    ("word", "meant"),
    [("$args", "${args}"), ("--x=$x", "${x}"), ("${{ args }}", "${args}"), ("run-${{x}}-1", "${x}")],
)
def test_a_macro_as_shells_and_templates_write_it_is_told_to_be_plain_text(word, meant):
    command = ["t", "${args}", word, "$HOME", "${{wandb.run.name}}"]
    loaded = load_object({"method": "random", "parameters": X, "command": command})

    assert [(one.where, one.fix) for one in loaded.warnings] == [("command[2]", f'did you mean "{meant}"?')]


def test_a_command_line_is_split_as_a_shell_splits_it(faults):
    (fault,) = faults({"method": "random", "parameters": X, "command": "python -c 'print(1)' ${args}"})

    assert fault.fix == 'command: ["python", "-c", "print(1)", "${args}"]'


@pytest.mark.parametrize(
    ("text", "line", "fix"),
    [
        ("method: grid\ncommand: [python, ${program}]\n", 2, 'put the macro in quotes: "${program}"'),
        ("method: grid\ncommand: [python, --lr=${lr}, x]\n", 2, 'put the macro in quotes: "--lr=${lr}"'),
        ('{\n  "method": "grid",\n  // the space\n  "parameters": {}\n}\n', 3, "remove it, or begin it with #"),
        ('{\n  "method": "grid", // or random\n  "parameters": {}\n}\n', 2, "remove it, or begin it with #"),
        ("method: grid\nname: my: sweep\n", 2, 'put the text in quotes: name: "my: sweep"'),
        ("method:\tgrid\n", 1, "on line 1, put a space in place of the tab"),
        ("method: grid\nname: [1,, 2]\n", 2, "remove the comma that nothing stands before, on line 2"),
        ("method: grid\nparameters\n  lr: 1\n", 2, "put a colon behind parameters, on line 2"),
        ("method: grid\n<<<<<<< HEAD\nname: a\n", 2, "resolve the merge conflict, and remove line 2"),
        ("config = {\n  'method': 'grid',\n}\n", 2, "that is Python: in YAML, a mapping has no name and no ="),
        ("method = grid\nparameters:\n", 2, "on line 1, put a colon in place of the =: method: grid"),
        ("method:\u00a0grid\nname: a\n", 2, "on line 1, put plain spaces in place of the no-break spaces"),
        ("name:\n\u00a0\u00a0a: 1\n", 2, "put plain spaces in place of the others; an editor can show them"),
        ("method: grid\nparameters: {x: {min: 0,5, max: 1}}\n", 2, "min: 0.5"),
        ("method: {{ method }}\n", 1, "fill the template in before it is read, or put the text in quotes"),
    ],
)
def test_what_yaml_can_not_read_is_told_with_its_line_and_remedy(written, text, line, fix):
    with pytest.raises(ConfigError) as caught:
        written(text)

    assert (line, fix) in [(fault.line, fault.fix) for fault in caught.value.faults]


def test_a_program_that_is_a_list_is_told_by_its_first_word(faults):
    (fault,) = faults({"method": "random", "parameters": X, "program": ["train.py", "--x"]})

    assert fault.fix == 'program: "train.py"'


def test_a_key_in_the_wrong_case_is_one_fault_and_not_a_missing_key_too(faults):
    (fault,) = faults({"method": "bayes", "metric": {"Name": "loss"}, "parameters": X})

    assert fault.fix == 'did you mean "name"?'


@pytest.mark.parametrize("given", [False, "None", "off"])
def test_a_key_that_is_switched_off_is_to_be_left_out(faults, given):
    (fault,) = faults({"method": "random", "parameters": X, "metric": {"name": "l"}, "early_terminate": given})

    assert fault.fix == "leave early_terminate out"


def test_a_fault_that_a_later_check_finds_has_its_line_too(written):
    loaded = written("method: random\nparameters:\n  x: {values: [1, 2]}\n")

    placed = loaded.placed(Fault("parameters.x", "found", "expected", "fix"))

    assert (placed.line, placed.file) == (3, loaded.file)


def test_a_fault_of_a_backend_that_a_scheduler_names_stands_at_the_scheduler(written):
    loaded = written("method: custom\nmetric: {name: l}\nscheduler: {engine: ax}\nparameters:\n  x: {values: [1, 2]}\n")

    placed = loaded.placed(Fault("backend", "found", "expected", "fix"))

    assert (placed.where, placed.line) == ("scheduler", 3)


def test_of_a_very_long_row_the_part_around_the_column_is_shown(written):
    with pytest.raises(ConfigError) as caught:
        written(f"method: grid\nname: [{'1, ' * 500}, 2{', 3' * 500}]\n")

    (fault,) = caught.value.faults
    assert len(fault.found) < 130
    assert ", , 2, 3" in fault.found


@pytest.mark.parametrize(("key", "holder"), [("goal", "metric"), ("target", "metric"), ("eta", "early_terminate")])
def test_a_key_of_a_mapping_that_stands_too_far_left_is_told_where_it_belongs(key, holder):
    (warning,) = load_object({"method": "random", "parameters": X, key: 1}).warnings

    assert warning.fix == f"indent {key} to stand under {holder}"
