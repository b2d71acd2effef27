"""The cell of a notebook that goes along with a sweep: in a real notebook, and without IPython."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbconvert.preprocessors import ExecutePreprocessor

NOTEBOOK = Path(__file__).parent.parent.parent / "docs/how-to/work-in-a-notebook.ipynb"


class Executing(ExecutePreprocessor):
    """Executes a notebook, and keeps what each output said in words, in order."""

    def __init__(self, **how):
        super().__init__(**how)
        self.told = []

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] in ("display_data", "update_display_data"):
            self.told.append((msg["msg_type"], msg["content"]["data"]["text/plain"]))
        return super().process_message(msg, cell, cell_index)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The notebook of the docs, executed, and what was displayed on the way."""
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(folder / name.lower()))
        executing = Executing(timeout=120)
        executing.preprocess(notebook, {"metadata": {"path": str(folder)}})
    return notebook, executing.told


def outputs(executed, source):
    """The outputs of the cell that has this in it."""
    return next(cell.outputs for cell in executed[0].cells if cell.cell_type == "code" and source in cell.source)


def test_an_agent_in_a_notebook_is_one_output_that_ends_as_the_sweep_did(executed):
    (shown,) = outputs(executed, "agent(")

    assert shown.output_type == "display_data"
    assert "trials: 8 finished" in shown.data["text/html"]
    assert "the best 8 of 8" in shown.data["text/html"]
    assert "(8 runs by this agent, 0 failed)" in shown.data["text/html"]


def test_that_output_is_drawn_anew_as_the_sweep_goes_on(executed):
    kinds, told = zip(*executed[1], strict=True)
    ended = [int(re.search(r"(\d)/8 ended", text)[1]) for text in told]

    assert kinds == ("display_data", *["update_display_data"] * (len(kinds) - 1))
    assert (ended[0], ended[-1]) == (0, 8)
    assert ended == sorted(ended)
    assert len(set(ended)) > 2


def test_an_opened_sweep_shows_itself_in_a_notebook(executed):
    (shown,) = outputs(executed, "found = ")

    assert shown.output_type == "execute_result"
    assert shown.data["text/html"].startswith('<div class="sweepbridge">')


def test_outside_of_a_notebook_i_python_is_not_loaded(tmp_path):
    """It takes longer to load than all of sweepbridge."""
    script = """
import sys, sweepbridge
config = {"method": "grid", "metric": {"name": "loss"}, "parameters": {"a": {"values": [1, 2]}}}
def train():
    with sweepbridge.init() as run:
        run.log({"loss": run.config.a})
sweepbridge.agent(sweepbridge.sweep(config), train)
print([name for name in sys.modules if name.startswith("IPython")])
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
    assert "trial 0 finished" in done.stderr
