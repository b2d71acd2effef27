"""What W&B's agents are told, and what becomes of their trials: by requests, and with a clock that stands."""

import json

import pytest
from sweepbridge_wandb.filters import matching, ordered
from sweepbridge_wandb.standing import INTERRUPTED_CODE, INTERRUPTED_S, SILENT_S

import sweepbridge

STOPPING = """\
method: random
metric: {name: loss, goal: minimize}
parameters: {a: {min: 0.0, max: 1.0}}
early_terminate: {type: hyperband, min_iter: 1, eta: 2, strict: true}
run_cap: 9
"""


def stops(run):
    return [{"type": "stop", "run_id": run}]


EXIT = [{"type": "exit"}]


def test_a_grid_is_handed_out_and_ends(client):
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)

    runs = [client.do(agent, {"loss": place}) for place in range(3)]

    assert runs == [f"{sweep}-{place}-1" for place in range(3)]
    assert client.beat(agent) == EXIT
    assert client.trials(sweep) == [("finished", None)] * 3


def test_a_run_is_offered_with_its_parameters_wrapped_and_nested(client):
    config = "{method: grid, program: x.py, parameters: {a: {value: 1}, o: {parameters: {k: {value: b}}}}}"
    agent = client.make_agent(client.make_sweep(config))

    [command] = client.beat(agent)

    assert command["args"] == {"a": {"value": 1}, "o": {"value": {"k": "b"}}}
    assert command["program"] == "x.py"


def test_a_run_is_called_as_its_trial_until_its_script_says_otherwise(client):
    sweep = client.make_sweep()
    runs = [client.take(client.make_agent(sweep)) for _ in range(2)]
    [named, _] = sweepbridge.open_sweep(sweep, store=client.house.store).table

    begun = [client.init(runs[0]), client.init(runs[1], displayName="mine")]

    assert [one["bucket"]["displayName"] for one in begun] == [named["name"], "mine"]


def test_history_becomes_the_metrics_of_the_trial(client):
    sweep = client.make_sweep()

    client.do(client.make_agent(sweep), {"loss": 3.0}, {"loss": 1.0, "val": {"acc": 0.5}}, {"loss": 2.0})

    opened = sweepbridge.open_sweep(sweep, store=client.house.store)
    assert opened.best.trial.losses == (1.0,)
    assert [(row["loss"], row.get("val.acc")) for row in opened.rows(0)] == [(3.0, None), (1.0, 0.5), (2.0, None)]


def test_lines_that_come_twice_are_counted_once(client):
    """The client sends a post again when the answer got lost."""
    sweep = client.make_sweep()
    run = client.take(client.make_agent(sweep))
    client.init(run)

    for _ in range(2):
        client.stream(run, {"loss": 3.0}, {"loss": 2.0})
    client.stream(run, {"loss": 2.0}, {"loss": 1.0}, offset=1)

    rows = sweepbridge.open_sweep(sweep, store=client.house.store).rows(0)
    assert [row["loss"] for row in rows] == [3.0, 2.0, 1.0]


def test_a_metric_that_is_only_in_the_summary_counts(client):
    sweep = client.make_sweep()
    run = client.take(client.make_agent(sweep))
    client.init(run)

    client.stream(run, files={"wandb-summary.json": {"offset": 0, "content": ['{"loss": 0.25, "_wandb": {}}']}})
    client.finish(run)

    assert sweepbridge.open_sweep(sweep, store=client.house.store).best.trial.losses == (0.25,)


def test_the_summary_of_a_run_that_has_ended_is_as_its_client_sent_it(client):
    """A script reads `run.summary["val"]["acc"]` back from W&B's API."""
    run = client.take(client.make_agent(client.make_sweep()))
    client.init(run)
    sent = '{"loss": {"min": 1.0}, "val": {"acc": 0.5}}'
    client.stream(run, {"loss": 1.0}, {"loss": 2.0, "val": {"acc": 0.5}})
    client.stream(run, files={"wandb-summary.json": {"offset": 0, "content": [sent]}})

    client.finish(run)

    found = client.house.run(run)
    assert dict(found.summary) == {"loss": {"min": 1.0}, "val": {"acc": 0.5}}
    assert ordered([found], "+summary_metrics.loss") == matching([found], {"summary_metrics.val.acc": 0.5}) == [found]
    assert matching([found], {"summary_metrics.loss": 2.0, "summary_metrics.loss.min": 1.0}) == [found]


