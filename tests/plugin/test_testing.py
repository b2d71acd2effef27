"""The test class that we ship, as a stranger's package uses it."""

import re
import subprocess
import sys

import pytest

from sweepbridge.errors import UsageError
from sweepbridge.plugin.testing import BackendLaws
from tests.plugin.kit.good import Good

TESTS = """\
from sweepbridge.plugin.testing import BackendLaws
from tests.plugin.kit.bad import Mutating, backend
from tests.plugin.kit.good import Good


class TestGood(BackendLaws):
    backend = Good()
    promises = ("claims", "inside")
    cannot = {("bad", "finite"): "it is not made for that"}
    skips = {"odd-names-are-taken": "names are plain where it is used"}


class TestBad(BackendLaws):
    backend = backend(name="mutating", searcher=Mutating)
    promises = ("peek",)
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory, request):
    """Let pytest run a stranger's tests, in a folder of their own: what it printed."""
    folder = tmp_path_factory.mktemp("stranger")
    (folder / "test_stranger.py").write_text(TESTS)
    (folder / "conftest.py").write_text('pytest_plugins = ["sweepbridge.plugin.testing"]\n')

    def ran(*words):
        ours = f"pythonpath={request.config.rootpath}"
        command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "-o", ours, *words]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100).stdout

    return ran


@pytest.fixture(scope="module")
def printed(run):
    """What pytest printed of all of them."""
    return run()


def test_a_broken_promise_is_told_in_a_sentence_and_without_a_traceback(printed):
    told = (
        r"mutating bad: ask\(\d+\) after 0 events, asked twice, answers differently: \w+ = .* and .*\n  the promise: "
    )

    assert re.search(told, printed)
    assert "Traceback" not in printed


def test_what_is_left_out_is_shown_with_its_reason(printed):
    assert "bad bad on finite: it is not made for that" in printed
    assert "bad: names are plain where it is used" in printed


def test_a_card_of_what_each_method_can_do_is_printed_at_the_end(printed):
    assert "= what the backends can do =" in printed
    assert "bad bad\n  distributions    8 exact, 10 by quantile\n" in printed
    assert "\n  checks           28 passed, 10 skipped\nmutating bad\n" in printed


def test_the_card_is_printed_where_the_tests_run_in_another_process(run):
    assert "bad bad\n  distributions    8 exact, 10 by quantile\n" in run(
        "-n", "1", "-k", "TestGood and capability_card"
    )


def test_only_what_is_promised_is_tested():
    class Mine(BackendLaws):
        backend = Good()
        promises = ("peek",)

    assert callable(Mine.test_asked_twice_it_answers_alike)
    assert Mine.test_suggestions_lie_in_the_space is None


def test_a_skip_of_a_check_that_does_not_exist_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError) as raised:
        type("Mine", (BackendLaws,), {"skips": {"odd-names-are-takn": "no"}})

    assert raised.value.fix == 'did you mean "odd-names-are-taken"?'
