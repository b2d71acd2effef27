"""What a stopper is shown: curves, those of the finished trials, columns, the best so far, the metric's own sign."""

from sweepbridge.plugin import Curves

LOSSES = {4: [3.0, 1.0, 2.0], 0: [2.0], 9: [5.0, 4.0]}


def test_a_column_holds_the_losses_of_all_that_got_that_far_ascending():
    curves = Curves(LOSSES)

    assert [list(curves.at(iteration)) for iteration in (1, 2, 3, 4)] == [[2.0, 3.0, 5.0], [1.0, 4.0], [2.0], []]


def test_the_best_so_far_is_the_least_loss_up_to_each_iteration():
    curves = Curves(LOSSES)

    assert list(curves.best_so_far(4)) == [3.0, 1.0, 1.0]
    assert list(curves.best_so_far(7)) == []


def test_the_finished_trials_are_curves_of_their_own():
    curves = Curves(LOSSES, finished=[9, 0, 7], goal="maximize")

    assert dict(curves.finished) == {9: [5.0, 4.0], 0: [2.0]}
    assert (curves.finished.at(1), curves.finished.goal, dict(curves.finished.finished)) == ([2.0, 5.0], "maximize", {})


def test_a_value_has_the_metrics_own_sign():
    assert (Curves().value(0.5), Curves(goal="maximize").value(0.5)) == (0.5, -0.5)


def test_what_it_was_made_from_may_change_later():
    given = {1: [2.0]}
    curves = Curves(given)

    given[1].append(1.0)

    assert curves[1] == [2.0]
