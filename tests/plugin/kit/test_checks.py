"""Every check finds the backend that breaks its promise, says how, and has nothing against one that keeps it."""

import os
import random
import re
import time

import pytest

from sweepbridge.plugin import Problem
from sweepbridge.plugin.border import TookTooLong
from sweepbridge.plugin.kit import bounds
from sweepbridge.plugin.kit.case import Case
from sweepbridge.plugin.kit.checks import PROMISES
from sweepbridge.plugin.kit.fresh import Address
from sweepbridge.plugin.kit.limits import within
from sweepbridge.plugin.kit.running import CHECKS, SPACES, carried_out
from tests.plugin.kit import bad, good
from tests.plugin.kit.bad import BAD

BY_NAME = {check.name: check for check in CHECKS}
SPARED = {
    "the-libraries-it-names-are-distributions": "it names no libraries",
    "it-describes-the-parameters-that-are-searched": "it does not describe what its library is given",
    "an-end-stays-the-end": "it does not end by itself: of a finite space it names points without end",
    "a-finite-grid-is-handed-out-once": "it is no grid: points may come again, and the core keeps them apart",
}
"""What there is nothing to say of about the good one, and why."""


@pytest.fixture(autouse=True)
def nothing_is_left():
    """What bad backends do to their process is undone."""
    chance = random.getstate()
    bad.RELEASE.clear()
    yield
    bad.RELEASE.set()
    random.setstate(chance)
    os.environ.pop("SWEEPBRIDGE_BAD", None)
    bad.SHARED.clear()


@pytest.fixture
def impatient(monkeypatch):
    """Limits of a moment, so that what is slow need not be slow for long."""
    monkeypatch.setattr(bounds, "ASK_S", 0.1)
    monkeypatch.setattr(bounds, "TELL_S", 0.0002)


def limited_and_then_late():
    with within(60):
        pass
    time.sleep(60)


def case_of(backend):
    # The two that a new process is asked for.
    home, attribute = (bad, "HASHES") if backend is bad.HASHES else (good, "GOOD")
    problem = Problem(SPACES["mixed"], backend.methods[0], {}, budget=30)
    return Case(backend, problem, address=Address(home.__name__, home.__file__, attribute))


def test_every_check_has_a_backend_that_it_must_find():
    assert BAD.keys() == BY_NAME.keys()
    assert len(BAD) >= 40


@pytest.mark.parametrize("name", BY_NAME)
def test_a_check_finds_the_backend_that_breaks_its_promise_and_says_how(name, impatient):
    backend, told = BAD[name]

    result = carried_out(BY_NAME[name], case_of(backend))

    assert result.outcome == "failed"
    assert re.search(told, result.why), result.why


@pytest.mark.parametrize("name", BY_NAME)
def test_a_check_has_nothing_against_a_backend_that_keeps_its_promise(name):
    result = carried_out(BY_NAME[name], case_of(good.GOOD))

    assert (result.outcome, result.why) == (("skipped", SPARED[name]) if name in SPARED else ("passed", ""))


def test_a_check_that_takes_too_long_is_cut_off_and_has_failed():
    hanging = bad.searching(ask=lambda self, seed: time.sleep(60))

    result = carried_out(BY_NAME["it-gets-through-a-play"], case_of(hanging), limit_s=0.2)

    assert (result.outcome, result.is_late) == ("failed", True)
    assert result.why == "it did not answer within 0.2 seconds"


def test_a_limit_gives_a_limit_around_it_its_time_back():
    """pytest-timeout has one too, on the same clock."""
    with pytest.raises(TookTooLong), within(0.2):
        limited_and_then_late()


def test_checks_have_names_and_sentences_of_their_own():
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(check.shows.endswith(".") and "\n" not in check.shows for check in CHECKS)
    assert {check.promise for check in CHECKS} == set(PROMISES)
