"""The laws of the store, over any order of calls by any number of agents, held against a model in memory."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from sweepbridge.store import Ending, Row
from sweepbridge.trials import Suggestion

AGENTS = st.sampled_from(["ann", "bob", "cyd"])
LOST_AT_ONCE_S = -1.0


@dataclass
class Model:
    """What should be in the store."""

    log: list[tuple[int, str]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    held: dict[int, str] = field(default_factory=dict)
    """The agent that runs a trial, by number."""
    rows: dict[int, list[int]] = field(default_factory=dict)


class Agents(RuleBasedStateMachine):
    store = None
    new_sweep = None

    def __init__(self):
        super().__init__()
        self.sweep_id = self.store.create(self.new_sweep).id
        self.model = Model()
        self.claims = []

    @rule(agent=AGENTS, behind=st.integers(-1, 2))
    def begin(self, agent, behind):
        length = len(self.model.log)
        claim = self.store.begin(self.sweep_id, Suggestion({}), 1, at=length - behind, agent=agent)

        assert (claim is not None) == (behind == 0)
        if claim is not None:
            assert claim.trial.number == len(self.model.states)
            self.model.log.append((claim.trial.number, "running"))
            self.model.states.append("running")
            self.hold(claim, agent)

    @rule(agent=AGENTS)
    def take_waiting(self, agent):
        waiting = [number for number, state in enumerate(self.model.states) if state == "waiting"]
        claim = self.store.take_waiting(self.sweep_id, agent)

        assert (claim and claim.trial.number) == (waiting[0] if waiting else None)
        if claim is not None:
            self.model.states[claim.trial.number] = "running"
            self.hold(claim, agent)

    @rule(agent=AGENTS)
    def own(self, agent):
        mine = [number for number, holder in self.model.held.items() if holder == agent]
        claim = self.store.own(self.sweep_id, agent)

        assert (claim is not None) == bool(mine)
        assert claim is None or (claim.trial.number in mine and claim in self.claims)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), state=st.sampled_from(["finished", "stopped", "failed"]))
    def end(self, data, state):
        claim = data.draw(st.sampled_from(self.claims))
        event = self.store.end(claim, Ending(state))

        assert (event is not None) == self.is_held(claim)
        if event is not None:
            assert event.position == len(self.model.log)
            self.model.log.append((claim.trial.number, state))
            self.let_go(claim.trial.number, state)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def give_back(self, data):
        claim = data.draw(st.sampled_from(self.claims))
        was_held = self.is_held(claim)

        assert self.store.give_back(claim, "interrupted") == was_held
        if was_held:
            self.let_go(claim.trial.number, "waiting")

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), indices=st.lists(st.integers(0, 5), max_size=4))
    def record(self, data, indices):
        claim = data.draw(st.sampled_from(self.claims))

        assert self.store.record(claim, [Row(index, {}, 0.5) for index in indices]) == self.is_held(claim)
        if self.is_held(claim):
            self.model.rows[claim.trial.number] = sorted({*self.model.rows[claim.trial.number], *indices})

    @rule()
    def expire(self):
        lost = self.store.expire(self.sweep_id, LOST_AT_ONCE_S)

        assert sorted(number for number, _ in lost) == sorted(self.model.held)
        for number, _ in lost:
            self.let_go(number, "waiting")

    @invariant()
    def the_log_has_no_gap_and_each_trial_ends_at_most_once(self):
        events = self.store.events(self.sweep_id)

        assert [event.position for event in events] == list(range(len(events)))
        assert [(event.trial.number, event.trial.state) for event in events] == self.model.log

    @invariant()
    def every_trial_is_where_it_should_be_and_held_by_one_agent_at_the_most(self):
        running = [(run.trial, run.agent) for run in self.store.runs(self.sweep_id) if run.state == "running"]

        assert [record.state for record in self.store.trials(self.sweep_id)] == self.model.states
        assert running == sorted(self.model.held.items())

    @invariant()
    def every_row_is_there_once_and_none_of_a_run_that_was_given_up_on(self):
        found = {number: [row.index for row in self.store.rows(self.sweep_id, number)] for number in self.model.rows}

        assert found == self.model.rows

    def is_held(self, claim):
        runs = [other.run for other in self.claims if other.trial.number == claim.trial.number]
        return claim.trial.number in self.model.held and claim.run == max(runs)

    def hold(self, claim, agent):
        assert claim.trial.number not in self.model.held
        self.model.held[claim.trial.number] = agent
        self.model.rows[claim.trial.number] = []
        self.claims.append(claim)

    def let_go(self, number, state):
        del self.model.held[number]
        self.model.states[number] = state


@pytest.mark.usefixtures("sweep")
def test_any_order_of_calls_keeps_the_laws(store, new_sweep):
    machine = type("OnThisStore", (Agents,), {"store": store, "new_sweep": new_sweep})

    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=80, stateful_step_count=30, suppress_health_check=list(HealthCheck)),
    )
