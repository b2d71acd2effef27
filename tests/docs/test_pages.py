"""Every page of the docs does what it says."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import Reader, blocks, not_shown

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
IN_A_FRESH_ENVIRONMENT = ROOT / "docs/plugins/write-a-backend.md"
"""The page that makes an environment of its own: tests/docs/test_fresh.py follows it."""
RUNNING = [page for page in PAGES if any(block.language in ("python", "console") for block in blocks(page))]


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """Where what was measured of the backends is kept, for all pages: it takes seconds."""
    return tmp_path_factory.mktemp("cache")


@pytest.mark.timeout(900)  # a page may have many commands
@pytest.mark.parametrize(
    "page",
    [page for page in RUNNING if page != IN_A_FRESH_ENVIRONMENT],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_a_page_does_what_it_says(page, tmp_path, cache):
    Reader(tmp_path, cache=cache).follow(page)


def test_the_page_on_many_machines_holds_on_a_server(tmp_path, postgres):
    """Without one, as above, it would hold for a file in the folder alone."""
    Reader(tmp_path, postgres).follow(ROOT / "docs/how-to/many-machines.md")

    assert not list(tmp_path.rglob("*.db"))


def test_the_tutorial_and_the_plugin_page_are_among_the_pages_that_run():
    names = {page.name for page in RUNNING}

    assert {"first-sweep.md", "swap-the-backend.md", "write-a-backend.md", "python.md"} <= names


def test_the_readme_has_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert "make demo" in text
    assert "make test" in text


def test_a_line_that_does_not_come_is_noticed():
    output = "best  trial 7\n  loss   0.25\n"

    assert not_shown(["best trial …", "loss 0.25"], output) is None
    assert not_shown(["loss 0.25", "best trial 7"], output) == "best trial 7"
    assert not_shown(["loss 0.3"], output) == "loss 0.3"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_sentence_has_a_line_of_its_own(page):
    """A review then shows the sentence that changed, and nothing else."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    paragraphs = [line for line in prose.splitlines() if not line.lstrip().startswith(("|", "-", "#", "1.", "**", "!"))]

    assert [line for line in paragraphs if re.search(r"[a-z0-9)`][.!?] +[A-Z]", line)] == []
