"""The rules of the house that no linter knows: who may import what and when, and what nothing may be called."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sweepbridge

FOR_PLUGINS = ("sweepbridge", "sweepbridge.plugin", "sweepbridge.space")
"""What a plugin may import of ours."""

ROOT = Path(__file__).parent.parent
OURS = sorted((ROOT / "sweepbridge").rglob("*.py"))
PLUGINS = sorted(path for path in [*ROOT.glob("plugins/*/"), ROOT / "examples/plugin"] if path.is_dir())
PLUGIN_FILES = [
    file for plugin in PLUGINS for file in sorted(plugin.rglob("*.py")) if not {"tests", "build"} & set(file.parts)
]


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def imports(node: ast.AST) -> Iterator[str]:
    """The names of the modules that are imported anywhere below a node."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Import):
            yield from (alias.name for alias in inner.names)
        elif isinstance(inner, ast.ImportFrom):
            yield inner.module or ""


def functions(module: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(module) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def imports_in_functions(module: ast.Module) -> set[str]:
    return {name for function in functions(module) for name in imports(function)}


def top(name: str) -> str:
    return name.partition(".")[0]


def shown(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_both_plugins_and_the_example_are_looked_at():
    """Else the rules below would hold for nothing."""
    assert {"sweepbridge-hyperopt", "sweepbridge-optuna", "plugin"} <= {plugin.name for plugin in PLUGINS}
    assert len(PLUGIN_FILES) >= len(PLUGINS)


@pytest.mark.parametrize("file", PLUGIN_FILES, ids=shown)
def test_a_plugin_imports_the_contract_and_the_space_and_nothing_else_of_ours(file):
    """Or the public face, where it adds a command: docs/decisions/0036."""
    ours = {name for name in imports(tree(file)) if top(name) == "sweepbridge"}

    assert {name for name in ours if ".".join(name.split(".")[:2]) not in FOR_PLUGINS} == set()


@pytest.mark.parametrize("file", PLUGIN_FILES, ids=shown)
def test_what_a_plugin_takes_from_the_public_face_is_public(file):
    taken = {
        alias.name
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ImportFrom) and node.module == "sweepbridge"
        for alias in node.names
    }
    used = {
        node.attr
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sweepbridge"
    }

    assert taken | used <= set(sweepbridge.__all__)


@pytest.mark.parametrize("plugin", PLUGINS, ids=shown)
def test_only_a_plugin_with_commands_imports_the_public_face(plugin):
    """A backend that did could reach the store, and a searcher is to know the log alone."""
    files = [file for file in PLUGIN_FILES if plugin in file.parents]
    faces = [file for file in files if "sweepbridge" in imports(tree(file))]
    hooks = {found.name for file in files for found in functions(tree(file))}

    assert not faces or ("sweepbridge_commands" in hooks and "sweepbridge_backends" not in hooks)


def loaded_by(module: str) -> set[str]:
    """The top-level packages in memory once a fresh Python has imported a module."""
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    path = {**os.environ, "PYTHONPATH": str(ROOT / "examples/plugin")}
    return set(
        subprocess.run(
            [sys.executable, "-c", code], env=path, check=True, capture_output=True, text=True
        ).stdout.split()
    )


@pytest.mark.parametrize(
    "module",
    [
        "sweepbridge_evolution",
        "sweepbridge_hyperopt",
        "sweepbridge_mlflow",
        "sweepbridge_optuna",
        "sweepbridge_report",
        "sweepbridge_wandb",
    ],
)
def test_a_plugin_loads_its_library_only_when_it_starts(module):
    """So that listing the plugins costs nothing, and one broken library does not take the others along."""
    more = loaded_by(module) - loaded_by("sweepbridge.plugin")

    assert {name for name in more if name not in sys.stdlib_module_names} == {module}


@pytest.mark.parametrize("file", OURS, ids=shown)
def test_no_function_imports_a_room_of_ours(file):
    """An import inside a function hides a floor from the linter."""
    assert {name for name in imports_in_functions(tree(file)) if top(name) == "sweepbridge"} == set()


@pytest.mark.parametrize("file", [*OURS, *PLUGIN_FILES], ids=shown)
def test_no_function_is_longer_than_sixty_lines(file):
    long = [found.name for found in functions(tree(file)) if (found.end_lineno or 0) - found.lineno >= 60]

    assert long == []


@pytest.mark.parametrize("file", [*OURS, *PLUGIN_FILES], ids=shown)
def test_no_module_has_a_name_that_says_nothing(file):
    assert file.stem not in {"utils", "util", "helpers", "common", "manager", "base", "misc"}


def test_no_module_takes_the_name_of_a_public_function():
    """`sweepbridge.agent` is the function whatever was imported before; see docs/decisions/0003."""
    modules = {file.stem for file in (ROOT / "sweepbridge").glob("*.py")}
    rooms = {folder.name for folder in (ROOT / "sweepbridge").iterdir() if folder.is_dir()}

    assert {"sweep", "agent", "init", "log", "config", "summary", "run", "finish"} & (modules | rooms) == set()


@pytest.mark.parametrize("file", [*OURS, *PLUGIN_FILES], ids=shown)
def test_what_is_left_to_do_has_an_issue_number(file):
    left = [
        line for line in file.read_text(encoding="utf-8").splitlines() if re.search(r"#.*\b(TODO|FIXME|XXX)\b", line)
    ]

    assert [line for line in left if not re.search(r"#\d+", line)] == []
