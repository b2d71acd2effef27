"""What a notebook shows of a sweep: complete, well formed, and with all that came from a user escaped."""

import html.parser

import pytest

from sweepbridge.store.taking_in import TakingIn
from sweepbridge.view.notebook import BEST, RUNNING, live_html, sweep_html
from sweepbridge.view.watch import watched_of

WICKED = '<script>alert("x")</script>&amp;'


class Page(html.parser.HTMLParser):
    """The tags of a piece of HTML, which must be closed in their order, and its text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def shown(engine, records):
    return Page(sweep_html(engine.store.sweep(engine.sweep.id), engine.config, records(engine)))


def test_a_sweep_is_shown_with_its_state_its_line_and_its_best_trials(begin, run, records):
    engine = begin()
    for score in (1.0, 3.0, 2.0):
        run(engine, {"score": score})
    run(engine, {"score": 9.0}, state="failed")

    page = shown(engine, records)

    text = " ".join(page.text)
    assert f"sweep {engine.sweep.id}" in text
    assert "trials: 1 failed, 3 finished" in text
    assert "best score so far: from 1 to 3" in text
    assert page.tags.count("polyline") == 1
    assert [page.text[page.text.index("optimizer.name") + 1 + 5 * row] for row in range(3)] == [
        "1 hearty-sweep-1",
        "2 earnest-sweep-2",
        "0 elegant-sweep-0",
    ]


def test_what_came_from_a_user_is_text_and_no_markup(begin, run, records):
    engine = begin(
        name=WICKED,
        metric={"name": WICKED},
        parameters={WICKED: {"values": [WICKED]}, "b": {"values": [1, 2]}},
    )
    run(engine, {WICKED: 1.0})
    run(engine, {WICKED: 0.5})

    page = shown(engine, records)

    assert "script" not in page.tags
    assert sum(WICKED in text for text in page.text) == 6


@pytest.mark.parametrize("metric", [None, {"name": "score"}])
def test_a_sweep_that_has_just_begun_is_shown_too(begin, records, metric):
    page = shown(begin(metric=metric), records)

    assert "trials: none yet" in page.text
    assert "table" not in page.tags


def test_a_long_sweep_is_shown_as_briefly_as_a_short_one(begin, run, records):
    engine = begin()
    for score in range(BEST + 5):
        run(engine, {"score": score})

    page = shown(engine, records)

    assert page.tags.count("tr") == 1 + BEST
    assert f"the best {BEST} of {BEST + 5}" in page.text


def live(engine, *said):
    watched = watched_of(engine.store, engine.sweep, engine.config)
    watched.join()
    return Page(live_html(watched, 61.0, said))


def test_a_sweep_that_goes_on_is_shown_with_what_runs_and_the_best_so_far(begin, run):
    engine = begin(run_cap=4)
    run(engine, {"score": 2.0})
    engine.record(engine.next("ann"), [{"score": 0.5}])

    page = live(engine, "trial 1 begins")

    assert page.text[0].startswith(f"{engine.sweep.id}  1/4 ended · 1 finished · 1 min")
    assert page.tags.count("progress") == 1
    assert {"running", "1 hearty-sweep-1", "score=0.5", "trial 1 begins"} <= set(page.text)
    assert any(text.startswith("best trial 0 elegant-sweep-0  score=2") for text in page.text)


def test_the_trial_that_failed_last_is_shown_with_its_reason(begin, run):
    """With agents in processes of their own, it is told nowhere else."""
    engine = begin()
    run(engine, {}, state="failed", reason="out of memory")

    assert "failed last: trial 0 elegant-sweep-0: out of memory" in live(engine).text


def test_a_sweep_of_which_many_trials_run_shows_some_of_them(begin):
    engine = begin()
    for place in range(RUNNING + 5):
        engine.next(f"agent-{place}")

    page = live(engine)

    assert page.tags.count("tr") == 1 + RUNNING
    assert f"running, the first {RUNNING} of {RUNNING + 5}" in page.text


def test_what_was_said_and_what_runs_is_text_and_no_markup(begin):
    engine = begin(parameters={"a": {"values": [WICKED, f"{WICKED}2"]}})
    engine.next("ann")

    page = live(engine, WICKED)

    assert "script" not in page.tags
    assert WICKED in page.text


def test_an_agent_that_takes_in_a_long_log_is_shown_with_how_far_it_is(begin):
    engine = begin()
    watched = watched_of(engine.store, engine.sweep, engine.config)
    watched.taking_in = [TakingIn("ann", 3, 400)]

    page = Page(live_html(watched, 1.0, ()))

    assert "ann takes in the log: 3 of 400 events" in page.text
    assert page.tags.count("progress") == 1
