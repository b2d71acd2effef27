"""`sweepbridge new-plugin NAME`: a package with a backend in it that works, is tested, and can be published."""

from __future__ import annotations

import keyword
import re
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from sweepbridge.errors import UsageError
from sweepbridge.registry import PUBLISHED, Registry, version_of

app = typer.Typer(add_completion=False, rich_markup_mode=None)

FILES = {
    "pyproject.toml": "pyproject.toml.in",
    "README.md": "README.md.in",
    ".gitignore": "gitignore.in",
    ".github/workflows/test.yml": "test.yml.in",
    "{{module}}/__init__.py": "init.py.in",
    "{{module}}/search.py": "search.py.in",
    "{{module}}/py.typed": None,
    "tests/conftest.py": "conftest.py.in",
    "tests/test_contract.py": "test_contract.py.in",
}
"""What is written, and what it is made from; None for an empty file."""

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="What users will write in `backend:`.")]
IntoOption = Annotated[Path, typer.Option("--into", metavar="FOLDER", help="Where the package's folder is made.")]


@app.command("new-plugin")
def new_plugin(name: NameArgument, into: IntoOption = Path()) -> None:
    """Write a package with a new backend in it, tested and ready to publish."""
    _refuse_unusable(name)
    distribution = f"sweepbridge-{name}"
    folder = into / distribution
    if folder.exists():
        raise UsageError(
            f"{folder} is there already",
            found=f"{'a folder' if folder.is_dir() else 'a file'} of that name",
            expected="a name that is free: nothing is ever written over",
            fix=f"sweepbridge new-plugin {name} --into another-folder, or another name",
        )
    words = {
        "name": name,
        "distribution": distribution,
        "module": distribution.replace("-", "_"),
        "sweepbridge": ".".join(version_of("sweepbridge").split(".")[:2]),
    }
    for path, template in FILES.items():
        _write(folder / _filled(path, words), _filled(_read(template), words))
    print(f"{folder} is a package with the backend {name}. In it:")
    print("  pip install -e '.[test]'")
    print("  pytest")
    print(f"  sweepbridge check-backend {name}")


def _refuse_unusable(name: str) -> None:
    bare = name.removeprefix("sweepbridge-")
    if not NAME.fullmatch(name) or bare != name:
        words = "-".join(re.findall(r"[a-z0-9]+", bare.lower())).lstrip("-0123456789")
        raise UsageError(
            "not a name for a backend",
            found=name,
            expected="lower-case letters, digits and single dashes, from a letter on; the package is sweepbridge-NAME",
            fix=f"sweepbridge new-plugin {words or 'mine'}",
        )
    offers = Registry().backends
    if name in PUBLISHED or name in offers or keyword.iskeyword(name):
        taken = offers[name][0].plugin.title if name in offers else "Python" if keyword.iskeyword(name) else "us"
        raise UsageError(
            f'the name "{name}" is taken',
            found=f"{name}, by {taken}",
            expected="a name of its own",
            fix=f"sweepbridge new-plugin my-{name}",
        )


def _read(template: str | None) -> str:
    if template is None:
        return ""
    return (resources.files("sweepbridge.cli") / "template" / template).read_text(encoding="utf-8")


def _filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"{{{{{word}}}}}", value)
    return text


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{file} can't be written",
            found=f"{type(error).__name__}: {error}",
            expected="a folder that can be written to",
            fix="--into another-folder",
        ) from error
