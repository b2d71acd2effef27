"""The reference is complete: every command, every option, every public name."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

import sweepbridge
from sweepbridge import cli
from sweepbridge.cli import COMMANDS
from tests.docs.pages import blocks

ROOT = Path(__file__).parent.parent.parent
REFERENCE = ROOT / "docs/reference"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TYPED = sorted(
    {
        line.removeprefix("$ ").partition("#")[0].strip()
        for page in PAGES
        for block in blocks(page)
        if block.language == "console"
        for line in block.text.splitlines()
        if line.removeprefix("$ ").startswith("sweepbridge ")
    }
)
"""Every command line of ours that any page shows."""


OF_PLUGINS = {
    "wandb-server": "reference/wandb-client.md",
    "wandb-env": "reference/wandb-client.md",
    "report": "how-to/see-a-report.md",
    "dashboard": "how-to/see-a-report.md",
}
"""The commands of the plugins that we publish, and the page that each is on."""


def section(command):
    """What the reference says about a command."""
    text = (ROOT / "docs" / OF_PLUGINS.get(command, "reference/cli.md")).read_text(encoding="utf-8")
    [found] = re.findall(rf"^## sweepbridge {command}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found


def options(command):
    called = get_command(cli._app(command))
    parameters = [one for part in (called, *getattr(called, "commands", {}).values()) for one in part.params]
    names = {name for parameter in parameters for name in (*parameter.opts, *parameter.secondary_opts)}
    return {name for name in names if name.startswith("-") and name != "--help"}


@pytest.mark.parametrize("command", [*COMMANDS, *OF_PLUGINS])
def test_the_options_of_a_command_are_those_on_its_page(command):
    documented = set(
        re.findall(r"`(--?[a-zA-Z][a-z_-]*)`", "\n".join(re.findall(r"^\| `-.*", section(command), re.MULTILINE)))
    )

    assert documented == options(command)


def test_no_command_is_documented_that_does_not_exist():
    text = (REFERENCE / "cli.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^## sweepbridge ([\w-]+)", text, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("line", TYPED)
def test_a_command_line_on_a_page_has_a_command_and_options_that_exist(line):
    _, command, *words = line.split()

    assert command in {*COMMANDS, *OF_PLUGINS}
    assert {word.partition("=")[0] for word in words if word.startswith("-")} <= options(command)


@pytest.mark.parametrize("name", sweepbridge.__all__)
def test_a_public_name_is_in_the_python_reference(name):
    text = (REFERENCE / "python.md").read_text(encoding="utf-8")

    assert re.search(rf"`(?:sweepbridge\.)?{name}\b", text)
