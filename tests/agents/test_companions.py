"""What lives beside an agent: it adds to the environment of each run, and can fail none."""

import os
import warnings

import pytest

from sweepbridge.agents.brake import Brake
from sweepbridge.agents.companions import Companions
from sweepbridge.agents.environment import ADDED_VARIABLE, of_run
from sweepbridge.agents.function import FunctionRunner
from sweepbridge.registry import Offer, Plugin
from sweepbridge.rundir import RunDir, RunInfo
from sweepbridge.store import Claim
from sweepbridge.trials import Trial


class Noting:
    """A companion that adds what it is told to, and notes what happens to it."""

    def __init__(self, *, name="noting", fails_at=None, **adds):
        self.name, self.fails_at, self.adds = name, fails_at, adds
        self.seen = []

    def start(self):
        self._happens("start")
        return self

    def environ(self, directory, given, users):
        self._happens("environ")
        self.asked = (directory, dict(given), dict(users))
        return self.adds

    def close(self):
        self._happens("close")

    def _happens(self, what):
        self.seen.append(what)
        if self.fails_at == what:
            raise RuntimeError("broken")


@pytest.fixture
def beside():
    """The companions of an agent, started."""
    started = []

    def begun(*records):
        plugin = Plugin("noting", "noting", "sweepbridge-noting", "1.2")
        companions = Companions(Offer(record, plugin) for record in records)
        companions.start()
        started.append(companions)
        return companions

    yield begun
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for companions in started:
            companions.close()


@pytest.fixture
def made_of(tmp_path):
    """The environment that a run gets from its agent's, with companions."""

    def made(companions, **agents):
        directory = RunDir.make(tmp_path / "0-1", {"lr": 1}, RunInfo("abcdefgh", 0, 1))
        return of_run(agents, Claim("abcdefgh", Trial(0, 1, "running", {}), 1, "me"), directory, companions)

    return made


def test_what_a_companion_adds_is_in_the_runs_environment_and_wins(beside, made_of):
    made = made_of(beside(Noting(MINE="1", WANDB_MODE="online")), PATH="/bin")

    assert (made["MINE"], made["WANDB_MODE"], made["PATH"]) == ("1", "online", "/bin")


def test_a_companion_sees_the_runs_folder_its_environment_and_the_users_word(beside, made_of, tmp_path):
    companion = Noting()

    made_of(beside(companion), WANDB_PROJECT="mine")

    directory, given, users = companion.asked
    assert directory == tmp_path / "0-1"
    assert (given["WANDB_MODE"], given["SWEEPBRIDGE_TRIAL"]) == ("offline", "0")
    assert users == {"WANDB_PROJECT": "mine"}


def test_companions_see_what_those_before_them_have_added(beside, made_of):
    second = Noting(name="second")

    made_of(beside(Noting(MINE="1"), second))

    assert second.asked[1]["MINE"] == "1"


@pytest.mark.parametrize("fails_at", ["start", "environ"])
def test_a_companion_that_fails_is_named_once_and_the_run_goes_on(beside, made_of, fails_at):
    broken, sound = Noting(fails_at=fails_at, MINE="1"), Noting(name="sound", YOURS="2")

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        companions = beside(broken, sound)
        made, again = made_of(companions), made_of(companions)

    assert [str(one.message).partition(" failed")[0] for one in told] == ["companion noting of sweepbridge-noting 1.2"]
    assert (made["YOURS"], again["YOURS"], "MINE" in made) == ("2", "2", False)


def test_a_companion_that_fails_when_it_closes_does_not_keep_the_others(beside):
    sound = Noting(name="sound")
    companions = beside(sound, Noting(fails_at="close"))

    with pytest.warns(UserWarning, match="failed at close"):
        companions.close()

    assert sound.seen == ["start", "close"]


@pytest.mark.parametrize("adds", [{"MINE": 1}, {"MINE": None}])
def test_a_companion_that_adds_something_that_is_no_text_is_named(beside, made_of, adds):
    with pytest.warns(UserWarning, match="MINE is no text"):
        made = made_of(beside(Noting(**adds)))

    assert "MINE" not in made


def test_a_program_has_what_companions_add(execute, beside, tmp_path):
    execute("import os; print(os.environ['MINE'])", companions=beside(Noting(MINE="here")))

    assert (tmp_path / "runs/0-1/stdout.log").read_text() == "here\n"


def test_a_function_has_what_companions_add_and_the_agent_does_not_keep_it(fake, report_on, beside):
    seen = {}

    FunctionRunner(lambda: seen.update(os.environ), beside(Noting(MINE="here"))).run(report_on(fake()), Brake(), print)

    assert seen["MINE"] == "here"
    assert "MINE" not in os.environ


def test_an_agent_that_a_run_starts_takes_nothing_of_that_for_the_users_word(beside, made_of):
    """Else its runs would report as that run does, and under its id."""
    outer = made_of(beside(Noting(WANDB_MODE="online", WANDB_BASE_URL="http://outer")), WANDB_PROJECT="mine")

    inner = made_of(None, **outer)

    assert "WANDB_BASE_URL" in outer[ADDED_VARIABLE].split(",")
    assert (inner["WANDB_MODE"], inner["WANDB_PROJECT"], "WANDB_BASE_URL" in inner) == ("offline", "mine", False)
    assert inner["WANDB_DIR"] == inner["SWEEPBRIDGE_RUN_DIR"]
