"""A sweep as it goes on: what is folded of its log, and how it looks in narrow and in wide terminals."""

import io

import pytest
from rich.console import Console

from sweepbridge.store.taking_in import TakingIn
from sweepbridge.view.watch import BARS, Watched, panel, sparkline, total_of


@pytest.fixture
def watch():
    """Watch an engine's sweep from its beginning."""

    def watching(engine, total=None):
        return Watched(engine.store, engine.sweep, engine.config, total)

    return watching


def shown(watched, width):
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(panel(watched, 90.0, width))
    return console.export_text()


def test_the_log_is_read_on_from_where_the_last_look_ended(begin, run, watch):
    engine = begin()
    watched = watch(engine)
    run(engine, {"score": 1.0})

    first = watched.catch_up()
    claim = engine.next("bob")
    second = watched.catch_up()

    assert [(trial.number, trial.state) for trial in first] == [(0, "running"), (0, "finished")]
    assert [(trial.number, trial.state) for trial in second] == [(1, "running")]
    assert watched.catch_up() == []
    assert list(watched.running) == [claim.trial.number]


def test_ends_are_counted_and_the_best_is_kept(begin, run, watch):
    engine = begin()
    for score, state in [(1.0, "finished"), (3.0, "stopped"), (2.0, "finished"), (9.0, "failed")]:
        run(engine, {"score": score}, state=state)

    (watched := watch(engine)).catch_up()

    assert watched.states == {"finished": 2, "stopped": 1, "failed": 1}
    assert (watched.began, watched.ended, watched.running) == (4, 4, {})
    assert (watched.best.number, watched.best.losses) == (1, (-3.0,))
    assert watched.history == [-1.0, -3.0, -3.0]


def test_the_last_metric_of_a_running_trial_is_shown_with_its_own_sign(begin, watch):
    engine = begin()
    engine.record(engine.next("ann"), [{"score": 0.25}, {"epoch": 2}, {"score": 0.5}])

    (watched := watch(engine)).catch_up()

    assert watched.last_metric(0) == "score=0.5"
    assert watched.last_metric(1) == ""


@pytest.mark.parametrize("width", [80, 200])
def test_the_panel_fits_the_terminal(begin, run, watch, width):
    engine = begin(parameters={f"a_parameter_of_a_long_name_{place}": {"min": 0.0, "max": 1.0} for place in range(9)})
    for score in range(100):
        run(engine, {"score": score})
    engine.next("ann")
    (watched := watch(engine, total=200)).catch_up()

    lines = shown(watched, width).splitlines()

    assert max(map(len, lines)) <= width
    assert lines[0].rstrip() == (
        f"{engine.sweep.id}  100/200 ended · 100 finished · 1 min 30 s · about 1 min 30 s left"
    )
    assert [line.split()[0] for line in lines[2:4]] == ["trial", "best"]
    assert "…" in lines[2]


def test_the_panel_of_a_sweep_that_has_just_begun(begin, watch):
    watched = watch(engine := begin())
    watched.catch_up()

    assert shown(watched, 80).split() == [engine.sweep.id, "0", "ended", "·", "1", "min", "30", "s"]


def test_a_sweep_without_a_metric_is_watched_too(begin, run, watch):
    engine = begin(metric=None)
    run(engine, {"anything": 1})
    (watched := watch(engine)).catch_up()

    assert watched.best is None
    assert "1 finished" in shown(watched, 80)


def test_a_sparkline_goes_down_as_the_loss_gets_better():
    assert sparkline([8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0], 60) == BARS[::-1]


@pytest.mark.parametrize(("losses", "expected"), [([], ""), ([1.0], "▁"), ([2.0, 2.0], "▁▁")])
def test_a_sparkline_of_nothing_or_of_one_value(losses, expected):
    assert sparkline(losses, 60) == expected


@pytest.mark.parametrize("count", [59, 60, 61, 119, 121, 1000])
def test_a_sparkline_is_no_longer_than_it_may_be_and_ends_with_the_latest(count):
    line = sparkline([float(-place) for place in range(count)], 60)

    assert len(line) <= 60
    assert (line[0], line[-1]) == ("█", "▁")


def test_a_bad_first_trial_does_not_flatten_the_rest():
    line = sparkline([1e6, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0], 60)

    assert line[0] == BARS[-1]
    assert len(set(line[1:])) >= 4


def test_a_sparkline_of_one_fall_and_then_nothing_shows_the_fall():
    assert sparkline([9.0, 1.0, 1.0, 1.0], 60) == BARS[-1] + 3 * BARS[0]


def test_a_sparkline_of_losses_that_are_worlds_apart():
    assert sparkline([1.7e308, -1.7e308], 60)[-1] == "▁"


def test_what_is_left_is_told_from_what_has_ended_since_someone_came_to_look(begin, run, watch):
    """A sweep may have been paused for days before."""
    engine = begin()
    for score in range(4):
        run(engine, {"score": score})
    (watched := watch(engine, total=10)).catch_up()
    watched.ended_before, watched.elapsed_before_s = 2, 70.0

    assert "about 1 min 0 s left" in shown(watched, 80)  # 20 s for two, and six to come


def test_running_trials_that_have_no_room_are_counted(begin, watch):
    engine = begin()
    for agent in range(20):
        engine.next(f"agent-{agent}")
    (watched := watch(engine)).catch_up()

    lines = shown(watched, 80).splitlines()

    assert sum(line.startswith("trial ") for line in lines) == 17
    assert lines[-1].rstrip() == "… and 3 more"


def test_a_sweep_that_is_not_running_says_so_and_expects_no_more(begin, run, watch):
    engine = begin()
    run(engine, {"score": 1})
    engine.store.set_state(engine.sweep.id, "paused")
    (watched := watch(engine)).catch_up()

    assert f"{engine.sweep.id}  1 ended · paused ·" in shown(watched, 80)
    assert not watched.is_over


@pytest.mark.parametrize(
    ("config", "priors", "total"),
    [
        ({}, [], None),
        ({"run_cap": 5}, [], 5),
        ({"method": "grid", "parameters": {"a": {"values": [1, 2, 3]}}}, [{"a": 2}], 2),
        ({"parameters": {"a": {"values": [1, 2, 3]}}, "run_cap": 2}, [], 2),
        ({"parameters": {"a": {"values": [1, 2, 3]}}, "duplicates": "allow"}, [], None),
    ],
)
def test_how_many_trials_a_sweep_will_have(begin, config, priors, total):
    engine = begin(**config)

    assert total_of(engine.config, engine.sweep.method, priors) == total


def test_a_trials_name_stands_before_its_parameters(begin, run, watch):
    engine = begin(run_name="{optimizer.name}!{number}")
    run(engine, {"score": 1})
    engine.next("ann")
    (watched := watch(engine)).catch_up()

    text = shown(watched, 120)

    assert [word for word in text.split() if "!" in word] == [
        f"{trial.params['optimizer/name']}!{trial.number}" for trial in (*watched.running.values(), watched.best)
    ]


def test_agents_that_take_in_a_long_log_are_shown_with_how_far_they_are(begin, watch):
    """They have no trial yet, and it would look as if nothing went on."""
    watched = watch(begin(run_cap=5))
    watched.taking_in = [TakingIn(f"agent-{place}", 10 * place, 400) for place in range(5)]

    lines = shown(watched, 80).splitlines()

    assert [line.rstrip() for line in lines if "takes in the log" in line] == [
        f"agent-{place} takes in the log: {10 * place} of 400 events" for place in range(3)
    ]