@pytest.mark.parametrize(("code", "state"), [(0, "finished"), (1, "failed"), (3, "failed")])
def test_a_run_ends_as_its_client_says(client, code, state):
    sweep = client.make_sweep()

    client.do(client.make_agent(sweep), {"loss": 1.0}, code=code)

    assert client.trials(sweep)[0][0] == state


def test_the_reason_of_a_failure_is_the_last_line_that_was_printed(client):
    sweep = client.make_sweep()
    run = client.take(client.make_agent(sweep))
    client.init(run)
    lines = ["2026-01-02T03:04:05.000000 hello\n", "ERROR 2026-01-02T03:04:06.000000 ValueError: no\n"]

    client.stream(run, files={"output.log": {"offset": 0, "content": lines}})
    client.finish(run, 1)

    assert client.trials(sweep) == [("failed", "exit code 1: ValueError: no")]


def test_a_run_that_its_agent_does_not_have_any_more_has_failed_without_a_word(client):
    """W&B's agent reports no exit codes: a process that was killed sends nothing at all."""
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)
    run = client.take(agent)
    client.init(run)
    client.beat(agent, run)

    [following] = client.beat(agent)

    assert client.trials(sweep)[0] == ("failed", "its process ended without a word, as one that was killed does")
    assert following["run_id"] == f"{sweep}-1-1"


def test_a_run_that_dies_before_init_is_offered_once_more_and_then_has_failed(client):
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)

    offered = [client.take(agent) for _ in range(3)]

    assert offered == [f"{sweep}-0-1", f"{sweep}-0-1", f"{sweep}-1-1"]
    assert client.trials(sweep)[0][0] == "failed"
    assert "before wandb.init()" in client.trials(sweep)[0][1]


def test_an_offer_that_got_lost_comes_again_and_nothing_is_skipped(client):
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)
    lost = client.take(agent)

    run = client.restart().do(agent, {"loss": 1.0})

    assert run == lost
    assert client.trials(sweep) == [("finished", None)]


def test_a_stop_is_said_until_the_run_is_gone_and_then_it_was_stopped(client):
    sweep = client.make_sweep(STOPPING)
    agent = client.make_agent(sweep)
    for _ in range(3):
        client.do(agent, {"loss": 0.1}, {"loss": 0.1}, {"loss": 0.1})
    run = client.take(agent)
    client.init(run)

    told = client.stream(run, {"loss": 9.0}, {"loss": 9.0}).json()["stopped"]

    assert told is True
    assert [client.beat(agent, run) for _ in range(3)] == [stops(run)] * 3
    client.beat(agent)
    assert client.trials(sweep)[3][0] == "stopped"


def test_a_stopped_run_whose_client_reports_a_failure_was_stopped(client):
    """A function that was interrupted ends with exit code 1."""
    sweep = client.make_sweep(STOPPING)
    agent = client.make_agent(sweep)
    for _ in range(3):
        client.do(agent, {"loss": 0.1}, {"loss": 0.1})

    client.do(agent, {"loss": 9.0}, {"loss": 9.0}, code=1)

    assert client.trials(sweep)[3][0] == "stopped"


def test_that_a_run_is_to_stop_survives_a_restart(client):
    sweep = client.make_sweep(STOPPING)
    agent = client.make_agent(sweep)
    for _ in range(3):
        client.do(agent, {"loss": 0.1}, {"loss": 0.1})
    run = client.take(agent)
    client.init(run)
    client.stream(run, {"loss": 9.0}, {"loss": 9.0})

    again = client.restart()

    assert again.beat(agent, run) == stops(run)


def test_a_paused_sweep_gives_out_nothing_and_a_resumed_one_does(client):
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)

    client.house.set_state(sweep, "PAUSED")
    paused = client.beat(agent)
    client.house.set_state(sweep, "RUNNING")

    assert paused == []
    assert client.take(agent) == f"{sweep}-0-1"


def test_a_stopped_sweep_lets_its_run_end_and_its_agent_exit(client):
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)
    run = client.take(agent)
    client.init(run)

    client.house.set_state(sweep, "FINISHED")

    assert client.beat(agent, run) == []
    client.stream(run, {"loss": 1.0})
    client.finish(run)
    assert client.beat(agent) == EXIT
    assert client.trials(sweep) == [("finished", None)]


def test_a_cancelled_sweep_ends_its_run_and_then_its_agent(client):
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)
    run = client.take(agent)
    client.init(run)

    client.house.set_state(sweep, "CANCELED")

    assert client.beat(agent, run) == stops(run)
    assert client.beat(agent) == EXIT
    assert client.trials(sweep) == [("stopped", "the sweep was cancelled")]


