"""The report as a browser shows it: every plot is drawn, brushing and sorting work, and nothing is asked of anyone."""

import random

import pytest

HOSTILE = "</script><script>alert(1)</script>"
TWO = {
    "method": "random",
    "metrics": [{"name": "loss", "goal": "minimize"}, {"name": "accuracy", "goal": "maximize"}],
    "parameters": {"x": {"min": 0.0, "max": 1.0}, "y": {"min": 0.0, "max": 1.0}},
}


def two_losses(number):
    chance = random.Random(number)
    return chance.random(), -chance.random()


def two_params(number):
    return {"x": number % 7 / 7, "y": number % 11 / 11}


@pytest.fixture
def drawn(browse):
    """Open a file, and see that every plot but these is drawn, without a complaint, and without a request."""

    def seen(file, *, empty=("front",)):
        opened = browse(file)
        states = opened.states()
        assert {name for name, state in states.items() if state != "drawn"} == set(empty)
        assert opened.complaints == []
        assert opened.requests == [file.as_uri()]
        return opened

    return seen


@pytest.mark.parametrize("count", [10, pytest.param(1000, marks=pytest.mark.slow)])
def test_every_plot_is_drawn_and_nothing_is_asked_of_anyone(add, report, drawn, count):
    opened = drawn(report(add(count)))

    assert opened.count.endswith(f"out of {count}, by trial, ascending.")


@pytest.mark.slow
def test_ten_thousand_trials_are_small_and_can_be_used_at_once(add, report, drawn):
    """Of three looks the quickest counts: how long one takes says more about the machine than about us."""
    file = report(add(10_000))

    ready = [int(drawn(file).page.evaluate("document.documentElement.dataset.ready")) for _ in range(3)]

    assert file.stat().st_size < 8_000_000
    assert min(ready) < 3000


def test_several_objectives_have_a_front_and_a_choice_of_the_objective(add, report, drawn):
    opened = drawn(report(add(60, config=TWO, params_of=two_params, losses_of=two_losses)), empty=("curves",))

    opened.page.select_option("#objective", label="maximize accuracy")
    opened.states()

    assert opened.page.text_content("#plot-history .ytitle") == "accuracy"
    assert "trials are on it" in opened.page.inner_text("#word-front")


def test_several_sweeps_are_compared_and_each_can_be_looked_at(add, report, drawn):
    one, other = add(20), add(30, name="the other")
    opened = drawn(report(one, other))

    opened.page.select_option("#sweep", index=1)

    assert opened.page.locator("#comparison tbody tr").count() == 2
    assert opened.page.locator(".summary:visible h2").all_inner_texts() == ["the other"]
    assert "out of 30" in opened.count


def test_a_heading_sorts_by_its_numbers_and_then_the_other_way_round(table):
    heading = table.page.locator("#table thead button", has_text="layers")

    heading.click()
    rising = [int(text) for text in table.column("layers")]
    heading.press("Enter")
    falling = [int(text) for text in table.column("layers")]

    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
    assert table.page.locator("#table th[aria-sort=descending]").inner_text().strip() == "layers"


def test_the_filter_takes_words_and_conditions_that_all_have_to_hold(table):
    table.page.fill("#words", "adam layers>=5 state=finished")

    assert table.column("trial")
    assert set(table.column("optimizer")) == {"adam"}
    assert set(table.column("state")) == {"finished"}
    assert {int(text) for text in table.column("layers")} <= {5, 6, 7, 8}


def test_to_drag_along_an_axis_keeps_the_same_trials_in_the_table(table):
    table.drag_along_axis("lr")
    kept = [float(text) for text in table.column("lr")]
    told = table.count
    table.page.click("#release")

    assert 0 < len(kept) < 50
    assert max(kept) < 1e-3  # the lower half of a log axis from 1e-5 to 0.1
    assert "Kept by the parallel coordinates: lr." in told
    assert table.count.startswith("Trials 1 to 50 of 120, out of 120")


def test_the_page_follows_the_system_into_the_dark(table):
    script = "getComputedStyle(document.body).backgroundColor"
    light = table.page.evaluate(script)

    table.page.emulate_media(color_scheme="dark")

    assert table.page.evaluate(script) != light
    assert table.complaints == []


def test_a_plot_keeps_its_height_when_the_window_is_made_smaller(table):
    table.states()
    script = "Array.from(document.querySelectorAll('.plot:not([hidden])'), plot => plot.clientHeight)"
    heights = table.page.evaluate(script)

    table.page.set_viewport_size({"width": 500, "height": 600})
    table.page.wait_for_function("document.querySelector('#plot-history .main-svg').clientWidth < 500")

    assert table.page.evaluate(script) == heights
    assert min(heights) > 150


def test_what_users_named_is_text_and_never_markup(add, report, drawn):
    config = {"method": "random", "metric": {"name": HOSTILE}, "parameters": {HOSTILE: {"values": [HOSTILE, "b"]}}}
    params = {"<i>a~1": "<b>"}
    sweep_id = add(
        12,
        config=config,
        name=HOSTILE,
        reason=HOSTILE,
        params_of=lambda at: {**params, "<~1script>": [HOSTILE, "b"][at % 2]},
    )

    opened = drawn(report(sweep_id), empty=("front", "contours"))

    assert opened.page.inner_text("h1") == f"Sweep {HOSTILE}"
    assert HOSTILE in opened.column("</script>")
    assert opened.page.locator("main script, main img, #table b").count() == 0


PLOTS = ("history", "parallel", "importance", "slices", "contours", "curves", "timeline", "front")


def test_a_sweep_without_a_trial_has_a_report(add, report, drawn):
    opened = drawn(report(add(0)), empty=PLOTS)

    assert opened.count == "No trial of 0 is kept."


def test_a_sweep_in_which_all_failed_has_a_report(add, report, drawn):
    opened = drawn(report(add(5, state_of=lambda _: "failed")), empty=set(PLOTS) - {"timeline"})

    assert opened.page.inner_text(".failures summary") == "5 times: it failed"


def test_a_sweep_without_a_metric_has_a_report(add, report, drawn):
    config = {"method": "random", "parameters": {"lr": {"min": 0.0, "max": 1.0}}}

    drawn(report(add(5, config=config)), empty=set(PLOTS) - {"timeline"})


def test_a_sweep_with_nan_in_it_has_a_report(add, report, drawn):
    def params(number):
        return {"lr": [0.1, float("nan"), 0.2, float("inf")][number % 4], "layers": number}

    opened = drawn(report(add(20, params_of=params)))

    assert {"NaN", "Infinity"} <= set(opened.column("lr"))
