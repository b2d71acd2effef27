"""`sweepbridge check-backend`: the kit from the shell, for what is installed and for what lies in a file."""

import json
from pathlib import Path

import pytest

from sweepbridge.plugin.kit.running import CHECKS

ROOT = Path(__file__).parent.parent.parent
EVOLUTION = ROOT / "examples/plugin/sweepbridge_evolution.py"
HANGS = """\
import time
from sweepbridge.plugin import from_function, hookimpl

@hookimpl
def sweepbridge_backends():
    return [from_function("hangs", lambda problem, trials, seed: time.sleep(3600))]
"""
DIES = HANGS.replace("hangs", "dies").replace("import time", "import os").replace("time.sleep(3600)", "os._exit(9)")
DRIFTS = """\
import itertools
from sweepbridge.plugin import from_function, hookimpl

COUNT = itertools.count()

def suggest(problem, trials, seed):
    return problem.space.decode({path: next(COUNT) % 7 / 7 for path in problem.space})

@hookimpl
def sweepbridge_backends():
    return [from_function("drifts", suggest)]
"""


def test_a_backend_that_keeps_its_promises_gets_a_card_and_exit_code_0(call):
    printed = call("check-backend", "random")

    assert printed.code == 0
    assert printed.out.startswith("random, from sweepbridge 0.1.0\n\nrandom random\n  distributions    8 exact, 10 by")
    assert "  checks           114 passed, 4 skipped\n  skipped          it names no libraries\n" in printed.out


def test_a_file_is_checked_before_any_packaging(call):
    printed = call("check-backend", EVOLUTION)

    assert printed.code == 0
    assert printed.out.startswith("evolution, from sweepbridge_evolution.py ")
    assert "  learns           from results\n" in printed.out


def test_one_that_breaks_a_promise_is_told_with_its_numbers_and_exit_code_1(call, write):
    printed = call("check-backend", write(DRIFTS, "drifts.py"))

    assert printed.code == 1
    assert "  failed           asked-twice-it-answers-alike (in the space mixed, numbers, finite)\n" in printed.out
    assert "after 0 events, asked twice, answers differently: " in printed.out
    assert "the promise: The same question, asked again at once, gets the same answer." in printed.out


def test_json_has_every_check_with_what_it_found(call):
    printed = call("check-backend", "grid", "--json")

    found = json.loads(printed.out)
    assert (found["backend"], found["plugin"], found["ok"]) == ("grid", "sweepbridge 0.1.0", True)
    assert {check["name"] for check in found["checks"]} == {check.name for check in CHECKS}
    assert {check["outcome"] for check in found["checks"]} == {"passed", "skipped"}
    assert all(check["why"] for check in found["checks"] if check["outcome"] == "skipped")
    assert found["cards"]["grid"]["ends"] is True


def test_one_that_hangs_is_cut_off_and_the_rest_of_its_checks_is_left_out(call, write):
    printed = call("check-backend", write(HANGS, "hangs.py"), "--limit", "1")

    assert printed.code == 1
    assert "it did not answer within 1 seconds" in printed.out
    assert "2 checks before it have not come back" in printed.out


def test_one_that_takes_its_process_along_is_told(call, write):
    printed = call("check-backend", write(DIES, "dies.py"))

    assert printed.code == 1
    assert "it ended its process, with exit code 9" in printed.out


def test_a_method_that_can_not_search_here_says_what_it_needs_and_has_not_passed(call, monkeypatch):
    monkeypatch.setattr("sweepbridge_optuna.methods.find_spec", lambda name: None)

    printed = call("check-backend", "optuna", "--method", "cmaes")

    assert printed.code == 1
    assert "  not available    method cmaes, and cmaes not installed\n" in printed.out
    assert '  fix              pip install "sweepbridge-optuna[cmaes]"\n' in printed.out


def test_options_reach_the_backend(call):
    taken = call("check-backend", "grid", "--option", "order=shuffled")
    refused = call("check-backend", "grid", "--option", "order=backwards")

    assert (taken.code, refused.code) == (0, 1)
    assert "its check() refuses it: order: backwards" in refused.out


@pytest.mark.parametrize(
    ("words", "what", "fix"),
    [
        (["randm"], 'no backend named "randm"', 'did you mean "random"?'),
        (["random", "--method", "rndom"], 'backend "random" has no method "rndom"', 'did you mean "random"?'),
        (["no-such.py"], 'no plugin file "no-such.py"', "name the file as it lies from this folder"),
        (["empty.py"], 'plugin file "empty.py" can\'t be loaded', "mend empty.py"),
        (["stopper.py"], "stopper.py offers no backend", "see docs/plugins/write-a-backend.md"),
        (["random", "--option", "fast"], "an option without a value", "--option fast=VALUE"),
    ],
)
def test_bad_use_is_told_in_four_parts_with_exit_code_2(call, write, words, what, fix):
    write("", "empty.py")
    write("def sweepbridge_stoppers():\n    return []\n", "stopper.py")

    printed = call("check-backend", *words)

    assert (printed.code, printed.out) == (2, "")
    assert printed.err.splitlines()[0] == what
    assert printed.err.splitlines()[-1] == f"  fix       {fix}"
