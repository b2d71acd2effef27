"""An agent that has died on this machine is known to be gone at once, and nobody else is taken for dead."""

from __future__ import annotations

import os
import signal

import pytest

from sweepbridge.api import engine_for
from sweepbridge.engine import engine as engines
from sweepbridge.store import Claim, Presence, open_store
from sweepbridge.store import presence as module

NAMES = ["ann", "a/b", "", "näme\udcff", "x" * 300]


@pytest.fixture
def presence(folder):
    """What an agent sees that holds no name itself."""
    return Presence(folder, "abcdefgh")


@pytest.fixture
def hold(folder):
    """Be there under a name, for as long as what this gives is kept."""

    def held(name):
        own = Presence(folder, "abcdefgh")
        own.hold(name)
        return own

    return held


@pytest.fixture
def live_and_die():
    """Do something in a process of its own, which is then killed."""

    def died(deed):
        if (child := os.fork()) == 0:
            kept = deed()  # until the end: what is let go of is not held
            os.kill(os.getpid(), signal.SIGKILL)
            del kept
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL

    return died


@pytest.fixture
def sweep_id(create):
    parameters = {"a": {"values": [1, 2, 3]}}
    return create({"method": "grid", "metric": {"name": "loss"}, "parameters": parameters})


@pytest.mark.parametrize("name", [name for name in NAMES if name])
def test_an_agent_is_there_until_its_process_is_dead(presence, hold, live_and_die, name):
    held = hold(name)
    assert presence.gone() == []
    del held

    live_and_die(lambda: hold("other"))
    assert sorted(presence.gone()) == sorted([name, "other"])


def test_of_two_agents_with_one_name_the_one_that_lives_counts(presence, hold, live_and_die):
    _living = hold("ann")
    live_and_die(lambda: hold("ann"))

    assert presence.gone() == []
    assert not presence.is_gone("ann")


def test_a_name_that_is_forgotten_can_be_held_again(presence, hold, live_and_die):
    live_and_die(lambda: hold("ann"))
    presence.forget("ann")
    assert not presence.is_gone("ann")

    _living = hold("ann")
    presence.forget("ann")
    assert presence.gone() == []
    del _living
    assert presence.gone() == ["ann"]


def test_what_another_machine_has_is_not_judged(folder, presence, hold, live_and_die, monkeypatch):
    live_and_die(lambda: hold("ann"))
    monkeypatch.setattr(module.platform, "node", lambda: "another")

    assert Presence(folder, "abcdefgh").gone() == []
    assert presence.gone() == ["ann"]


def test_where_no_file_can_be_made_an_agent_works_all_the_same(folder, presence):
    (folder / "agents").write_text("in the way")

    presence.hold("ann")

    assert presence.gone() == []


def test_the_trial_of_an_agent_that_was_killed_is_taken_over_at_once(address, folder, store, sweep_id, live_and_die):
    def begin():
        with open_store(address, folder=folder) as own:
            assert isinstance(engine_for(sweep_id, own).next("ann"), Claim)
            os.kill(os.getpid(), signal.SIGKILL)

    live_and_die(begin)

    taken = engine_for(sweep_id, store).next("bob")
    assert (taken.trial.number, taken.run) == (0, 2)
    assert [(run.state, run.reason) for run in store.runs(sweep_id)] == [
        ("lost", "its agent has died"),
        ("running", None),
    ]


def test_the_trial_of_an_agent_that_lives_is_left_to_it(store, sweep_id, monkeypatch):
    monkeypatch.setattr(engines, "EXPIRE_EVERY_S", 0.0)
    ann, bob = engine_for(sweep_id, store), engine_for(sweep_id, store)
    held = ann.next("ann")

    assert [bob.next("bob").trial.number, ann.store.own(sweep_id, "ann")] == [1, held]
