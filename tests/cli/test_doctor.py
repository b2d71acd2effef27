"""`sweepbridge plugins --doctor`: what keeps a plugin from being of use, and the command that mends it."""

import re
import sys
from importlib import metadata
from pathlib import Path

import pytest

from sweepbridge.registry import GROUP, Registry

BAD = Path(__file__).parent.parent / "bad_plugins"
GOOD = "def sweepbridge_backends():\n    return []\n"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Let a distribution be installed that has this module and these lines of metadata."""

    def installed(source, *metadata, name="sweepbridge-bad", module="sweepbridge_bad"):
        site = tmp_path / name
        about = site / f"{name.replace('-', '_')}-0.7.dist-info"
        about.mkdir(parents=True)
        (site / f"{module}.py").write_text(source)
        lines = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 0.7", *metadata]
        (about / "METADATA").write_text("\n".join(lines) + "\n")
        (about / "entry_points.txt").write_text(f"[sweepbridge]\nbad = {module}\n")
        monkeypatch.syspath_prepend(site)
        monkeypatch.delitem(sys.modules, module, raising=False)

    yield installed
    for module in ("sweepbridge_bad", "sweepbridge_worse"):
        sys.modules.pop(module, None)


@pytest.fixture
def quick(monkeypatch):
    """The methods of what is installed are not asked whether they can search here."""
    monkeypatch.setattr("sweepbridge.cli.doctor._methods", lambda registry: ())


@pytest.fixture
def examine(call, quick):
    """Ask the doctor: the exit code, and each thing that is the matter."""

    def examined():
        printed = call("plugins", "--doctor")
        return printed.code, printed.out.split("\n")

    return examined


MISSING = "import no_such_library\n"


@pytest.mark.parametrize(
    ("source", "metadata", "told"),
    [
        (
            MISSING,
            ["Requires-Dist: no-such-library>=2"],
            ["requires no-such-library>=2", "no-such-library is not installed", "pip install 'no-such-library>=2'"],
        ),
        (
            GOOD,
            ["Requires-Dist: optuna<1"],
            ["requires optuna<1", "optuna 5.0.0", "pip install 'optuna<1'"],
        ),
        (
            MISSING,
            ["Provides-Extra: gpu", 'Requires-Dist: no_such_library; extra == "gpu"'],
            [
                "failed to load",
                "ModuleNotFoundError: No module named 'no_such_library'",
                "pip install 'sweepbridge-bad[gpu]'",
            ],
        ),
        (
            MISSING,
            [],
            [
                "failed to load",
                "ModuleNotFoundError: No module named 'no_such_library'",
                "pip install no_such_library",
            ],
        ),
        (
            "import sweepbridge_bad.search\n",
            [],
            [
                "failed to load",
                "ModuleNotFoundError: No module named 'sweepbridge_bad.search'; 'sweepbridge_bad' is not a package",
                "pip install --force-reinstall sweepbridge-bad",
            ],
        ),
        (
            (BAD / "raises_on_import.py").read_text(),
            ["Requires-Dist: this is no requirement"],
            ["failed to load", "RuntimeError: no licence", "pip install --upgrade sweepbridge-bad"],
        ),
    ],
    ids=["not installed", "out of range", "an extra", "not declared", "half of it", "broken"],
)
def test_a_plugin_that_is_of_no_use_is_told_with_the_command_that_mends_it(install, examine, source, metadata, told):
    install(source, *metadata)

    code, lines = examine()

    assert code == 1
    assert lines[:3] == [f"sweepbridge-bad 0.7 {told[0]}", f"  found     {told[1]}", f"  fix       {told[2]}"]


def test_a_requirement_that_holds_elsewhere_only_is_no_trouble(install, examine):
    install(GOOD, "Requires-Dist: no-such-library; python_version < '3'")

    code, lines = examine()

    assert code == 0
    assert re.fullmatch(r"\d+ plugins, nothing to mend, 0 that could be added", lines[-2])


def test_two_plugins_with_one_name_are_both_named(install, examine):
    offers = (
        'from sweepbridge.plugin import from_function\nsweepbridge_backends = lambda: [from_function("one", print)]\n'
    )
    install(offers)
    install(offers, name="sweepbridge-worse", module="sweepbridge_worse")

    code, lines = examine()

    assert code == 1
    assert lines[:3] == [
        'two plugins offer a backend named "one"',
        "  found     sweepbridge-bad 0.7 and sweepbridge-worse 0.7",
        "  fix       pip uninstall sweepbridge-worse",
    ]


def test_a_method_that_lacks_its_package_says_so_and_is_no_illness(call, monkeypatch):
    monkeypatch.setattr("sweepbridge_optuna.methods.find_spec", lambda name: None if name == "cmaes" else name)

    printed = call("plugins", "--doctor")

    assert printed.code == 0
    assert (
        "optuna cmaes, of sweepbridge-optuna 0.1.0, can't search here\n"
        "  found     method cmaes, and cmaes not installed\n"
        '  fix       pip install "sweepbridge-optuna[cmaes]"\n'
    ) in printed.out


def test_a_method_that_hangs_or_fails_when_it_is_asked_is_told(install, call, monkeypatch):
    monkeypatch.setattr("sweepbridge.cli.doctor.LIMIT_S", 5.0)
    install(
        "import time\nfrom sweepbridge.plugin import from_function\n"
        "def sweepbridge_backends():\n"
        "    return [from_function('hangs', print, check=lambda problem: time.sleep(3600)),\n"
        "            from_function('fails', print, check=lambda problem: 1 / 0)]\n"
    )

    bad = [point for point in metadata.entry_points(group=GROUP) if point.name == "bad"]
    monkeypatch.setattr("sweepbridge.cli.plugins.Registry", lambda: Registry(bad))

    printed = call("plugins", "--doctor")

    assert printed.code == 1
    assert "hangs hangs, of sweepbridge-bad 0.7, did not answer within 5 seconds when it was asked" in printed.out
    assert "found     check() raised ZeroDivisionError: division by zero, for method fails" in printed.out


def test_what_is_published_and_not_here_is_named_with_its_command(call, monkeypatch):
    monkeypatch.setattr("sweepbridge.cli.plugins.Registry", lambda: Registry([]))

    printed = call("plugins", "--doctor")

    assert printed.code == 0
    assert "hyperopt is not installed\n" in printed.out
    assert "  fix       pip install 'sweepbridge[optuna]'\n" in printed.out
