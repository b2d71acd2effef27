"""The newest official client, unedited: what it does against us, and that it talks to nobody else."""


def test_a_function_under_wandb_agent_and_the_public_api_afterwards(site):
    seen = site.last_line(site.python("function_agent.py", 3))

    assert (seen["state"], seen["backend"]) == ("FINISHED", "optuna")
    assert (seen["states"], seen["epochs"], seen["by_hand"]) == (["finished"] * 3, [2] * 3, [7] * 3)
    assert set(seen["kinds"]) <= {"a", "b"}
    assert (len(seen["history"]), seen["scanned"], seen["filtered"]) == (2, 2, [])
    assert [record.state for record in site.sweep(seen["id"]).trials] == ["finished"] * 3


def test_two_agents_share_a_grid_survive_the_servers_death_and_leave_at_its_end(site):
    sweep = site.make_sweep({"a": {"values": [1, 2, 3]}, "pause": {"value": 0.7}, "how": {"value": "slowly"}})
    agents = [site.agent(sweep) for _ in range(2)]
    site.until(
        lambda: sum(len(site.sweep(sweep).rows(number)) > 2 for number in (0, 1)) == 2, agents, trials=(sweep, 2)
    )

    site.kill_server()
    site.start_server()

    assert [site.ended(agent) for agent in agents] == [0, 0]
    trials = site.sweep(sweep).trials
    assert [(record.state, record.runs) for record in trials] == [("finished", 1)] * 3
    assert sorted(record.trial.params["a"] for record in trials) == [1, 2, 3]
    assert [len(site.sweep(sweep).rows(number)) for number in range(3)] == [20] * 3


def test_what_becomes_of_runs_that_end_badly(site):
    """The agent reports none of it."""
    sweep = site.make_sweep({"how": {"values": ["raises", "before init", "killed"]}, "a": {"value": 1}})

    code = site.ended(site.agent(sweep, WANDB_AGENT_DISABLE_FLAPPING="true"))

    ends = {record.trial.params["how"]: record for record in site.sweep(sweep).trials}
    assert code == 0
    assert {record.state for record in ends.values()} == {"failed"}
    assert ends["raises"].trial.reason == "exit code 1: ValueError: no luck"
    assert "before wandb.init()" in ends["before init"].trial.reason
    assert "without a word" in ends["killed"].trial.reason


def test_a_sweep_is_paused_resumed_and_cancelled_by_the_official_command(site):
    sweep = site.make_sweep({"a": {"values": [1, 2, 3]}, "pause": {"value": 5.0}, "how": {"value": "slowly"}})
    agent = site.agent(sweep)
    site.until(lambda: site.sweep(sweep).rows(0), [agent], trials=(sweep, 1))

    states = [site.state_after(change, sweep) for change in ("--pause", "--resume", "--cancel")]

    assert states == ["paused", "running", "cancelled"]
    assert site.ended(agent) == 0
    assert [record.state for record in site.sweep(sweep).trials] == ["stopped"]