def test_a_run_of_a_cancelled_sweep_that_nobody_reports_is_ended_by_the_reaper(client):
    sweep = client.make_sweep()
    run = client.take(client.make_agent(sweep))
    client.init(run)
    client.house.set_state(sweep, "CANCELED")

    client.clock[0] += SILENT_S
    client.house.reap()

    assert client.trials(sweep) == [("stopped", "the sweep was cancelled")]


def test_a_silent_run_is_lost_and_its_trial_runs_elsewhere(client):
    sweep = client.make_sweep()
    run = client.take(client.make_agent(sweep))
    client.init(run)

    client.clock[0] += SILENT_S
    client.house.reap()

    assert client.take(client.make_agent(sweep)) == f"{sweep}-0-2"
    assert client.stream(run, {"loss": 1.0}).json()["stopped"] is True


@pytest.mark.parametrize("sign", ["heartbeat", "file stream"])
def test_a_run_lives_as_long_as_either_its_agent_or_it_is_heard_of(client, sign):
    """After a Ctrl-C an agent waits for its run in silence; and a quiet run says little."""
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)
    run = client.take(agent)
    client.init(run)

    for _ in range(4):
        client.clock[0] += SILENT_S / 2
        client.beat(agent, run) if sign == "heartbeat" else client.stream(run)
        client.house.reap()

    assert client.trials(sweep) == [("running", None)]


def test_a_run_that_ctrl_c_has_ended_waits_for_another_agent(client):
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)
    client.do(agent, {"loss": 1.0}, code=INTERRUPTED_CODE)

    client.clock[0] += INTERRUPTED_S
    client.house.reap()

    assert client.trials(sweep) == [("waiting", None)]
    assert client.take(client.make_agent(sweep)) == f"{sweep}-0-2"


def test_a_run_that_ends_like_one_after_ctrl_c_has_failed_if_its_agent_goes_on(client):
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)

    client.do(agent, {"loss": 1.0}, code=INTERRUPTED_CODE)
    client.take(agent)

    assert client.trials(sweep)[0] == ("failed", "exit code 255")


def test_a_result_is_said_as_the_metric_has_it(client):
    """A loss is smaller where an accuracy is greater: people know the accuracy."""
    said = []
    client.house._say = said.append
    sweep = client.make_sweep(STOPPING.replace("goal: minimize", "goal: maximize"))

    client.do(client.make_agent(sweep), {"loss": 0.75})

    assert said[-1] == f"trial 0 of sweep {sweep} finished: loss=0.75"


def test_two_agents_get_two_trials(client):
    sweep = client.make_sweep()
    agents = [client.make_agent(sweep) for _ in range(2)]

    assert [client.take(agent) for agent in agents] == [f"{sweep}-0-1", f"{sweep}-1-1"]


@pytest.mark.parametrize("code", [0, 1])
def test_a_program_that_goes_on_after_its_run_has_ended_is_left_alone(client, code):
    """It may save its model, or draw its plots; and its agent gets no other run meanwhile."""
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)

    run = client.do(agent, {"loss": 1.0}, code=code)

    assert client.beat(agent, run) == []
    assert client.take(agent) == f"{sweep}-1-1"


def test_a_run_that_nobody_has_given_out_is_told_to_stop(client):
    agent = client.make_agent(client.make_sweep())

    assert client.beat(agent, "abcd1234") == stops("abcd1234")


@pytest.mark.parametrize("moment", ["offered", "begun", "logged", "ended"])
def test_a_server_that_is_killed_at_any_moment_goes_on_and_nothing_runs_twice(client, moment):
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)
    run = client.take(agent)
    if moment != "offered":
        client.init(run)
    if moment in ("logged", "ended"):
        client.stream(run, {"loss": 3.0})
    if moment == "ended":
        client.finish(run)

    again = client.restart()
    if moment != "ended":
        again.init(run)
        again.beat(agent, run)
        again.stream(run, {"loss": 3.0}, {"loss": 2.0})
        again.finish(run)

    assert again.trials(sweep) == [("finished", None)]
    assert [again.do(agent, {"loss": 1.0}) for _ in range(2)] == [f"{sweep}-1-1", f"{sweep}-2-1"]
    assert again.beat(agent) == EXIT


