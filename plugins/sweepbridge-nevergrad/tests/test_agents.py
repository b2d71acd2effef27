"""Agents at work on a sweep that runs one trial at a time."""

import threading

import sweepbridge

CONFIG = {
    "method": "nevergrad",
    "backend": {"name": "nevergrad", "num_workers": 1},
    "metric": {"name": "loss"},
    "parameters": {"x": {"min": 0.0, "max": 1.0}, "y": {"min": 0.0, "max": 5.0}},
    "run_cap": 12,
}


def test_two_agents_take_turns(tmp_path, monkeypatch):
    monkeypatch.setenv("SWEEPBRIDGE_STORE", str(tmp_path / "store.db"))
    at_work, most, losses = set(), [], []

    def train():
        with sweepbridge.init() as run:
            at_work.add(run.id)
            most.append(len(at_work))
            threading.Event().wait(0.02)
            losses.append((run.config.x - 0.3) ** 2 + (run.config.y - 2) ** 2)
            run.log({"loss": losses[-1]})
            at_work.remove(run.id)

    sweep_id = sweepbridge.sweep(CONFIG)
    agents = [threading.Thread(target=sweepbridge.agent, args=(sweep_id, train)) for _ in range(2)]
    for agent in agents:
        agent.start()
    for agent in agents:
        agent.join(timeout=120)

    assert not any(agent.is_alive() for agent in agents)
    assert len(losses) == 12
    assert set(most) == {1}
