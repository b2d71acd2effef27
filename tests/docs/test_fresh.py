"""In an environment where nothing is, and without a network: the page on backends, and the package that we write."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import Reader
from tests.docs.test_pages import IN_A_FRESH_ENVIRONMENT
from tests.wheels import fill


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """A folder with a wheel of sweepbridge, of all that it needs, of pytest, and of what builds packages."""
    folder = tmp_path_factory.mktemp("wheels")
    fill(folder, "pytest", "setuptools")
    return folder


@pytest.fixture
def run(tmp_path, wheels):
    """Run a program of an environment that was made for this test: what it printed."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)

    def ran(program, *words):
        command = [tmp_path / "venv/bin" / program, *words]
        index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        environ = {**os.environ, **index, "XDG_CACHE_HOME": str(tmp_path / "cache")}
        done = subprocess.run(
            command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    return ran


@pytest.mark.timeout(600)
def test_the_page_on_backends_makes_a_wheel_that_works_where_nothing_else_is(tmp_path, wheels):
    Reader(tmp_path, wheels=wheels).follow(IN_A_FRESH_ENVIRONMENT)

    assert [wheel.name for wheel in (tmp_path / "dist").iterdir()] == ["sweepbridge_evolution-0.1.0-py3-none-any.whl"]
    assert Path(tmp_path / "fresh/bin/sweepbridge").exists()


@pytest.mark.timeout(600)
def test_a_new_plugin_passes_its_own_tests_as_it_is_written(run):
    run("pip", "install", "--quiet", "sweepbridge")
    run("sweepbridge", "new-plugin", "my-own")

    run("pip", "install", "--quiet", "./sweepbridge-my-own[test]")

    assert " passed, " in run("pytest", "-q", "sweepbridge-my-own").splitlines()[-1]
    assert run("sweepbridge", "check-backend", "my-own").startswith("my-own, from sweepbridge-my-own 0.1.0\n")
