"""Sweeps with many trials, written into a store at once, and a browser to open reports with.

Where there is no chromium, the tests that look at a page are skipped, and say so.
"""

import base64
import gzip
import io
import json
import math
import random
import re
import shutil
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path

import pytest

from sweepbridge.cli import main
from sweepbridge.store import NewSweep, open_store
from sweepbridge.store.tables import events, runs, searches, sweeps, trials

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",  # WebGL without a graphics card
]
VIEWPORT = {"width": 800, "height": 600}
"""Small: there is no graphics card, and each point costs."""
CONFIG = {
    "method": "random",
    "metric": {"name": "loss", "goal": "minimize"},
    "parameters": {
        "lr": {"distribution": "log_uniform_values", "min": 1e-5, "max": 0.1},
        "layers": {"min": 1, "max": 8},
        "optimizer": {"values": ["adam", "sgd", "rmsprop"]},
        "dropout": {"min": 0.0, "max": 0.5},
    },
}
STATES = ("finished", "finished", "finished", "stopped", "finished", "failed")


@pytest.fixture
def store(tmp_path):
    """An empty store, the nearest one from the folder of the test."""
    with open_store(tmp_path / ".sweepbridge") as opened:
        yield opened


@pytest.fixture
def add(store):
    """Write a sweep with so many trials into the store, as eight agents would have worked on it: its id."""
    return partial(_fill, store)


def _fill(store, count, *, config=CONFIG, name="many", params_of=None, **how):
    sweep = store.create(NewSweep(config, 7, "random", "random", name=name))
    chance = random.Random(1)
    every = [params_of(number) if params_of else _params(chance) for number in range(count)]
    rows = [_row(sweep, number, params, chance, **how) for number, params in enumerate(every)]
    if rows:
        _insert(store, sweep.id, rows)
    return sweep.id


def _row(sweep, number, params, chance, *, state_of=None, losses_of=None, reason="it failed"):
    state = state_of(number) if state_of else STATES[number % len(STATES)]
    curve = _curve(params, chance, 30 if state == "finished" else 9)
    has_ended, has_result = state != "running", state in ("finished", "stopped")
    return {
        "sweep_id": sweep.id,
        "number": number,
        "state": state,
        "run": 1,
        "agent": f"agent-{number % 8}",
        "seed": number,
        "params": params,
        "note": {},
        "losses": (list(losses_of(number)) if losses_of else [min(curve)]) if has_result else None,
        "observations": curve if has_result and not losses_of else None,
        "summary": {"epoch": len(curve), "accuracy": chance.random()} if has_ended else None,
        "reason": {"failed": reason, "stopped": "hyperband"}.get(state),
        "began_at": sweep.created_at + number // 8 * 40,
        "ended_at": sweep.created_at + number // 8 * 40 + len(curve) if has_ended else None,
        "search": 0,
    }


def _params(chance):
    return {
        "lr": 10 ** chance.uniform(-5, -1),
        "layers": chance.randint(1, 8),
        "optimizer": chance.choice(["adam", "sgd", "rmsprop"]),
        "dropout": chance.uniform(0, 0.5),
    }


def _curve(params, chance, length):
    end = abs(math.log10(float(params.get("lr", 0.01))) + 3) + float(params.get("dropout", 0.1))
    return [end + 2 / (row + 1) + chance.random() / 10 for row in range(length)]


def _insert(store, sweep_id, rows):
    of_runs = [
        {
            "sweep_id": sweep_id,
            "trial": row["number"],
            "run": 1,
            "agent": row["agent"],
            "state": row["state"],
            "started_at": row["began_at"],
            "heard_at": row["ended_at"] or row["began_at"] + 5,
            "ended_at": row["ended_at"],
        }
        for row in rows
    ]
    told = [("began", row["number"]) for row in rows] + [("ended", row["number"]) for row in rows if row["ended_at"]]
    log = [
        {"sweep_id": sweep_id, "position": at, "kind": kind, "trial": trial} for at, (kind, trial) in enumerate(told)
    ]
    with store._database.settling() as connection:
        connection.execute(trials.insert(), rows)
        connection.execute(runs.insert(), of_runs)
        connection.execute(events.insert(), log)
        lengths = {"began": len(rows), "length": len(log)}
        connection.execute(sweeps.update().where(sweeps.c.id == sweep_id).values(lengths))