def test_what_was_on_disk_and_not_in_the_store_is_stored_after_a_restart(client, store, monkeypatch):
    """The server dies between the two: the client was not answered, and what it had sent is in the run's folder."""
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)
    run = client.take(agent)
    client.init(run)
    monkeypatch.setattr(sweepbridge.Held, "beat", _store_is_away)
    refused = client.stream(run, {"loss": 3.0}).status_code
    monkeypatch.undo()

    again = client.restart()
    again.stream(run, {"loss": 2.0}, offset=1)

    assert refused == 503
    rows = sweepbridge.open_sweep(sweep, store=store).rows(0)
    assert [row["loss"] for row in rows] == [3.0, 2.0]


@pytest.mark.parametrize(("code", "state"), [(0, "finished"), (1, "failed")])
def test_an_end_that_was_on_disk_and_not_in_the_store_is_one_after_a_restart(client, monkeypatch, code, state):
    """The client may be gone by then, and says it no second time."""
    sweep = client.make_sweep()
    run = client.take(client.make_agent(sweep))
    client.init(run)
    client.stream(run, {"loss": 3.0})
    monkeypatch.setattr(sweepbridge.Held, "end", _store_is_away)
    refused = client.finish(run, code).status_code
    monkeypatch.undo()

    again = client.restart()

    assert refused == 503
    assert [one for one, _ in again.trials(sweep)] == [state]


def _store_is_away(*_, **__):
    raise sweepbridge.StoreError("the store is away")


def test_after_a_restart_a_run_has_another_minute_to_be_heard_of(client):
    sweep = client.make_sweep()
    run = client.take(client.make_agent(sweep))
    client.init(run)

    again = client.restart()
    again.clock[0] += SILENT_S - 1
    again.house.reap()

    assert again.stream(run).json()["stopped"] is False
    assert again.trials(sweep) == [("running", None)]


def test_a_run_that_its_agent_never_comes_back_for_after_a_restart_is_lost(client):
    sweep = client.make_sweep()
    client.init(client.take(client.make_agent(sweep)))

    again = client.restart()
    again.clock[0] += SILENT_S
    again.house.reap()

    assert again.trials(sweep) == [("waiting", None)]


def test_an_agent_of_a_sweep_that_is_not_there_is_told_to_exit(client, tmp_path):
    """A 404 would end the newest agents, and leave older ones asking for ever."""
    agent = client.make_agent(client.make_sweep())
    with sweepbridge.store_at(tmp_path / "another") as store:
        client.house.store = store
        client.house._sweeps.clear()

        assert client.beat(agent) == EXIT


def test_agents_of_ours_and_of_w_and_b_share_a_sweep(client):
    sweep = client.make_sweep()
    theirs = client.take(client.make_agent(sweep))

    ours = sweepbridge.open_sweep(sweep, store=client.house.store).ask("me")

    assert (theirs, ours.number) == (f"{sweep}-0-1", 1)


def test_another_agent_on_this_machine_does_not_take_a_run_for_dead_when_the_server_dies(client):
    """Who dies on this machine is known at once; but the server's death says nothing about the runs of its clients."""
    sweep = client.make_sweep()
    client.init(client.take(client.make_agent(sweep)))
    store = client.house.store
    del client

    ours = sweepbridge.open_sweep(sweep, store=store).ask("me")

    assert ours.number == 1


def test_a_backend_that_fails_lets_agents_leave(client, monkeypatch):
    agent = client.make_agent(client.make_sweep())
    monkeypatch.setattr(sweepbridge.OpenSweep, "ask_for", _backend_fails)

    assert client.beat(agent) == EXIT


def _backend_fails(*_):
    raise sweepbridge.PluginError("backend broken")


def test_a_run_that_belongs_to_no_sweep_is_kept(client, store):
    """A script may begin runs of its own, as one for each fold of a cross-validation."""
    begun = client.init("fold-1", project="mine", config='{"k": {"value": 1}}')

    client.stream("fold-1", {"loss": 1.0})
    client.finish("fold-1")

    assert begun["inserted"] is True
    assert "loss" in (store.folder / "runs/wandb/fold-1/metrics.jsonl").read_text()
    assert client.house.run("fold-1").state == "finished"


def post_of(client, writer, offset, *rows, printed=()):
    """Rows and lines from one of several processes that write into one run, as W&B's shared mode has them."""
    lines = [json.dumps({**row, "_timestamp": 10.0 * ord(writer) + place}) for place, row in enumerate(rows, offset)]
    files = {
        "wandb-history.jsonl": {"offset": offset, "content": lines},
        "output.log": {"offset": offset, "content": list(printed)},
    }
    sent = client.post("/files/me/p/shared/file_stream", {"files": files}, **{"x-wandb-async-client-id": writer})
    assert sent.status_code == 200


