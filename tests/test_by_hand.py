"""A sweep by hand: whoever asks is the agent, and says what becomes of each trial."""

import json

import pytest

import sweepbridge
from sweepbridge import Over, Wait, open_sweep, sweep
from sweepbridge.errors import UsageError

GRID = {"method": "grid", "metric": {"name": "loss"}, "parameters": {"a": {"values": [1, 2]}}}
STOPPING = {
    "method": "grid",
    "metric": {"name": "loss"},
    "parameters": {"a": {"values": [1, 2, 9]}},
    "early_terminate": {"type": "hyperband", "min_iter": 1, "eta": 2, "strict": True},
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder without a store, here and above."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SWEEPBRIDGE_STORE", raising=False)
    return tmp_path


@pytest.fixture
def make():
    """A new sweep, opened."""
    return lambda config=GRID: open_sweep(sweep(config))


def test_trials_are_asked_for_logged_and_ended(make):
    opened = make()

    while not isinstance(held := opened.ask(), Over):
        held.log({"loss": held.params["a"] * 0.5})
        held.end()

    assert held.reason == "the search is complete: nothing is left to suggest"
    assert opened.state == "finished"
    assert [record.trial.losses for record in opened.trials] == [(0.5,), (1.0,)]
    assert opened.rows(0)[0]["loss"] == 0.5


def test_nothing_now_says_why(make):
    opened = make()
    opened.ask("ann"), opened.ask("bob")

    waiting = opened.ask("cid")

    assert isinstance(waiting, Wait)
    assert "still running" in waiting.why


def test_a_paused_sweep_waits_and_goes_on_when_it_is_resumed(make):
    opened = make()

    opened.pause()
    paused = opened.ask()
    opened.resume()

    assert isinstance(paused, Wait)
    assert opened.ask().number == 0


def test_a_trial_that_is_given_back_waits_for_another_run(make):
    opened = make()
    held = opened.ask("ann")

    held.give_back("no time")

    again = opened.ask("bob")
    assert (again.number, again.run, again.agent) == (0, 2, "bob")


def test_a_run_that_is_to_end_hears_why(make):
    opened = make(STOPPING)
    for _ in range(2):
        held = opened.ask()
        held.log({"loss": held.params["a"]})
        held.end()
    bad = opened.ask()

    why = bad.log({"loss": 9.0})

    assert "is above the threshold" in why
    assert bad.end("stopped", reason=why).state == "stopped"


def test_a_cancelled_sweep_ends_its_runs(make):
    opened = make()
    held = opened.ask()

    opened.cancel()
    held._report._beaten_at = float("-inf")  # a beat is due

    assert held.beat() == "the sweep was cancelled"


def test_a_finished_run_without_the_metric_has_failed(make):
    opened = make()

    trial = opened.ask().end()

    assert trial.state == "failed"
    assert "loss was never logged" in trial.reason


def test_a_summary_may_hold_the_metric(make):
    assert make().ask().end(summary={"loss": 0.25}).losses == (0.25,)


def test_a_summary_may_hold_the_metric_inside_of_another(make):
    opened = make({**GRID, "metric": {"name": "val.loss"}})

    assert opened.ask().end(summary={"val": {"loss": 0.25}}).losses == (0.25,)


def test_a_failed_run_with_retries_ends_no_trial(make):
    opened = make({**GRID, "retries": 1})

    ended = opened.ask().end("failed", reason="bad luck")

    assert ended is None
    assert opened.ask().run == 2


def test_what_a_program_appends_to_the_runs_folder_is_heard(make):
    held = make().ask()

    (held.directory / "metrics.jsonl").write_text(json.dumps({"loss": 0.5}) + "\n")

    assert held.end().losses == (0.5,)


def test_a_run_elsewhere_is_taken_up_again_by_another_process(make):
    """Its rows are read again from the folder, and counted once."""
    opened = make()
    held = opened.ask_for("far-away")
    held.log({"loss": 3.0})

    again = open_sweep(opened.id).held("far-away")
    again.log({"loss": 2.0})
    again.end()

    assert [row["loss"] for row in opened.rows(0)] == [3.0, 2.0]
    assert opened.trials[0].trial.losses == (2.0,)


def test_a_run_elsewhere_is_not_lost_when_this_process_lets_go(make):
    """The process that asked for it says nothing about the one that runs it."""
    opened = make()
    opened.ask_for("far-away")
    sweep_id = opened.id
    del opened

    assert open_sweep(sweep_id).ask("me").number == 1


def test_who_holds_nothing_takes_nothing_up(make):
    assert make().held("nobody") is None


def test_a_run_whose_folder_is_on_another_machine_is_not_taken_up(make, folder):
    opened = make()
    held = opened.ask_for("far-away")

    held.directory.rename(folder / "gone")

    assert opened.held("far-away") is None


def test_a_trial_whose_folder_can_not_be_made_goes_back(make, folder):
    opened = make()
    (folder / ".sweepbridge" / "runs").write_text("in the way")

    with pytest.raises(OSError, match="runs"):
        opened.ask()

    assert opened.trials[0].is_waiting


def test_the_state_of_a_sweep_that_is_over_can_not_be_changed(make):
    opened = make()
    opened.stop()

    with pytest.raises(UsageError, match="is over"):
        opened.pause()


def test_all_sweeps_of_a_store_are_listed_and_share_it(make):
    made = [make().id, make().id]

    found = sweepbridge.list_sweeps()

    assert [one.id for one in found] == made
    assert found[0].store is found[1].store
    assert sweepbridge.open_sweep(made[0], store=found[0].store).store is found[0].store


def test_the_runs_of_a_trial_are_told(make):
    opened = make()
    opened.ask("ann").give_back("no time")
    opened.ask("bob").log({"loss": 1.0})

    assert [(run.run, run.agent, run.state) for run in opened.runs(0)] == [
        (1, "ann", "interrupted"),
        (2, "bob", "running"),
    ]


def test_what_there_is_to_note_about_a_config_can_be_heard(capsys):
    heard = []

    sweep_id = sweep(GRID, say=heard.append)

    assert heard[-1] == f"Create sweep with ID: {sweep_id}"
    assert capsys.readouterr().err == ""