@pytest.fixture
def lose_plugin(store):
    """Let a sweep be one of a backend that is not installed here."""

    def lost(sweep_id):
        with store._database.settling() as connection:
            gone = {"backend": "gone", "method": "magic", "provenance": {"sweepbridge-gone": "9.9"}}
            connection.execute(searches.update().where(searches.c.sweep_id == sweep_id).values(gone))

    return lost


@pytest.fixture
def report(tmp_path, store):
    """Write a report by the command: its file."""
    return partial(_write, tmp_path)


def _write(folder, *words):
    file = folder / "report.html"
    with redirect_stdout(io.StringIO()):
        assert main(["report", *words, "--store", str(folder / ".sweepbridge"), "-o", str(file)]) == 0
    return file


@pytest.fixture
def data():
    """What a report holds for its plots and its table, one for each sweep."""

    def unpacked(file):
        packed = re.search(r'id="data">([^<]*)<', file.read_text(encoding="utf-8"))[1]
        return json.loads(gzip.decompress(base64.b64decode(packed)))

    return unpacked


class Opened:
    """A page that is open, with all that it asked for and complained of."""

    def __init__(self, context, file: Path) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page = context.new_page()
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        self.page.goto(file.as_uri())
        self.page.wait_for_function("document.documentElement.dataset.ready", timeout=60_000)

    def _hear(self, message) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def states(self) -> dict[str, str]:
        """What has become of each plot once it came into view: `drawn`, or `empty`."""
        for section in self.page.query_selector_all("section:has(.plot)"):
            section.scroll_into_view_if_needed()
            self.page.wait_for_function("one => one.querySelector('.plot').dataset.state !== 'waiting'", arg=section)
        script = "plots => Object.fromEntries(plots.map(one => [one.id.slice(5), one.dataset.state]))"
        return self.page.eval_on_selector_all(".plot", script)

    def drag_along_axis(self, name: str) -> None:
        """Keep the lower part of an axis of the parallel coordinates, with the mouse."""
        self.page.locator("#plot-parallel").scroll_into_view_if_needed()
        self.page.wait_for_function("document.querySelector('#plot-parallel').dataset.state === 'drawn'")
        place = self.page.locator("#plot-parallel .axis-title").all_text_contents().index(name)
        box = self.page.locator("#plot-parallel .axis-brush .background").nth(place).bounding_box()
        across = box["x"] + box["width"] / 2
        self.page.mouse.move(across, box["y"] + box["height"] * 0.95)
        self.page.mouse.down()
        self.page.mouse.move(across, box["y"] + box["height"] * 0.8, steps=5)
        self.page.mouse.move(across, box["y"] + box["height"] * 0.6, steps=5)
        self.page.mouse.up()

    @property
    def count(self) -> str:
        """What the table says of itself."""
        return self.page.inner_text("#count")

    def column(self, name: str) -> list[str]:
        """What stands in one column of the table, on the page that is shown."""
        heads = self.page.eval_on_selector_all("#table thead button", "all => all.map(one => one.textContent)")
        at = heads.index(name) + 1
        return self.page.eval_on_selector_all(
            f"#table tbody tr > :nth-child({at})", "all => all.map(one => one.textContent)"
        )


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """A headless browser with a profile of its own. While it is there, this thread has an event loop that runs."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium here: the pages are not looked at")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=CHROMIUM,
            headless=True,
            args=FLAGS,
            viewport=VIEWPORT,
        )
        yield context
        context.close()


@pytest.fixture
def browse(chromium):
    """Open a file in the browser, and wait until everything is drawn."""
    pages = []

    def browsed(file):
        opened = Opened(chromium, file)
        pages.append(opened.page)
        return opened

    yield browsed
    for page in pages:
        page.close()


@pytest.fixture(scope="module")
def kept_open(chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept-open")
    with open_store(folder / ".sweepbridge") as store:
        opened = Opened(chromium, _write(folder, _fill(store, 120)))
    yield opened
    opened.page.close()


@pytest.fixture
def table(kept_open):
    """The table of a report of 120 trials, with all of them in it, by number."""
    kept_open.page.set_viewport_size(VIEWPORT)
    kept_open.page.click("#release")
    kept_open.page.click("#table thead th:nth-child(2) button")
    kept_open.page.click("#table thead th:nth-child(1) button")
    return kept_open
