"""`sweepbridge new-plugin NAME`: the package that it writes. That it passes its own tests: tests/docs/test_fresh.py."""

import subprocess
import sys

import pytest

FILES = [
    ".github/workflows/test.yml",
    ".gitignore",
    "README.md",
    "pyproject.toml",
    "sweepbridge_my_own/__init__.py",
    "sweepbridge_my_own/py.typed",
    "sweepbridge_my_own/search.py",
    "tests/conftest.py",
    "tests/test_contract.py",
]


def files(folder):
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_a_package_is_written_with_the_name_in_all_its_places(call, folder):
    printed = call("new-plugin", "my-own")

    package = folder / "sweepbridge-my-own"
    assert printed.code == 0
    assert files(package) == FILES
    assert 'my-own = "sweepbridge_my_own"' in (package / "pyproject.toml").read_text()
    assert "${{ matrix.python }}" in (package / ".github/workflows/test.yml").read_text()
    assert [file for file in FILES if "{{name}}" in (package / file).read_text()] == []


def test_the_package_has_the_style_that_ours_have(call, folder):
    call("new-plugin", "my-own")

    found = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length=120", "--select=E,F,I,W,UP,RUF100", "."],
        cwd=folder / "sweepbridge-my-own",
        capture_output=True,
        text=True,
    )

    assert found.stdout == "All checks passed!\n"


def test_a_package_is_written_where_it_is_wanted(call, folder):
    call("new-plugin", "my-own", "--into", "deep/down")

    assert files(folder / "deep/down/sweepbridge-my-own") == FILES


def test_nothing_is_written_over(call, folder):
    call("new-plugin", "my-own")
    (folder / "sweepbridge-my-own/README.md").write_text("mine")

    printed = call("new-plugin", "my-own")

    assert (printed.code, printed.err.splitlines()[0]) == (2, "sweepbridge-my-own is there already")
    assert (folder / "sweepbridge-my-own/README.md").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "what", "fix"),
    [
        ("My Own", "not a name for a backend", "my-own"),
        ("my_own", "not a name for a backend", "my-own"),
        ("-own", None, None),
        ("2fast", "not a name for a backend", "fast"),
        ("sweepbridge-own", "not a name for a backend", "own"),
        ("../own", "not a name for a backend", "own"),
        ("größe", "not a name for a backend", "gr-e"),
        ("", "not a name for a backend", "mine"),
        ("random", 'the name "random" is taken', "my-random"),
        ("optuna", 'the name "optuna" is taken', "my-optuna"),
        ("lambda", 'the name "lambda" is taken', "my-lambda"),
    ],
)
def test_a_bad_name_gets_four_parts_and_writes_nothing(call, folder, name, what, fix):
    printed = call("new-plugin", name)

    assert printed.code == 2
    assert files(folder) == []
    if what:
        assert printed.err.splitlines()[0] == what
        assert printed.err.splitlines()[-1] == f"  fix       sweepbridge new-plugin {fix}"


def test_a_folder_that_can_not_be_written_to_is_no_traceback(call, folder):
    (folder / "file").write_text("in the way")

    printed = call("new-plugin", "my-own", "--into", "file")

    assert printed.code == 2
    assert printed.err.splitlines()[-1] == "  fix       --into another-folder"
