"""The pages on plugins name every hook and every check, and none that does not exist."""

import re
from pathlib import Path

import pytest

from sweepbridge import plugin
from sweepbridge.plugin import Command, Exporter, Joins, Launcher, Observer, Stopper, hookspecs
from sweepbridge.plugin.kit.checks import PROMISES
from sweepbridge.plugin.kit.running import CHECKS
from sweepbridge.plugin.testing import BackendLaws
from sweepbridge.registry import HOOKS, Registry
from tests.docs.pages import blocks

PAGES = Path(__file__).parent.parent.parent / "docs/plugins"
HOOK_PAGES = sorted((PAGES / "hooks").glob("*.md"))
SPECIFIED = {name for name, found in vars(hookspecs).items() if hasattr(found, "sweepbridge_spec")}


def test_the_hooks_that_are_specified_are_those_that_are_called_and_those_that_have_a_page():
    called = {f"sweepbridge_{kind}s" for kind in Registry([]).by_kind}
    documented = {page.read_text().splitlines()[0].removeprefix("# ") for page in HOOK_PAGES}

    assert set(HOOKS) == SPECIFIED == called == documented


@pytest.mark.parametrize("page", HOOK_PAGES, ids=lambda page: page.stem)
def test_the_page_of_a_hook_implements_it_in_an_example(page):
    hook = f"sweepbridge_{page.stem}"

    assert any(f"@hookimpl\ndef {hook}():" in block.text for block in blocks(page) if block.language == "python")


@pytest.mark.parametrize(
    ("record", "page"),
    [
        (Stopper, "stoppers"),
        (Launcher, "launchers"),
        (Observer, "observers"),
        (Joins, "observers"),
        (Exporter, "exporters"),
    ],
)
def test_the_page_of_a_hook_names_each_function_of_its_record(record, page):
    functions = [name for name, found in vars(record).items() if not name.startswith("_") and callable(found)]
    text = (PAGES / f"hooks/{page}.md").read_text()

    assert [name for name in functions if f"`{name}(" not in text] == []


def test_every_check_is_on_its_page_with_what_it_shows_in_the_order_in_which_they_run():
    text = (PAGES / "testing.md").read_text()

    rows = re.findall(r"^\| `([a-z0-9-]+-[a-z0-9-]+)` \| (.*) \|$", text, re.MULTILINE)
    assert rows == [(check.name, check.shows) for check in CHECKS]
    assert re.findall(r"^### (\w+)$", text, re.MULTILINE) == list(PROMISES)


def test_every_attribute_of_the_test_class_is_on_its_page():
    text = (PAGES / "testing.md").read_text()
    attributes = [name for name in BackendLaws.__annotations__ if not name.startswith("_")]

    assert [name for name in attributes if f"| `{name}` |" not in text] == []


def test_every_name_that_an_author_imports_is_on_some_page():
    text = "\n".join(page.read_text() for page in PAGES.rglob("*.md"))

    assert [name for name in plugin.__all__ if not re.search(rf"\b{name}\b", text)] == []


def test_the_page_on_commands_shows_every_field_of_a_command():
    text = (PAGES / "hooks/commands.md").read_text()

    assert f"`Command({', '.join(Command.__dataclass_fields__)})`" in text
