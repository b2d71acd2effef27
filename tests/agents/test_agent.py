"""The agent's loop: what it takes, when it ends, and what becomes of a trial when it ends early."""

import signal

import pytest

from sweepbridge import training as wandb
from sweepbridge.agents.agent import Worked, new_name, work
from sweepbridge.agents.function import FunctionRunner
from sweepbridge.agents.runner import Unfinished
from sweepbridge.agents.terms import Terms
from sweepbridge.engine import Result, Wait
from sweepbridge.errors import UsageError
from tests.engine.made_up import raises

GRID = {"method": "grid", "metric": {"name": "score"}, "parameters": {"a": {"values": [1, 2]}, "b": {"values": [3, 4]}}}


def train():
    wandb.init()
    wandb.log({"score": wandb.config.a * wandb.config.b})


class Ends:
    """A runner whose runs end as they are told to, one after the other; the last one again and again."""

    def __init__(self, *endings):
        self.endings = list(endings)

    def start(self):
        pass

    def close(self):
        pass

    def run(self, report, brake, say):
        ending = self.endings.pop(0) if len(self.endings) > 1 else self.endings[0]
        return ending if isinstance(ending, Unfinished) else Result(ending, {})


@pytest.fixture
def agent(tmp_path, said):
    """Let an agent work on an engine."""

    def worked(engine, runner, name="me", environ=(), **options):
        return work(
            engine, runner, name=name, runs=tmp_path / "runs", say=said.append, environ=dict(environ), **options
        )

    return worked


def test_an_agent_works_through_a_grid_and_ends(real, agent):
    engine = real(GRID)

    worked = agent(engine, FunctionRunner(train))

    found = engine.store.trials(engine.sweep.id)
    assert (worked.ended, worked.runs, worked.failed) == ("over", 4, 0)
    assert [(record.trial.params["a"], record.trial.params["b"]) for record in found] == [
        (1, 3),
        (1, 4),
        (2, 3),
        (2, 4),
    ]
    assert [record.trial.loss for record in found] == [3, 4, 6, 8]


def test_an_agent_tells_of_each_trial_what_it_was_and_what_came_of_it(real, agent, said):
    agent(real(GRID), FunctionRunner(train), count=1)

    begins, ends = said
    assert begins == "trial 0 begins: a=1 b=3"
    assert ends.startswith("trial 0 finished: score = 3 (")


def test_an_agent_takes_no_more_runs_than_it_was_to(real, agent):
    worked = agent(real(GRID), FunctionRunner(train), count=3)

    assert (worked.ended, worked.runs) == ("count", 3)


def test_a_failed_trial_is_told_with_its_reason_and_the_agent_goes_on(real, agent, said):
    worked = agent(
        real(GRID), FunctionRunner(lambda: {}["x"]), environ={"WANDB_AGENT_DISABLE_FLAPPING": "true"}.items()
    )

    assert (worked.ended, worked.runs, worked.failed) == ("over", 4, 4)
    assert any(line.startswith("trial 3 failed: KeyError: 'x' (") for line in said)


def test_an_agent_whose_first_three_runs_fail_at_once_ends(fake, agent):
    worked = agent(fake([{}] * 9), Ends("failed"))

    assert (worked.ended, worked.runs, worked.failed) == ("failing", 3, 3)
    assert "WANDB_AGENT_DISABLE_FLAPPING" in worked.reason


def test_an_agent_of_which_a_run_has_ended_well_is_sound(fake, agent):
    worked = agent(fake([{}] * 9), Ends("failed", "failed", "finished", "failed"))

    assert (worked.ended, worked.runs, worked.failed) == ("over", 9, 8)


def test_waiting_is_said_once_and_not_at_every_look(fake, agent, said):
    engine = fake([{}])
    answers = [Wait("the sweep is paused", 0.01), Wait("the sweep is paused", 0.01)]
    hand_out = engine.next
    engine.next = lambda name: answers.pop() if answers else hand_out(name)

    worked = agent(engine, Ends("finished"))

    assert said[0] == "waiting: the sweep is paused"
    assert said.count("waiting: the sweep is paused") == 1
    assert worked.runs == 1


def test_an_interrupted_run_goes_back_to_waiting_and_does_not_count(fake, agent):
    engine = fake([{}])

    worked = agent(engine, Ends(Unfinished("a person wanted it")))

    assert engine.given_back == [(0, "a person wanted it")]
    assert worked.runs == 0


def test_whatever_is_raised_the_trial_at_hand_goes_back_to_waiting(fake, agent):
    engine = fake([{}])

    with pytest.raises(IndexError):
        agent(engine, Ends())

    assert engine.given_back == [(0, "its agent ended: IndexError")]


def test_a_result_that_comes_too_late_is_said_and_not_counted(fake, agent, said):
    worked = agent(fake([{}], gives_up=True), Ends("finished"))

    assert worked.runs == 0
    assert "taken for lost" in said[-1]


def test_an_agent_that_comes_back_runs_its_own_trial_again_from_the_start(real, agent, tmp_path):
    """The rows of the run that was cut off and those of the next one must not be mixed."""
    engine = real(GRID)
    claim = engine.next("me")
    (tmp_path / "runs" / claim.sweep_id / "0-1").mkdir(parents=True)

    agent(engine, FunctionRunner(train), count=1)

    assert [(run.trial, run.run, run.state) for run in engine.store.runs(engine.sweep.id)] == [
        (0, 1, "lost"),
        (0, 2, "finished"),
    ]


