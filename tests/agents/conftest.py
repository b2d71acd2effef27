"""What the agents' tests share: an engine that is a fake, one that is real, and programs to run."""

import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from sweepbridge.agents.brake import Brake
from sweepbridge.agents.program import ProgramRunner
from sweepbridge.agents.reports import Report
from sweepbridge.engine import Engine, Heard, Left, Over, create, plan
from sweepbridge.plugin import Verdict
from sweepbridge.registry import Registry
from sweepbridge.rundir import RunDir, RunInfo
from sweepbridge.space import nest
from sweepbridge.spec import load_object
from sweepbridge.store import Claim, open_store
from sweepbridge.trials import Trial
from tests.replayed import every_sweep_is_replayed

__all__ = ["every_sweep_is_replayed"]


@dataclass
class FakeEngine:
    """A fake: it hands out the given params in order, stores nothing, and remembers what it is told."""

    params_of: list = field(default_factory=list)
    stop_after: int = 1_000_000
    """How many rows a run may log before it is told to stop."""
    gives_up: bool = False
    rows: list = field(default_factory=list)
    results: list = field(default_factory=list)
    given_back: list = field(default_factory=list)
    left: list = field(default_factory=list)
    """What a failing agent has left to others: the trial at hand, and those before it."""
    company: bool = False
    """Whether other agents are at work."""
    beats: int = 0
    who: str = "random by random"
    sweep = SimpleNamespace(id="abcdefgh", project="mine", entity=None)
    store = SimpleNamespace(folder=Path("nowhere"))
    config = SimpleNamespace(objectives=(), name_of=lambda number, params, *, seed: f"warm-sweep-{number}")

    def claim(self, **params):
        return Claim("abcdefgh", Trial(len(self.results), 1, "running", params), 1, "me")

    def next(self, agent):
        return self.claim(**self.params_of.pop(0)) if self.params_of else Over("nothing is left")

    def params(self, claim):
        return nest(claim.trial.params)

    def record(self, claim, rows):
        self.rows += rows
        stop = Verdict(True, "too slow") if len(self.rows) >= self.stop_after else None
        return Heard(stop=stop, is_given_up=self.gives_up)

    def beat(self, claim):
        self.beats += 1
        return Heard()

    def end(self, claim, result):
        self.results.append(result)
        return None if self.gives_up else Trial(claim.trial.number, 1, result.state, {}, reason=result.reason)

    def has_failed(self, claim, result):
        return result.state == "failed"

    def has_company(self):
        return self.company

    def leave(self, claim, result, earlier):
        self.left.append((claim.trial.number, earlier))
        self.results.append(result)
        return Left(result.reason)

    def give_back(self, claim, reason, **how):
        self.given_back.append((claim.trial.number, reason))


@pytest.fixture
def fake():
    """The class of the fake engine."""
    return FakeEngine


@pytest.fixture
def said():
    """What was said to people so far."""
    return []


@pytest.fixture
def report_on(tmp_path):
    """A claimed run of an engine, ready to be executed."""

    def made(engine, **params):
        directory = RunDir.make(tmp_path / "runs" / "0-1", nest(params), RunInfo("abcdefgh", 0, 1))
        return Report(engine, engine.claim(**params), directory)

    return made


@pytest.fixture
def script(tmp_path):
    """A Python program of the given source."""

    def made(source, name="train.py"):
        file = tmp_path / name
        file.write_text(source)
        return str(file)

    return made


@pytest.fixture
def execute(report_on, script, said):
    """Run a program of the given source once: its result, and what its engine was told."""

    def executed(source, *, engine=None, brake=None, command=None, params=(), **options):
        engine = engine or FakeEngine()
        runner = ProgramRunner(command, script(source), **options)
        runner.start()
        try:
            return runner.run(report_on(engine, **dict(params)), brake or Brake(), said.append), engine
        finally:
            runner.close()

    return executed


@pytest.fixture
def real(tmp_path):
    """An engine on a store of its own, for a config."""

    def made(config, seed=1):
        store = open_store(tmp_path / ".sweepbridge")
        registry = Registry()
        decided = plan(load_object(config).config, registry)
        sweep = create(store, decided, seed=seed)
        return Engine(store, sweep, decided, registry)

    return made


@pytest.fixture
def sending():
    """What sends this process the given signals, one at each call."""

    def made(*numbers):
        left = list(numbers)
        return lambda: [signal.raise_signal(left.pop(0)) for _ in left[:1]]

    return made


@pytest.fixture
def in_a_terminal():
    """The signals of a terminal do in this process what they do there, whatever the tests were started from."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL, signal.SIGQUIT: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def is_alive():
    """Whether a process runs; one that has ended and was not waited for does not."""

    def looked(pid):
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False

    return looked


AGENT = """
import sys
from pathlib import Path
from sweepbridge.agents.agent import work
from sweepbridge.agents.program import ProgramRunner
from sweepbridge.engine import Engine, plan
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from sweepbridge.store import open_store

folder, sweep_id, program, name = Path(sys.argv[1]), *sys.argv[2:5]
store = open_store(folder)
sweep = store.sweep(sweep_id)
registry = Registry()
engine = Engine(store, sweep, plan(load_object(sweep.config).config, registry), registry)
say = lambda line: print(line, flush=True)
print(work(engine, ProgramRunner(None, program), name=name, runs=folder / "runs", say=say), flush=True)
"""


@dataclass
class StartedAgent:
    """An agent in a process of its own, as a user starts it in a terminal."""

    process: subprocess.Popen
    output: Path

    def said(self):
        return self.output.read_text()


@pytest.fixture
def start_agent(tmp_path, script):
    """Start a real agent, in a process of its own, on a sweep whose trials run the given program."""
    started = []

    def start(engine, program, name="me"):
        output = tmp_path / f"agent-{len(started)}.log"
        words = [script(AGENT, "agent.py"), tmp_path / ".sweepbridge", engine.sweep.id, program, name]
        with output.open("wb") as log:
            process = subprocess.Popen([sys.executable, *words], stdout=log, stderr=log, start_new_session=True)
        started.append(StartedAgent(process, output))
        return started[-1]

    yield start
    for agent in started:
        agent.process.kill()
        agent.process.wait()
