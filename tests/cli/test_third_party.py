"""A backend from a stranger's package, which pip has installed, comes in by the door that ours come in by."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "plugin"
SWEEP = """\
method: evolution
backend: evolution
command: [bash, -c, "echo '{\\"loss\\": ${x}}' >> $SWEEPBRIDGE_RUN_DIR/metrics.jsonl"]
metric: {name: loss}
parameters: {x: {min: 0.0, max: 1.0}}
run_cap: 4
"""
BROKEN = """\
from sweepbridge.plugin import from_function, hookimpl


@hookimpl
def sweepbridge_backends():
    return [from_function("evolution", lambda problem, trials, seed: "x")]
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which pip has installed the example plugin, as a wheel that setuptools has built."""
    source, target = tmp_path_factory.mktemp("source") / "plugin", tmp_path_factory.mktemp("site")
    shutil.copytree(EXAMPLE, source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    pip = [sys.executable, "-m", "pip", "install", *options, "--target", target, source]
    subprocess.run(pip, check=True, capture_output=True)
    return target


@pytest.fixture
def sweepbridge(installed, folder, write):
    """Call a command in a process that sees what is installed in a folder."""
    write(SWEEP)

    def called(*words, site=installed):
        command = [sys.executable, "-m", "sweepbridge", *words]
        environ = {**os.environ, "PYTHONPATH": str(site)}
        return subprocess.run(command, env=environ, capture_output=True, text=True)

    return called


def test_its_backend_is_listed_with_its_distribution_and_version(sweepbridge):
    lines = [" ".join(line.split()) for line in sweepbridge("backends", "--no-measure").stdout.splitlines()]

    assert "evolution evolution not measured - - - - - sweepbridge-evolution 0.1.0" in lines


def test_a_config_names_it_and_it_searches_to_the_end(sweepbridge):
    printed = sweepbridge("run", "sweep.yaml")

    assert (printed.returncode, printed.stderr.count(" finished")) == (0, 4 + 1)
    assert printed.stdout.startswith("best of 4: trial ")


def test_its_options_are_checked_like_anyones(sweepbridge, write):
    write(SWEEP.replace("backend: evolution", "backend: {name: evolution, sigma: 1}"))

    printed = sweepbridge("sweep", "sweep.yaml")

    assert printed.returncode == 2
    assert "found     option sigma = 1" in printed.stderr


def test_without_it_its_sweep_says_what_is_missing_and_its_results_are_there(sweepbridge, folder):
    sweep_id = sweepbridge("sweep", "sweep.yaml").stdout.strip()
    worked = sweepbridge("agent", sweep_id, "--count", "1")

    missing = sweepbridge("agent", sweep_id, site=folder)

    assert (worked.returncode, missing.returncode) == (0, 2)
    assert missing.stderr.startswith('no backend named "evolution"')
    assert "found     a sweep that was made with sweepbridge-evolution 0.1.0\n" in missing.stderr
    assert missing.stderr.splitlines()[-1] == "  fix       pip install 'sweepbridge-evolution==0.1.0'"
    row = sweepbridge("export", sweep_id, site=folder).stdout.splitlines()[1]
    assert re.match("0,[a-z]+-sweep-0,finished,", row)
    assert "1 finished" in sweepbridge("status", sweep_id, site=folder).stdout
    assert sweepbridge("best", sweep_id, site=folder).stdout.startswith("best of 1: trial 0")


def test_a_broken_one_is_named_with_its_version_and_exits_with_1(sweepbridge, installed, tmp_path_factory):
    site = tmp_path_factory.mktemp("broken") / "site"
    shutil.copytree(installed, site)
    (site / "sweepbridge_evolution.py").write_text(BROKEN)

    printed = sweepbridge("preview", "sweep.yaml", site=site)
    sweep_id = sweepbridge("sweep", "sweep.yaml", site=site).stdout.strip()
    agent = sweepbridge("agent", sweep_id, site=site)

    assert 'backend "evolution" of sweepbridge-evolution 0.1.0' in printed.stdout
    assert agent.returncode == 1
    assert agent.stderr.startswith(
        'backend "evolution" of sweepbridge-evolution 0.1.0 answered with something else than a Suggestion\n'
        "  found     Suggestion(params='x', note={})\n"
    )