RESUME = """
query RunResumeStatus($name: String!) {
  model(name: "p") { bucket(name: $name, missingOk: true) { historyLineCount historyTail eventsTail wandbConfig } }
}
"""


def test_a_run_that_was_only_given_out_is_not_one_to_resume(client):
    """Lightning says `resume="allow"` in every run; older clients break over a run without history."""
    run = client.take(client.make_agent(client.make_sweep()))

    found = client.ask(RESUME, name=run)["model"]["bucket"]

    assert found == {"historyLineCount": 0, "historyTail": '["{}"]', "eventsTail": "[]", "wandbConfig": "{}"}


def test_a_run_that_has_begun_is_one_to_resume(client):
    run = client.take(client.make_agent(client.make_sweep()))
    client.init(run)
    client.stream(run, {"loss": 1.0})

    found = client.ask(RESUME, name=run)["model"]["bucket"]

    assert (found["historyLineCount"], found["wandbConfig"]) == (1, '{"t": 1}')
    assert json.loads(json.loads(found["historyTail"])[-1])["loss"] == 1.0


def test_a_script_may_log_its_metric_in_a_second_session_of_its_run(client):
    """Such as `init` for training, `finish`, and `init` again for the evaluation."""
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)
    run = client.do(agent, {"pre": 1.0, "_timestamp": 1.0})

    between = client.beat(agent, run), client.trials(sweep)
    client.init(run)
    client.stream(run, {"loss": 9.0, "_timestamp": 2.0})
    client.stream(run, {"loss": 0.5}, offset=1)
    client.finish(run)

    assert between == ([], [("running", None)])
    assert client.trials(sweep) == [("finished", None)]
    assert sweepbridge.open_sweep(sweep, store=client.house.store).best.trial.losses == (0.5,)


@pytest.mark.parametrize("agent_goes_on", [True, False])
def test_a_script_that_never_logs_its_metric_has_failed_once_it_has_ended(client, agent_goes_on):
    sweep = client.make_sweep()
    agent = client.make_agent(sweep)
    client.do(agent, {"pre": 1.0})

    if agent_goes_on:
        client.beat(agent)
    client.clock[0] += INTERRUPTED_S
    client.house.reap()

    assert client.trials(sweep)[0] == ("failed", "loss was never logged; logged: pre")


def test_several_processes_may_write_into_one_run(client):
    """Each counts its lines for itself, from where the run stood when it came."""
    client.init("shared", project="p")
    post_of(client, "a", 0, {"loss": 3.0}, {"loss": 2.0}, printed=["a0\n", "a1\n"])
    post_of(client, "b", 1, {"util": 1}, {"util": 2}, printed=["b0\n", "b1\n"])

    again = client.restart()
    post_of(again, "a", 2, {"loss": 1.0}, printed=["a2\n"])
    for _ in range(2):
        post_of(again, "b", 3, {"util": 3}, printed=["b2\n"])

    folder = again.house.folder("shared")
    rows = [{name: row[name] for name in row if name[0] != "_"} for row in folder.rows()]
    assert rows == [{"loss": 3.0}, {"loss": 2.0}, {"util": 1}, {"util": 2}, {"loss": 1.0}, {"util": 3}]
    assert {name for row in folder.rows() for name in row if name[0] == "_"} == {"_timestamp"}
    assert (folder.path / "stdout.log").read_text().split() == ["a0", "a1", "b0", "b1", "a2", "b2"]


def test_a_run_stays_in_its_project_when_it_is_changed_afterwards(client):
    """`wandb.Api().run(…).update()` names no project."""
    client.init("mine", project="p")

    client.ask('mutation { upsertBucket(input: {name: "mine", tags: ["best"]}) { inserted } }')

    assert client.house.run("mine").project == "p"


def test_a_second_session_of_a_run_begins_its_lines_anew(client, store):
    """A script that calls `init` again for the same run counts its history from 0 again."""
    client.init("twice")
    client.stream("twice", {"loss": 1.0, "_timestamp": 1.0})
    client.stream("twice", {"loss": 2.0, "_timestamp": 2.0})

    rows = client.house.folder("twice").rows()

    assert [row["loss"] for row in rows] == [1.0, 2.0]


def test_over_many_runs_nothing_is_left_in_memory(client):
    config = "{method: random, parameters: {a: {min: 0.0, max: 1.0}}, run_cap: 5}"
    sweep = client.make_sweep(config)
    agent = client.make_agent(sweep)
    for _ in range(5):
        client.do(agent, {"loss": 1.0})
    client.beat(agent)

    client.house.reap()

    assert (client.house._hands, client.house._sweeps) == ({}, {})
