"""The newest official client, unedited: what it does against us, and that it talks to nobody else."""

import pytest

pytestmark = pytest.mark.timeout(900)  # clients take seconds to start, and far longer on a machine that is busy


def test_a_function_under_wandb_agent_and_the_public_api_afterwards(site):
    seen = site.last_line(site.python("function_agent.py", 3))

    assert (seen["state"], seen["backend"]) == ("FINISHED", "optuna")
    assert (seen["states"], seen["epochs"], seen["by_hand"]) == (["finished"] * 3, [2] * 3, [7] * 3)
    assert set(seen["kinds"]) <= {"a", "b"}
    assert (len(seen["history"]), seen["scanned"], seen["filtered"]) == (2, 2, [])
    assert [record.state for record in site.sweep(seen["id"]).trials] == ["finished"] * 3


def test_two_agents_share_a_grid_survive_the_servers_death_and_leave_at_its_end(site):
    sweep = site.make_sweep({"a": {"values": [1, 2, 3]}, "pause": {"value": 0.4}, "how": {"value": "slowly"}})
    agents = [site.agent(sweep) for _ in range(2)]
    site.until(lambda: site.rows_of(sweep, 0, 1) > 4, agents, trials=(sweep, 2))

    site.kill_server()
    site.start_server()

    assert [site.ended(agent) for agent in agents] == [0, 0]
    trials = site.sweep(sweep).trials
    assert [(record.state, record.runs) for record in trials] == [("finished", 1)] * 3
    assert sorted(record.trial.params["a"] for record in trials) == [1, 2, 3]
    assert [len(site.sweep(sweep).rows(number)) for number in range(3)] == [20] * 3
