"""The page on commands shows every macro, and each example is what the macro really stands for."""

import re
import shlex
from pathlib import Path

import pytest

from sweepbridge.spec import load_file
from sweepbridge.spec.commands import MACROS, Words, argv
from tests.docs.pages import blocks

PAGE = Path(__file__).parent.parent.parent / "docs/reference/commands.md"
ROW = re.compile(r"^\| `([^`]*\$\{[^`]+)` \| .* \| `(.*)` \|$", re.MULTILINE)
EXAMPLES = ROW.findall(PAGE.read_text(encoding="utf-8"))


@pytest.fixture
def params(tmp_path):
    """The parameters of the page's file, which has one point."""
    file = tmp_path / "sweep.yaml"
    file.write_text(next(block.text for block in blocks(PAGE) if block.title == "sweep.yaml"), encoding="utf-8")
    space = load_file(file).config.space
    return space.decode(dict.fromkeys(space, 0.0))


@pytest.mark.parametrize(("macro", "example"), EXAMPLES)
def test_an_example_on_the_page_is_what_the_macro_stands_for(macro, example, params):
    words = Words(params, "train.py", "config.json", {"DATA": "/data"}, interpreter="python")

    assert shlex.join(argv([macro], words)) == example


def test_every_macro_is_on_the_page():
    assert {f"${{{name}}}" for name in MACROS} <= {macro for macro, _ in EXAMPLES}
