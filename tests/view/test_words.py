"""Values, parameters, events and times in words."""

import pytest

from sweepbridge.spec import Objective
from sweepbridge.trials import Trial
from sweepbridge.view import words

SCORE = (Objective("score", "maximize"),)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1 + 0.2, "0.3"),
        (1e-05, "1e-05"),
        (3, "3"),
        (0, "0"),
        (False, "false"),
        (None, "null"),
        ("adam", "adam"),
        ("", ""),
        ([1, "ü"], '[1, "ü"]'),
        (float("nan"), "nan"),
    ],
)
def test_a_value_is_short_and_a_string_as_it_is(value, expected):
    assert words.value(value) == expected


def test_parameters_have_dotted_names():
    assert words.params({"lr": 0.5, "optimizer/name": "adam"}) == "lr=0.5 optimizer.name=adam"


def test_objectives_have_the_metrics_own_sign():
    assert words.objectives((*SCORE, Objective("loss")), (-0.75, 2.0)) == "score=0.75 loss=2"


@pytest.mark.parametrize("losses", [None, ()])
def test_no_losses_are_no_words(losses):
    assert words.objectives(SCORE, losses) == ""


@pytest.mark.parametrize(
    ("trial", "expected"),
    [
        (Trial(3, 1, "running", {"lr": 0.5}), "trial 3 began     bold-3  lr=0.5"),
        (Trial(3, 1, "finished", {"lr": 0.5}, losses=(-0.75,)), "trial 3 finished  bold-3  score=0.75"),
        (
            Trial(3, 1, "stopped", {}, losses=(-0.5,), reason="band 9"),
            "trial 3 stopped   bold-3  score=0.5 (band 9)",
        ),
        (Trial(3, 1, "failed", {}, losses=(-0.1,), reason="exit code 1"), "trial 3 failed    bold-3  (exit code 1)"),
    ],
)
def test_an_event_is_one_line_and_an_imputed_loss_is_not_shown(trial, expected):
    assert words.event(trial, SCORE, "bold-3") == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (185, "3 min 5 s"), (7620, "2 h 7 min"), (360000, "100 h 0 min")],
)
def test_a_length_of_time(seconds, expected):
    assert words.duration(seconds) == expected


def test_a_moment_is_local_time(monkeypatch):
    assert words.moment(0)[:3] in ("197", "196")
    assert len(words.moment(0)) == len("2026-11-24 09:30:05")