def test_signals_are_as_before_when_the_agent_has_ended(fake, agent):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]

    agent(fake([{}]), Ends("finished"))

    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


@pytest.mark.parametrize("value", ["many", "-1", "0", ""])
def test_a_limit_of_failures_that_is_no_number_is_refused(fake, agent, value):
    with pytest.raises(UsageError, match="WANDB_AGENT_MAX_INITIAL_FAILURES"):
        agent(fake([{}]), Ends("finished"), environ={"WANDB_AGENT_MAX_INITIAL_FAILURES": value}.items())


def test_no_two_agents_have_the_same_name():
    assert new_name() != new_name()


SLEEPER = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(float(sys.argv[1].split('=')[1]))"


def sleeping(seconds):
    return {"program": "x.py", "method": "grid", "parameters": {"s": {"values": seconds}}}


def test_the_first_ctrl_c_lets_the_run_end_and_takes_no_more(real, script, start_agent, eventually, tmp_path):
    engine = real(sleeping([0.01, 0.02]))
    go = tmp_path / "go"
    agent = start_agent(engine, script(f"import os, time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.01)"))
    eventually(lambda: "trial 0 begins" in agent.said(), agent.process)

    agent.process.send_signal(signal.SIGINT)
    eventually(lambda: "ending after this run" in agent.said(), agent.process)
    go.touch()
    agent.process.wait()

    assert f"{Worked('interrupted', 'interrupted', 1, 0)}" in agent.said()
    assert [record.state for record in engine.store.trials(engine.sweep.id)] == ["finished"]


@pytest.mark.parametrize("signals", [[signal.SIGINT, signal.SIGINT], [signal.SIGINT, signal.SIGTERM], [signal.SIGHUP]])
def test_the_second_ctrl_c_ends_the_run_and_its_trial_waits(real, script, start_agent, eventually, signals):
    engine = real(sleeping([60, 61]))
    agent = start_agent(engine, script(SLEEPER))
    eventually(lambda: "trial 0 begins" in agent.said(), agent.process)

    for place, number in enumerate(signals):
        agent.process.send_signal(number)
        eventually(lambda sent=place: agent.said().count("ending") > sent, agent.process)
    agent.process.wait()

    assert "trial 0 was interrupted, and waits for another run" in agent.said()
    assert [record.state for record in engine.store.trials(engine.sweep.id)] == ["waiting"]


def test_a_ctrl_c_in_the_middle_of_a_function_waits_for_the_second(real, agent, said, in_a_terminal):
    """The handler of the agent, with real signals to this very process."""
    pressed = []

    def train():
        pressed.append(1)
        signal.raise_signal(signal.SIGINT)
        pressed.append(2)
        signal.raise_signal(signal.SIGINT)
        pressed.append("never")

    engine = real(GRID)
    worked = agent(engine, FunctionRunner(train))

    assert pressed == [1, 2]
    assert (worked.ended, worked.runs) == ("interrupted", 0)
    assert [record.state for record in engine.store.trials(engine.sweep.id)] == ["waiting"]


def test_two_agents_at_once_share_a_sweep_without_a_trial_twice(real, script, start_agent):
    engine = real(sleeping([0.01, 0.02, 0.03, 0.04, 0.05, 0.06]))
    program = script(SLEEPER)
    agents = [start_agent(engine, program, name) for name in ("one", "other")]

    codes = [agent.process.wait() for agent in agents]

    found = engine.store.trials(engine.sweep.id)
    assert codes == [0, 0], [agent.said() for agent in agents]
    assert sorted(record.trial.params["s"] for record in found) == [0.01, 0.02, 0.03, 0.04, 0.05, 0.06]
    assert {record.state for record in found} == {"finished"}


def test_an_agent_that_gives_up_leaves_its_trials_to_others(fake, agent):
    engine = fake([{}] * 9)

    agent(engine, Ends("failed"))

    assert engine.left == [(2, [0, 1])]


def test_an_agent_on_a_machine_that_has_gone_sick_ends_while_others_are_at_work(fake, agent):
    worked = agent(fake([{}] * 9, company=True), Ends("finished", "failed"))

    assert (worked.ended, worked.runs, worked.failed) == ("failing", 6, 5)
    assert "something may be wrong with this machine" in worked.reason


def test_an_agent_ends_after_as_many_failures_in_a_row_as_it_was_told(fake, agent):
    worked = agent(fake([{}] * 9), Ends("finished", "failed"), terms=Terms(max_consecutive_failed_runs=2))

    assert (worked.ended, worked.runs, worked.failed) == ("failing", 3, 2)


def test_an_agent_whose_searcher_is_interrupted_ends_without_a_trial(fake, agent):
    """A hanging optimizer must not keep anyone from ending their agent."""
    engine = fake()

    def hangs(name):
        with engine.searching("backend x of y 1"):
            signal.raise_signal(signal.SIGINT)

    engine.next = hangs
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    worked = agent(engine, Ends("finished"))
    signal.signal(signal.SIGINT, before)

    assert (worked.ended, worked.runs) == ("interrupted", 0)
    assert engine.given_back == []


def test_an_interrupt_that_nobody_has_sent_is_raised(fake, agent):
    engine = fake()
    engine.next = raises(KeyboardInterrupt())

    with pytest.raises(KeyboardInterrupt):
        agent(engine, Ends("finished"))
