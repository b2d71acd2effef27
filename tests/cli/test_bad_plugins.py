"""Bad plugins: whoever did it is named with its version, and no finished trial is lost."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sweepbridge.agents.brake import NEWS

BAD = Path(__file__).parent.parent / "bad_plugins"
SWEEP = """\
method: bad
backend: bad
command: [bash, -c, "echo '{\\"loss\\": ${x}}' >> $SWEEPBRIDGE_RUN_DIR/metrics.jsonl"]
metric: {name: loss}
parameters: {x: {min: 0.0, max: 1.0}, k: {values: [1, 2]}}
run_cap: 4
"""
# Where the tests run in the background, SIGINT is ignored, and children inherit that.
TERMINAL = """\
import signal
from sweepbridge.__main__ import script
signal.signal(signal.SIGINT, signal.default_int_handler)
script()
"""
ENTRY_POINTS = "[sweepbridge]\nbad = sweepbridge_bad\n"
METADATA = "Metadata-Version: 2.1\nName: sweepbridge-bad\nVersion: 0.7\n"


@pytest.fixture
def install(tmp_path_factory, monkeypatch):
    """Let one of the bad plugins be installed, as the distribution sweepbridge-bad 0.7: the folder that it is in."""

    def installed(name, *, metadata=METADATA):
        site = tmp_path_factory.mktemp("site")
        shutil.copy(BAD / f"{name}.py", site / "sweepbridge_bad.py")
        about = site / "sweepbridge_bad-0.7.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(metadata)
        (about / "entry_points.txt").write_text(ENTRY_POINTS)
        monkeypatch.syspath_prepend(site)
        monkeypatch.delitem(sys.modules, "sweepbridge_bad", raising=False)
        return site

    yield installed
    sys.modules.pop("sweepbridge_bad", None)


UNLOADABLE = {
    "raises_on_import": "RuntimeError: no licence",
    "exits_on_import": "SystemExit: 3",
    "panics_on_import": "PanicException: called `Option::unwrap()` on a `None` value",
    "misses_a_library": "ModuleNotFoundError: No module named 'no_such_library'",
    "offers_rubbish": "methods = None is not a list of at least one name",
    "misspells_a_hook": "no hook named sweepbridge_backend",
    "offers_a_name_twice": "the name 'bad', 2 times",
}


@pytest.mark.parametrize("name", UNLOADABLE)
def test_one_that_can_not_be_loaded_is_named_with_its_version_and_its_error(install, write, call, folder, name):
    install(name)

    printed = call("sweep", write(SWEEP))

    assert (printed.code, printed.out) == (2, "")
    assert 'backend "bad" is not available: sweepbridge-bad 0.7 failed to load\n' in printed.err
    assert UNLOADABLE[name] in printed.err
    assert not (folder / ".sweepbridge").exists()


@pytest.mark.parametrize("name", UNLOADABLE)
def test_one_that_can_not_be_loaded_keeps_nobody_else_from_working(install, write, call, name):
    install(name)

    printed = call("preview", write(SWEEP), "--backend", "random")

    assert printed.code == 2  # random has no method of this name, and says so itself
    assert 'backend "random" has no method "bad"' in printed.out
    assert call("--help").code == 0


def test_one_that_fails_to_check_a_config_is_named_before_anything_is_stored(install, write, call, folder):
    install("raises_in_check")

    printed = call("sweep", write(SWEEP))

    assert printed.err.startswith('backend "bad" of sweepbridge-bad 0.7 failed to check the config\n')
    assert "found     KeyError: 'x'" in printed.err
    assert not (folder / ".sweepbridge").exists()


def test_one_that_takes_a_name_of_ours_is_the_one_that_is_to_go(install, write, call):
    install("takes_a_name")

    printed = call("sweep", write(SWEEP.replace("bad", "random")))

    assert printed.code == 1
    assert printed.err.splitlines() == [
        'two plugins offer a backend named "random"',
        "  found     sweepbridge 0.1.0 and sweepbridge-bad 0.7",
        "  expected  one",
        "  fix       remove one: pip uninstall sweepbridge-bad",
    ]


IN_THE_THIRD_TRIAL = {
    "raises_in_ask": "failed when it was asked\n  found     ZeroDivisionError: division by zero",
    "exits_in_ask": "failed when it was asked\n  found     SystemExit: no licence",
    "leaves_the_space": "suggested a point that is not in the space\n  found     x = 1.5 is not from 0.0 to 1.0",
    "leaves_out_a_parameter": "suggested a point that is not in the space\n  found     x is missing",
    "answers_with_an_array": "x = np.float64(0.5) is not a plain Python value but float64",
    "answers_with_a_word": "answered with something else than a Suggestion",
    "notes_what_is_no_json": "put something into its note that JSON can't hold",
    "notes_nan": "put something into its note that JSON can't hold\n  found     note = {'mean': nan}",
    "notes_itself": "answered with something that can't be read\n  found     RecursionError",
    "notes_too_much": "wrote too much into its note\n  found     1,000,013 bytes",
}


@pytest.mark.parametrize("name", IN_THE_THIRD_TRIAL)
def test_one_that_fails_in_mid_sweep_is_named_and_loses_no_finished_trial(install, write, call, exported, name):
    install(name)
    sweep_id = call("sweep", write(SWEEP)).out.strip()

    worked = call("agent", sweep_id)

    assert worked.code == 1
    assert 'backend "bad" of sweepbridge-bad 0.7 ' in worked.err
    assert IN_THE_THIRD_TRIAL[name] in worked.err
    assert [row["state"] for row in exported(sweep_id)] == ["finished", "finished"]


@pytest.mark.parametrize(("name", "ran"), [("raises_in_start", 0), ("raises_in_tell", 1)])
def test_one_that_fails_to_start_or_to_listen_is_named_and_loses_no_finished_trial(
    install, write, call, exported, name, ran
):
    install(name)
    sweep_id = call("sweep", write(SWEEP)).out.strip()

    worked = call("agent", sweep_id)

    assert worked.code == 1
    assert 'backend "bad" of sweepbridge-bad 0.7 failed ' in worked.err
    assert [row["state"] for row in exported(sweep_id)] == ["finished"] * ran


def test_a_sweep_goes_on_where_a_bad_plugin_left_it_once_it_is_mended(install, write, call, exported):
    install("raises_in_ask")
    sweep_id = call("sweep", write(SWEEP)).out.strip()
    call("agent", sweep_id)

    install("prints")
    mended = call("agent", sweep_id)

    assert mended.code == 0
    assert [row["state"] for row in exported(sweep_id)] == ["finished"] * 4


def test_one_that_repeats_itself_tries_each_point_of_a_finite_space_once(install, write, call, exported):
    install("repeats_itself")
    finite = SWEEP.replace("{min: 0.0, max: 1.0}", "{values: [0.1, 0.2]}").replace("run_cap: 4", "")
    sweep_id = call("sweep", write(finite)).out.strip()

    worked = call("agent", sweep_id)

    assert worked.code == 0
    assert sorted((row["params.x"], row["params.k"]) for row in exported(sweep_id)) == [
        (0.1, 1),
        (0.1, 2),
        (0.2, 1),
        (0.2, 2),
    ]


def test_one_that_spoils_what_it_is_told_spoils_nothing_that_is_stored(install, write, call, exported):
    install("spoils_what_it_is_told")
    sweep_id = call("sweep", write(SWEEP)).out.strip()

    worked = call("agent", sweep_id)

    assert worked.code == 0
    assert [row["summary.loss"] == row["params.x"] >= 0 for row in exported(sweep_id)] == [True] * 4


def test_one_that_prints_leaves_standard_output_to_what_was_asked_for(install, write, call):
    install("prints")

    printed = call("sweep", write(SWEEP))

    assert printed.out == f"{printed.out.strip()}\n"
    assert len(printed.out.strip()) == 8
    assert {"imported", "offered", "checked"} <= set(printed.err.splitlines())


def test_one_that_leaves_a_thread_behind_keeps_no_agent_from_ending(install, write, shell):
    site = install("leaves_a_thread")
    write(SWEEP)

    printed = shell(f"PYTHONPATH={site} sweepbridge run sweep.yaml")

    assert printed.code == 0
    assert "warning: ending without threads that a plugin has left behind: bad-worker" in printed.err


@pytest.fixture
def hang(install, write, call, folder, environ):
    """Start a command on a sweep whose backend hangs in that process: the process, once it hangs."""
    processes = []

    def hanging(name, *words):
        site = install(name)
        write(SWEEP)
        command = [sys.executable, "-c", TERMINAL, *words]
        here = {**environ, "PYTHONPATH": str(site), "HANG": str(folder / "hangs")}
        processes.append(subprocess.Popen(command, env=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        until = time.monotonic() + 60
        while not (folder / "hangs").exists():
            assert processes[-1].poll() is None, processes[-1].communicate()
            assert time.monotonic() < until, "it never hung"
            time.sleep(0.02)
        return processes[-1]

    yield hanging
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def sweep_of(install, write, call):
    """Create a sweep that a bad plugin searches: its id."""

    def created(name):
        install(name)
        return call("sweep", write(SWEEP)).out.strip()

    return created


def press(process, news):
    """Press Ctrl-C, and wait until the process says that it has heard it."""
    process.send_signal(signal.SIGINT)
    assert any(line.startswith(news) for line in process.stderr), f"it ended without saying: {news}"


def test_one_that_hangs_is_ended_by_ctrl_c_and_holds_no_trial(hang, sweep_of, exported):
    sweep_id = sweep_of("hangs")
    agent = hang("hangs", "agent", sweep_id)

    agent.send_signal(signal.SIGINT)

    assert agent.wait(30) == 130
    assert exported(sweep_id) == []


def test_one_that_hangs_in_one_agent_leaves_the_others_to_work(hang, sweep_of, call, exported):
    sweep_id = sweep_of("hangs")
    hanging = hang("hangs", "agent", sweep_id)

    worked = call("agent", sweep_id)

    assert (worked.code, hanging.poll()) == (0, None)
    assert [row["state"] for row in exported(sweep_id)] == ["finished"] * 4


def test_one_that_hangs_on_import_is_named_by_the_ctrl_c_that_ends_the_wait(hang):
    waiting = hang("hangs_on_import", "backends")

    waiting.send_signal(signal.SIGINT)
    _, told = waiting.communicate(timeout=60)

    assert (waiting.returncode, told) == (130, "interrupted while sweepbridge-bad 0.7 was being loaded\n")


def test_one_that_hangs_and_hears_no_signal_is_killed_by_the_fourth_ctrl_c(hang, folder):
    running = hang("hangs_and_hears_nothing", "run", "sweep.yaml")

    for news in NEWS.values():
        press(running, news)

    assert running.wait(30) == 130
