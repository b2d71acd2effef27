"""The report as a browser shows it: every plot is drawn, brushing and sorting work, and nothing is asked of anyone."""

import pytest


@pytest.mark.parametrize("count", [10, 1000])
def test_every_plot_is_drawn_without_a_word_of_complaint(add, report, browse, count):
    opened = browse(report(add(count)))

    states = opened.states()
    assert states == {**dict.fromkeys(states, "drawn"), "front": "empty"}
    assert opened.complaints == []
