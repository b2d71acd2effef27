"""Which trial an agent gets: each point once, in any number of hands, and back again from hands that are gone."""

import subprocess
import sys
import threading
from itertools import product
from pathlib import Path

import pytest

from sweepbridge.engine import Over, Wait
from sweepbridge.plugin import Suggestion
from sweepbridge.store import Claim, open_store
from tests.engine.made_up import Strange, config, registry

GRID = {
    "method": "grid",
    "metric": {"name": "loss"},
    "parameters": {"a": {"values": [1, 2, 3, 4]}, "b": {"values": ["x", "y", "z"]}},
}
POINTS = list(product([1, 2, 3, 4], ["x", "y", "z"]))
RANDOM = {"method": "random", "metric": {"name": "loss"}, "parameters": {"x": {"min": 0.0, "max": 1.0}}}
WORKS = Path(__file__).parent / "agents" / "works.py"


def points(trials):
    return sorted((trial.params["a"], trial.params["b"]) for trial in trials)


def in_threads(engines, work):
    """Let every engine work in a thread of its own: the trials that all of them ended."""
    ended = []
    threads = [
        threading.Thread(target=lambda one=engine, name=f"agent-{place}": ended.extend(work(one, agent=name)))
        for place, engine in enumerate(engines)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def test_a_grid_hands_out_each_point_once_in_order_and_ends_by_itself(begin, work):
    engine = begin(GRID)

    trials = work(engine)

    assert [(trial.params["a"], trial.params["b"]) for trial in trials] == POINTS
    assert isinstance(engine.next("ann"), Over)
    assert engine.store.sweep(engine.sweep.id).state == "finished"


def test_a_grid_in_eight_threads_hands_out_each_point_once(begin, join, work):
    engine = begin(GRID)

    trials = in_threads([join(engine) for _ in range(8)], work)

    assert points(trials) == POINTS
    assert isinstance(engine.next("ann"), Over)


def test_a_grid_in_three_processes_hands_out_each_point_once(begin, store, tmp_path):
    engine = begin(GRID)
    command = [sys.executable, WORKS, tmp_path / ".sweepbridge", engine.sweep.id]

    agents = [subprocess.Popen([*command, f"agent-{place}"], stdout=subprocess.PIPE, text=True) for place in range(3)]
    told = [int(number) for agent in agents for number in agent.communicate()[0].split()]

    assert sorted(told) == list(range(12))
    assert points(record.trial for record in store.trials(engine.sweep.id)) == POINTS
    assert store.sweep(engine.sweep.id).state == "finished"


def test_a_trial_that_begins_while_a_searcher_thinks_is_known_to_it_before_the_next_one_begins(begin, join):
    """Trial n is always suggested with full knowledge of those before it, and no two agents hold the same one."""
    told, begun = [], []

    def thinks(seed):
        if not begun:
            begun.append("ann is about to")
            begun.append(ann.next("ann"))
        return Suggestion({"x": len(told) / 10})

    ann = begin(config(), registry=registry(backends=[Strange(ask=thinks, tell=told.append)]))

    late = join(ann).next("bob")

    assert (begun[1].trial.number, begun[1].trial.params) == (0, {"x": 0.0})
    assert (late.trial.number, late.trial.params) == (1, {"x": 0.1})


def test_run_cap_is_exact_however_many_engines_ask_at_once(begin, join, work):
    engine = begin({**RANDOM, "run_cap": 20})

    trials = in_threads([join(engine) for _ in range(8)], work)

    assert sorted(trial.number for trial in trials) == list(range(20))
    assert engine.next("ann") == Over("run_cap: 20 trials have begun")


def test_an_agent_that_comes_back_under_its_name_gets_its_own_trial_in_a_new_run(begin, join, die):
    engine = begin(GRID)
    first, _ = engine.next("ann"), engine.next("bob")
    die(engine)

    again = join(engine).next("ann")

    assert (again.trial.number, again.run) == (first.trial.number, 2)
    assert again.trial.params == first.trial.params


def test_the_trial_of_an_agent_that_is_gone_goes_to_the_next_one_when_its_time_is_up(begin, join, an_hour_passes):
    engine = begin(GRID)
    lost = engine.next("ann")
    an_hour_passes()

    found = join(engine).next("bob")

    assert (found.trial, found.run, found.agent) == (lost.trial, 2, "bob")


def test_a_trial_whose_agent_is_alive_stays_with_it(begin, join, an_hour_passes):
    engine = begin(GRID)
    held = engine.next("ann")
    an_hour_passes()
    engine.beat(held)

    assert join(engine).next("bob").trial.number == 1


def test_a_lost_run_that_reports_after_all_is_told_so_and_changes_nothing(begin, join, end, an_hour_passes):
    engine = begin(GRID)
    lost = engine.next("ann")
    an_hour_passes()
    taken = join(engine).next("bob")

    assert engine.record(lost, [{"loss": 0.1}]).is_given_up
    assert end(engine, lost, {"loss": 0.1}) is None
    assert end(engine, taken, {"loss": 0.5}).loss == 0.5


def test_a_trial_that_is_given_back_is_the_next_one_for_anybody(begin, join):
    engine = begin(GRID)
    engine.next("ann")
    given_back = engine.next("bob")
    engine.give_back(given_back, "interrupted")

    found = join(engine).next("cid")

    assert (found.trial.number, found.run) == (1, 2)


def test_the_rows_of_a_lost_run_do_not_count_for_the_next_one(begin, end, join, die):
    engine = begin(GRID)
    engine.record(engine.next("ann"), [{"loss": 0.1}])
    die(engine)

    trial = end(again := join(engine), again.next("ann"), {"loss": 0.7})

    assert (trial.loss, trial.observations) == (0.7, (0.7,))


def test_an_agent_waits_while_the_last_trials_run_because_one_of_them_may_be_lost(begin, work, join, end):
    engine = begin(GRID)
    work(engine, count=11)
    last = engine.next("ann")

    answer = join(engine).next("bob")
    end(engine, last, {"loss": 1.0})

    assert isinstance(answer, Wait)
    assert "1 still running" in answer.why
    assert isinstance(join(engine).next("bob"), Over)


def test_a_trial_that_is_given_back_while_another_agent_looks_is_not_left_behind(begin, join, work, monkeypatch):
    """The other agent has looked for waiting trials already, and finds that nothing runs: the sweep is not over."""
    engine = begin(GRID)
    work(engine, count=11)
    last = engine.next("ann")
    bob = join(engine)
    engine.give_back(last, "interrupted")

    with monkeypatch.context() as before:
        before.setattr(bob.store, "take_waiting", lambda *_: None)
        answer = bob.next("bob")

    assert isinstance(answer, Wait)
    assert isinstance(bob.next("bob"), Claim)


@pytest.mark.parametrize("state", ["stopped", "cancelled"])
def test_a_sweep_that_a_person_ended_gives_out_nothing_more(begin, state):
    engine = begin(GRID)
    engine.store.set_state(engine.sweep.id, state, reason="by a person")

    assert engine.next("ann") == Over("by a person")


def test_a_stopped_sweep_lets_its_running_trials_end(begin, end, join):
    engine = begin(GRID)
    claim = engine.next("ann")
    engine.store.set_state(engine.sweep.id, "stopped", reason="by a person")

    assert isinstance(join(engine).next("bob"), Wait)
    assert engine.beat(claim).stop is None
    assert end(engine, claim, {"loss": 1.0}).state == "finished"
    assert isinstance(join(engine).next("bob"), Over)


def test_a_cancelled_sweep_ends_its_running_trials_at_their_next_heartbeat(begin):
    engine = begin(GRID)
    claim = engine.next("ann")
    engine.store.set_state(engine.sweep.id, "cancelled")

    assert engine.beat(claim).stop.why == "the sweep was cancelled"


def test_a_paused_sweep_makes_agents_wait_until_it_is_resumed(begin):
    engine = begin(GRID)
    engine.store.set_state(engine.sweep.id, "paused", reason="paused by a person")

    waiting = engine.next("ann")
    engine.store.set_state(engine.sweep.id, "running")

    assert waiting == Wait("the sweep is paused: paused by a person")
    assert engine.next("ann").trial.number == 0


def test_processes_may_open_the_store_by_its_folder_alone(begin, tmp_path):
    engine = begin(GRID)

    with open_store(tmp_path / ".sweepbridge", create=False) as other:
        assert other.sweep(engine.sweep.id).config == GRID
