"""A plugin in a file: loaded where it is named, and never for lying there."""

import json
from pathlib import Path

import pytest

SWEEPFILE = (Path(__file__).parent.parent.parent / "examples/plugin/sweepbridge_evolution.py").read_text()
SWEEP = """\
method: evolution
command: [bash, -c, "echo '{\\"loss\\": ${x}}' >> $SWEEPBRIDGE_RUN_DIR/metrics.jsonl"]
metric: {name: loss}
parameters: {x: {min: 0.0, max: 1.0}}
run_cap: 3
"""


@pytest.fixture
def project(folder, write):
    """A folder with a sweep and a plugin beside it."""
    write(SWEEPFILE, "sweepfile.py")
    write(SWEEP)
    return folder


def test_a_file_that_lies_beside_the_config_is_not_loaded_for_that(project, call):
    printed = call("preview", "sweep.yaml")

    assert printed.code == 2
    assert 'no installed backend offers the method "evolution"' in printed.out


@pytest.mark.parametrize("command", ["explain", "lint", "preview"])
def test_commands_that_read_a_config_take_a_plugin_file(project, call, command):
    assert call(command, "sweep.yaml", "--plugin", "sweepfile.py").code == 0


@pytest.mark.parametrize("command", [["plugins"], ["backends", "--no-measure"]])
def test_commands_that_list_take_a_plugin_file_and_show_where_it_comes_from(project, call, command):
    assert "evolution" in call(*command, "--plugin", "sweepfile.py").out
    assert "sweepfile.py" in call(*command, "--plugin", "sweepfile.py").out


def test_run_hands_the_file_on_to_its_agents(project, shell, call):
    printed = shell("sweepbridge run sweep.yaml --workers 2 --plugin sweepfile.py")

    assert printed.code == 0
    assert printed.out.startswith("best of 3: trial ")


def test_a_sweep_is_created_worked_on_and_replayed_with_the_file(project, call):
    sweep_id = call("sweep", "sweep.yaml", "--plugin", "sweepfile.py", "--seed", "1").out.strip()

    worked = call("agent", sweep_id, "--plugin", "sweepfile.py")
    replayed = call("replay", sweep_id, "--plugin", "sweepfile.py")

    assert (worked.code, replayed.code) == (0, 0)
    assert replayed.out.startswith("3 of 3 suggestions are what ran\n")


def test_without_the_file_an_agent_says_which_one_it_was_and_the_results_are_there(project, call):
    sweep_id = call("sweep", "sweep.yaml", "--plugin", "sweepfile.py").out.strip()
    call("agent", sweep_id, "--plugin", "sweepfile.py", "--count", "1")

    missing = call("agent", sweep_id)

    assert missing.code == 2
    assert missing.err.startswith('no backend named "evolution"\n  found     a sweep that was made with sweepfile.py ')
    assert missing.err.splitlines()[-1] == "  fix       --plugin sweepfile.py, or plugins=['sweepfile.py'] in Python"
    assert [call(command, sweep_id).code for command in ("status", "best", "export")] == [0, 0, 0]


def test_the_version_of_a_file_is_that_of_its_text(project, call, write):
    def version():
        return json.loads(call("backends", "--no-measure", "--json", "--plugin", "sweepfile.py").out.splitlines()[0])

    first, again = version(), version()
    write(f"{SWEEPFILE}\n", "sweepfile.py")

    assert first == again != version()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def suggest(:\n", "SyntaxError: invalid syntax (sweepfile.py, line 1)"),
        ("import no_such_library\n", "ModuleNotFoundError: No module named 'no_such_library'"),
        ("raise SystemExit(3)\n", "SystemExit: 3"),
        ("x = 1\n", "PluginError: it has none of the hooks sweepbridge_backends, "),
    ],
)
def test_a_file_that_can_not_be_loaded_is_a_fault_of_who_named_it(project, call, write, text, found):
    write(text, "sweepfile.py")

    printed = call("sweep", "sweep.yaml", "--plugin", "sweepfile.py")

    assert (printed.code, printed.out) == (2, "")
    assert printed.err.startswith(f'plugin file "sweepfile.py" can\'t be loaded\n  found     {found}')
    assert printed.err.splitlines()[-1] == "  fix       mend sweepfile.py"


def test_a_bad_backend_of_a_file_is_blamed_on_the_file(project, call, write):
    write(SWEEPFILE.replace("chance = random.Random(seed)", "return 1 / 0"), "sweepfile.py")

    printed = call("preview", "sweep.yaml", "--plugin", "sweepfile.py")

    assert 'backend "evolution" of sweepfile.py ' in printed.out
    assert "fix       mend sweepfile.py; every finished trial is stored" in printed.out


def test_a_file_that_takes_a_name_is_the_one_to_leave_out(project, call, write):
    write(SWEEPFILE.replace('"evolution"', '"random"'), "sweepfile.py")
    write(SWEEP.replace("evolution", "random"))

    printed = call("sweep", "sweep.yaml", "--plugin", "sweepfile.py")

    assert printed.code == 1
    assert printed.err.splitlines()[-1] == "  fix       remove one: leave out --plugin sweepfile.py"


def test_a_file_may_import_what_lies_beside_it(project, call, write):
    write(SWEEPFILE, "my_own_search.py")
    write("from my_own_search import sweepbridge_backends\n", "sweepfile.py")

    assert call("preview", "sweep.yaml", "--plugin", "sweepfile.py").code == 0
