"""Curves that grow are at every moment what they would be if they were made anew."""

from hypothesis import given
from hypothesis import strategies as st

from sweepbridge.engine.growing import Growing
from sweepbridge.plugin import Curves

TRIALS = st.integers(0, 4)
LOSSES = st.floats(-9, 9) | st.sampled_from([0.0, -0.0, 1.0])
EVENTS = st.lists(
    st.tuples(st.just("log"), TRIALS, LOSSES)
    | st.tuples(st.just("log"), TRIALS, LOSSES)
    | st.tuples(st.just("void"), TRIALS)
    | st.tuples(st.just("finish"), TRIALS),
    max_size=40,
)


def allowed(events):
    """Without what can't happen: a trial that has finished logs no more, and is not run again."""
    finished = set()
    for name, trial, *loss in events:
        if trial not in finished or name == "finish":
            yield name, trial, loss
        finished |= {trial} if name == "finish" else set()


def anew(events):
    """The curves after these events, made from nothing."""
    losses, finished, latest = {}, [], None
    for name, trial, loss in events:
        if name == "log":
            losses.setdefault(trial, []).extend(loss)
            latest = trial
        if name == "void":
            losses.pop(trial, None)
        if name == "finish":
            finished.append(trial)
    return Curves(losses, finished=finished, latest=latest)


def all_of(curves):
    columns = [list(curves.at(iteration)) for iteration in range(1, 8)]
    return dict(curves), curves.latest, columns, [list(curves.best_so_far(trial)) for trial in range(5)]


@given(EVENTS)
def test_curves_that_grow_are_what_they_would_be_if_made_anew(events):
    growing, happened = Growing(), []

    for name, trial, loss in allowed(events):
        getattr(growing, name)(trial, *loss)
        happened.append((name, trial, loss))
        assert all_of(growing) == all_of(anew(happened))
        assert all_of(growing.finished)[2:] == all_of(anew(happened).finished)[2:]
