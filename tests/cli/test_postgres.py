"""Commands on a store on PostgreSQL, with real programs in processes of their own."""

import pytest

from tests.cli.conftest import SWEEP, TRAIN

SLOW = "import time; time.sleep(0.4)\n" + TRAIN


@pytest.fixture
def files(write):
    """A grid of six points and its program."""
    write(TRAIN, "train.py")
    return write(SWEEP)


def test_run_with_workers_takes_a_url_and_keeps_the_runs_in_this_folder(files, postgres, start, call, folder):
    ran = start("run", files, "--workers", 2, "--store", postgres)
    complaints = ran.communicate()[1]

    (line,) = call("list", "--store", postgres).out.splitlines()[-1:]
    assert ran.returncode == 0, complaints
    assert "6 finished" in line
    assert (folder / ".sweepbridge" / ".gitignore").read_text() == "*\n"
    assert len(list(folder.glob(".sweepbridge/runs/*/*/metrics.jsonl"))) == 6
    assert not list(folder.rglob("*.db"))


def test_a_store_in_the_environment_needs_no_option(files, postgres, call, monkeypatch, folder):
    monkeypatch.setenv("SWEEPBRIDGE_STORE", postgres)

    sweep_id = call("sweep", files).out.strip()

    assert sweep_id in call("list").out
    assert not (folder / ".sweepbridge").exists()


def test_a_sweep_goes_on_where_it_was_when_its_server_is_restarted(write, postgres, start, call, server, eventually):
    write(SLOW, "train.py")
    ran = start("run", write(SWEEP), "--workers", 2, "--store", postgres)
    eventually(lambda: " finished" in call("list", "--store", postgres).out, ran)  # one trial, or two at once

    server.restart()

    complaints = ran.communicate()[1]
    assert ran.returncode == 0, complaints
    assert "6 finished" in call("list", "--store", postgres).out
