"""Optuna's dashboard over a store: what it shows, that it goes along, and that it changes nothing."""

import importlib.util
import json
import threading
import time
import urllib.error
import urllib.request
from http.client import HTTPConnection

import pytest

import sweepbridge
from sweepbridge.cli import main

pytest.importorskip("optuna_dashboard", reason="there is no optuna-dashboard here")

from sweepbridge_report.dashboard import server
from sweepbridge_report.mirror import Mirror

CONFIG = {
    "name": "mine",
    "method": "random",
    "metric": {"name": "score", "goal": "maximize"},
    "parameters": {
        "lr": {"distribution": "log_uniform_values", "min": 1e-4, "max": 0.1},
        "units": {"min": 1, "max": 9},
        "noise": {"distribution": "normal", "mu": 0, "sigma": 1},
        "share": {"distribution": "beta", "a": 2, "b": 2},
        "kind": {"values": [0, False, None, [1, 2], "a"]},
        "fixed": {"value": 3},
    },
}


@pytest.fixture
def opened(store):
    """A sweep without a trial."""
    return sweepbridge.open_sweep(sweepbridge.sweep(CONFIG, seed=1, store=store, say=lambda _: None), store=store)


@pytest.fixture
def mirror(store, opened):
    """A mirror that has seen the store before the first trial."""
    made = Mirror(store)
    made.refresh()
    return made


@pytest.fixture
def serving(mirror):
    """The address of a dashboard."""
    with server(mirror, 0) as made:
        threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()


def trials(mirror):
    [study] = mirror.storage.get_all_studies()
    return mirror.storage.get_all_trials(study._study_id)


def test_a_trial_is_followed_from_its_beginning_to_its_end(mirror, opened):
    held = opened.ask("me")
    held.log({"score": 0.5})
    mirror.refresh()
    [running] = trials(mirror)
    held.log({"score": 0.75})
    held.end("finished")
    mirror.refresh()
    [ended] = trials(mirror)

    assert (running.state.name, running.intermediate_values) == ("RUNNING", {0: 0.5})
    assert (ended.state.name, ended.values) == ("COMPLETE", [0.75])
    assert ended.intermediate_values == {0: 0.5, 1: 0.75}
    assert (ended.user_attrs["agent"], ended.user_attrs["name"]) == ("me", opened.table[0]["name"])


def test_every_kind_of_parameter_has_its_value_and_its_place(store, opened):
    for _ in range(6):
        held = opened.ask("me")
        held.log({"score": 1.0})
        held.end("finished")

    made = Mirror(store)
    made.refresh()

    assert len(trials(made)) == 6
    for shown, record in zip(trials(made), opened.trials, strict=True):
        expected = record.trial.params
        assert {name: shown.params[name] for name in ("lr", "units", "noise", "share")} == {
            name: expected[name] for name in ("lr", "units", "noise", "share")
        }
        assert shown.params["kind"] == str(expected["kind"])


def test_a_trial_that_failed_has_its_reason(mirror, opened):
    opened.ask("me").end("failed", reason="out of memory")
    mirror.refresh()

    assert trials(mirror)[0].state.name == "FAIL"
    assert trials(mirror)[0].user_attrs["reason"] == "out of memory"


@pytest.mark.slow
def test_ten_thousand_trials_are_shown_and_looking_for_news_costs_little(add, store):
    add(10_000)
    mirror = Mirror(store)
    mirror.refresh()

    begun = time.perf_counter()
    mirror.refresh()
    took_s = time.perf_counter() - begun

    assert len(trials(mirror)) == 10_000
    assert took_s < 1.0


def test_a_sweep_without_a_metric_is_counted_and_not_shown(store):
    sweepbridge.sweep({"method": "random", "parameters": {"x": {"min": 0.0, "max": 1.0}}}, store=store)
    mirror = Mirror(store)

    mirror.refresh()

    assert (mirror.storage.get_all_studies(), mirror.left_out) == ([], 1)


def test_the_dashboard_names_the_sweep(serving, opened):
    with urllib.request.urlopen(f"{serving}/api/studies") as answer:
        [study] = json.load(answer)["study_summaries"]

    assert study["study_name"] == f"mine ({opened.id})"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_dashboard_changes_nothing(serving, method):
    asked = urllib.request.Request(f"{serving}/api/studies/0", data=b"{}", method=method)

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked)

    assert refused.value.code == 405
    refused.value.close()


def test_a_page_that_lets_its_own_name_lead_here_is_turned_away(serving):
    connection = HTTPConnection(serving.removeprefix("http://"))
    connection.request("GET", "/api/studies", headers={"Host": "evil.example"})

    assert connection.getresponse().status == 403
    connection.close()


def test_a_port_that_is_taken_is_told(serving, opened, tmp_path, capsys):
    port = serving.rpartition(":")[2]

    assert main(["dashboard", "--port", port, "--store", str(tmp_path / ".sweepbridge")]) == 2
    assert "  fix       choose another --port, or 0 for a free one\n" in capsys.readouterr().err


def test_without_optuna_dashboard_the_command_says_what_to_install(monkeypatch, capsys):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "optuna_dashboard" else found(name))

    assert main(["dashboard"]) == 2
    assert "  fix       pip install 'sweepbridge-report[dashboard]'\n" in capsys.readouterr().err


def test_a_browser_shows_the_sweep_and_asks_no_other_machine(serving, opened, chromium):
    page, requests = chromium.new_page(), []
    page.on("request", lambda request: requests.append(request.url))

    page.goto(f"{serving}/dashboard")
    page.wait_for_selector(f"text=mine ({opened.id})")
    page.close()

    assert [url for url in requests if not url.startswith((serving, "data:", "blob:"))] == []
