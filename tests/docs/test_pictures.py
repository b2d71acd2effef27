"""The terminal pictures of the docs: what is in them, and what a terminal shows is what they show."""

import re
from html import unescape

import pytest
from rich.text import Text

from sweepbridge.engine import Engine, create, plan
from sweepbridge.registry import Registry
from sweepbridge.spec import load_object
from sweepbridge.store import open_store
from sweepbridge.view.watch import panel, watched_of
from tests.docs.pictures import COMMAND, ENDED, ROOT, RUNNING, WIDTH, picture

CONFIG = {"method": "grid", "metric": {"name": "loss"}, "parameters": {"a": {"values": [1, 2, 3]}}}


def words(svg):
    """What a picture says, a line for each of the terminal's."""
    body = unescape(svg[svg.index('-matrix">') :]).replace("\xa0", " ")
    lines = {}
    for place, text in re.findall(r'<text [^>]*y="([\d.]+)"[^>]*>([^<]*)</text>', body):
        lines[place] = lines.get(place, "") + text.strip("\n")
    return [line.rstrip() for line in lines.values()]


@pytest.mark.parametrize("file", [RUNNING, ENDED], ids=lambda file: file.name)
def test_a_picture_shows_the_example_and_says_nothing_of_the_machine_it_was_made_on(file):
    svg = file.read_text(encoding="utf-8")

    assert words(svg)[0] == f"$ {COMMAND}"
    assert re.fullmatch(r"sweep \w{8}: bayes by gp, seed 7", words(svg)[1])
    assert not re.search(r"-\d+-[0-9a-f]{4}\b", svg)  # the name of an agent, in which its host is
    assert not re.search(r"/(home|root|tmp|work|opt|var|Users)/|@font-face|url\(['\"]?http", svg)


def test_the_pictures_are_where_people_look():
    assert "](docs/reference/run.svg)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"run.svg", "run-ended.svg"} <= set(
        re.findall(r"]\(([^)]*)\)", (ROOT / "docs/reference/cli.md").read_text())
    )


def test_a_picture_shows_what_a_terminal_would(tmp_path):
    decided = plan(load_object(CONFIG).config, Registry())
    with open_store(tmp_path / ".sweepbridge") as store:
        engine = Engine(store, create(store, decided, seed=1), decided, Registry())
        engine.record(engine.next("ann"), [{"loss": 0.5}])
        watched = watched_of(store, engine.sweep, engine.config)
        watched.join()

        shown = words(picture(Text("sweep mine"), panel(watched, 5.0, WIDTH)))

    assert shown[1:3] == ["sweep mine", f"{engine.sweep.id}  0/3 ended · 5 s"]
    assert shown[4] == "trial 0    loss=0.5             elegant-sweep-0   a=1"
