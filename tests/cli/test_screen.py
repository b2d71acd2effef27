"""What `run` shows: a panel that is drawn again and again on a terminal, and a line for each event elsewhere."""

import io

import pytest
from rich.console import Console

from sweepbridge.cli.screen import Screen
from sweepbridge.engine import Engine, Result, create, plan
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from sweepbridge.store import open_store
from sweepbridge.view.watch import Watched

CONFIG = {"method": "grid", "metric": {"name": "loss"}, "parameters": {"a": {"values": [1, 2, 3]}}}


@pytest.fixture
def engine(tmp_path):
    """An engine at work on a grid of three points."""
    decided = plan(load_object(CONFIG).config, Registry())
    with open_store(tmp_path / ".sweepbridge") as store:
        yield Engine(store, create(store, decided, seed=1), decided, Registry())


@pytest.fixture
def show(engine):
    """A screen on the engine's sweep, and what was written to it."""

    def shown(**console):
        written = io.StringIO()
        watched = Watched(engine.store, engine.sweep, engine.config, 3)
        return Screen(watched, engine.store, Console(file=written, width=80, **console)), written

    return shown


def end(engine, loss, state="finished"):
    claim = engine.next("ann")
    engine.record(claim, [{"loss": loss}])
    engine.end(claim, Result(state, {}, "exit code 1" if state == "failed" else None))


def test_without_a_terminal_each_event_is_a_line_once(engine, show):
    screen, written = show()
    with screen.live():
        for loss in (2.0, 1.0, 3.0):
            end(engine, loss)
            screen.look()

    assert [line.rstrip() for line in written.getvalue().splitlines()] == [
        "trial 0 began     elegant-sweep-0  a=1",
        "trial 0 finished  elegant-sweep-0  loss=2  best so far",
        "trial 1 began     hearty-sweep-1  a=2",
        "trial 1 finished  hearty-sweep-1  loss=1  best so far",
        "trial 2 began     earnest-sweep-2  a=3",
        "trial 2 finished  earnest-sweep-2  loss=3",
    ]


def test_on_a_terminal_the_panel_is_drawn_and_only_failures_are_lines(engine, show):
    screen, written = show(force_terminal=True, color_system=None)
    end(engine, 2.0)
    end(engine, 1.0, state="failed")
    folder = engine.store.folder / "runs" / engine.sweep.id / "1-1"
    folder.mkdir(parents=True)
    (folder / "stderr.log").write_text("out of memory\n")

    with screen.live():
        screen.look()

    text = written.getvalue()
    assert "2/3 ended · 1 finished · 1 failed" in text
    assert text.index("trial 1 failed    hearty-sweep-1  (exit code 1)\n") < text.index("out of memory\n")
    assert "trial 0 finished" not in text
