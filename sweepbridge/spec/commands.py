"""From a config's `command` and a trial's parameters to the words of a command line. Nothing is run here.

W&B's macros, with its expansions to the letter, and four repairs where W&B drops or garbles what it was given:

- `${lr}` is the parameter's value, alone or inside a word, as W&B's docs promise.
- A word that is a macro nobody knows is a fault, and so is an environment variable that is not set. A misspelled
  macro of W&B's own gets a warning only, and is left out as at W&B: files that have one run today without it.
- `${interpreter}` is the agent's own Python, not whatever `python` is on the PATH.
- A nested parameter is one option for each value, `--optimizer.lr=0.1`, and not a Python dict in one word. The config
  asks for W&B's form with `nested_args: dict`.

In a shell script (`[bash, -c, "..."]`) the shell has `${…}` of its own. There the known macros are put in, quoted for
the shell, and all else is left to it.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import Literal, TypeAlias

from sweepbridge.errors import ConfigError, Fault
from sweepbridge.space import Json, Params, dotted, join, nest, split
from sweepbridge.spec.findings import Finding, Location, Source, nearest, shown

DEFAULT = ("${env}", "${interpreter}", "${program}", "${args}")
"""The command of a config that has none."""

_MACRO = re.compile(r"\$\{([^{}]*)\}")
_OF_OTHERS = re.compile(r"\$(?:\{\{\s*([\w.]+)\s*\}\}|(\w+))")
"""What looks like a macro, as templates and shells write it. It is plain text, as it is for W&B."""
_ENVIRONMENT = re.compile(r"\$\{envvar:([A-Za-z0-9_]*)\}")
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh"})
_SCRIPT_OPTION = re.compile(r"-[a-z]*c")


NestedArgs: TypeAlias = Literal["dotted", "dict"]
"""How options name a nested parameter: `--opt.lr=0.1`, or W&B's `--opt={'lr': 0.1}`."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the macros of one command line stand for."""

    params: Params
    """By path."""
    program: str | None
    config_file: str
    """A file that holds the parameters, nested, as JSON."""
    environ: Mapping[str, str]
    interpreter: str = sys.executable
    nested_args: NestedArgs = "dotted"


_Expand: TypeAlias = Callable[[Words], list[str]]


def argv(command: Sequence[Json] | None, words: Words) -> list[str]:
    """The words of the command line. ConfigError with all `faults`, if there are any."""
    found = faults(command, program=words.program, paths=words.params, environ=words.environ)
    if found:
        raise ConfigError(found)
    tokens = _tokens(command)
    nested = [_expanded(token, words, in_script=_is_script(tokens, place)) for place, token in enumerate(tokens)]
    return [word for group in nested for word in group]


def faults(
    command: Sequence[Json] | None, *, program: str | None, paths: Iterable[str], environ: Mapping[str, str]
) -> list[Fault]:
    """All that is wrong with a command, before any trial; `paths` are those of the sweep's parameters."""
    found = [*_missing(command, program, environ), *unknown_macros(command, _names(paths), environ)]
    return [Source().fault(finding) for finding in sorted(found, key=lambda finding: finding.at)]


def missing(command: Sequence[Json] | None, *, program: str | None, environ: Mapping[str, str]) -> list[Fault]:
    """What keeps a command from running here, whatever the parameters: no program, or a variable that is not set."""
    return [Source().fault(finding) for finding in _missing(command, program, environ)]


def unknown_macros(
    command: Sequence[Json] | None, names: Sequence[str], environ: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Finding]:
    """Every macro that stands for nothing where it stands; `names` are those of parameters and of groups, dotted."""
    tokens = _tokens(command)
    for place, token in enumerate(tokens):
        if _is_script(tokens, place) or _meant(token, names):
            continue
        for name in _unknown_names(token, names):
            yield _unknown(_at(command, place), token, name, known=[*MACROS, *names], environ=environ)


def misspelt_macros(command: Sequence[Json] | None, names: Sequence[str]) -> Iterator[Finding]:
    """What is doubtful in a command that has no faults: words that are nearly macros of W&B's."""
    tokens = _tokens(command)
    for place, token in enumerate(tokens):
        for template, variable in [] if _is_script(tokens, place) else _OF_OTHERS.findall(token):
            if (name := template or variable) in (*MACROS, *names):
                found = f"{token}, which stays as it is: no template and no shell is read here"
                yield Finding(_at(command, place), found, f"${{{name}}}", f'did you mean "${{{name}}}"?')
        if meant := _meant(token, names):
            yield Finding(
                _at(command, place),
                f"{token}, which W&B leaves out, and so do we",
                "one of " + ", ".join(f"${{{one}}}" for one in MACROS),
                f'did you mean "${{{meant}}}"?',
            )


def carries_params(command: Sequence[Json] | None, names: Sequence[str]) -> bool:
    """Whether a command hands on any parameter; if not, the script has to read them itself."""
    asked = {name for token in _tokens(command) for name in _MACRO.findall(token)}
    return any(name.startswith("args") or name in names for name in asked)


def start_of(command: Sequence[Json] | None, program: str | None) -> list[str]:
    """The first two words of the command line, which name what is started; a parameter's macro stays as it is."""
    known = {"${env}": "/usr/bin/env", "${interpreter}": sys.executable, "${program}": program or ""}
    return [known.get(token, token) for token in _tokens(command)[:2]]


def named_file(command: Sequence[Json] | None, program: str | None) -> str | None:
    """The file that an interpreter is to read, where the command says so plainly; None if it can't be told.

    After `-m` a program is a module, and behind `docker run` it is a path in another world.
    """
    tokens = _tokens(command)
    if program is None or "${program}" not in tokens:
        return None
    before = tokens[tokens.index("${program}") - 1] if tokens[0] != "${program}" else ""
    reads = before == "${interpreter}" or re.fullmatch(r"(python|sh|bash)[0-9.]*", PurePath(before).name)
    return program if reads else None


def _tokens(command: Sequence[Json] | None) -> list[str]:
    # W&B: anything but a list with something in it means the default; items are turned into strings.
    return [str(item) for item in command] if command else list(DEFAULT)


def _is_script(tokens: Sequence[str], place: int) -> bool:
    """Whether a token is what a shell is to read: it follows `-c`, which follows the shell's name."""
    if place < 2 or not _SCRIPT_OPTION.fullmatch(tokens[place - 1]):
        return False
    return PurePath(tokens[place - 2]).name in _SHELLS


def _expanded(token: str, words: Words, *, in_script: bool) -> list[str]:
    token = _ENVIRONMENT.sub(lambda found: words.environ.get(found[1], ""), token)
    alone = _MACRO.fullmatch(token)
    if alone and not in_script:
        return _meaning(alone[1], words) or []

    def replacement(found: re.Match[str]) -> str:
        meaning = _meaning(found[1], words)
        if meaning is None:
            return found[0]
        return shlex.join(meaning) if in_script else " ".join(meaning)

    return [_MACRO.sub(replacement, token)]


def _meaning(name: str, words: Words) -> list[str] | None:
    """What a macro stands for, a list because it may be any number of words; None if there is no such macro."""
    if name in MACROS:
        return MACROS[name](words)
    for path, value in words.params.items():
        if name == dotted(path):
            return [str(value)]
    for outer in _outer_paths(words.params):
        if name == dotted(outer):
            return [str(_inside(outer, words.params))]
    return None


def _inside(outer: str, params: Params) -> dict[str, Json]:
    """The group of nested parameters that stands at a path."""
    above = f"{outer}/"
    return nest({path.removeprefix(above): value for path, value in params.items() if path.startswith(above)})


def _outer_paths(paths: Iterable[str]) -> list[str]:
    steps = [split(path) for path in paths]
    return list(dict.fromkeys(join(names[:depth]) for names in steps for depth in range(1, len(names))))


def _names(paths: Iterable[str]) -> list[str]:
    """All that a macro can name among parameters: each one, and each group of nested ones."""
    inner = list(paths)
    return [dotted(path) for path in (*inner, *_outer_paths(inner))]


def _options(words: Words) -> list[tuple[str, Json]]:
    """The parameters under the names that options have."""
    if words.nested_args == "dict":
        return list(nest(words.params).items())
    return [(dotted(path), value) for path, value in words.params.items()]


def _pairs(words: Words) -> list[tuple[str, str]]:
    # W&B: Python's str(), so True, None, 1e-05, [1, 'x'].
    return [(name, str(value)) for name, value in _options(words)]


def _no_boolean_flags(words: Words) -> list[str]:
    options = []
    for name, value in _options(words):
        if value is True:
            options.append(f"--{name}")
        elif value is not False:
            options.append(f"--{name}={value}")
    return options


# W&B: sdk/launch/sweeps/utils.py
MACROS: Mapping[str, _Expand] = {
    "env": lambda _: ["/usr/bin/env"],
    "interpreter": lambda words: [words.interpreter],
    "program": lambda words: [words.program or ""],
    "args": lambda words: [f"--{name}={value}" for name, value in _pairs(words)],
    "args_no_equals": lambda words: [word for name, value in _pairs(words) for word in (f"--{name}", value)],
    "args_no_hyphens": lambda words: [f"{name}={value}" for name, value in _pairs(words)],
    "args_no_boolean_flags": _no_boolean_flags,
    "args_json": lambda words: [json.dumps(nest(words.params))],
    "args_json_file": lambda words: [words.config_file],
    "args_dict": lambda words: list(nest(words.params)),  # W&B's accident: the bare names
    "args_append_hydra": lambda words: [f"+{name}={value}" for name, value in _pairs(words)],
    "args_override_hydra": lambda words: [f"++{name}={value}" for name, value in _pairs(words)],
}
"""W&B's macros, and the words that each stands for."""

_MANY = frozenset(MACROS) - {"env", "interpreter", "program", "args_json", "args_json_file"}
"""Macros that stand for any number of words, and so can't be a part of one."""


def _meant(token: str, names: Sequence[str]) -> str | None:
    """W&B's macro that a token is a misspelling of; None if it is a macro, a parameter, or nothing like one."""
    alone = _MACRO.fullmatch(token)
    if alone is None or alone[1] in MACROS or alone[1] in names:
        return None
    return nearest(alone[1], MACROS, cutoff=0.8)


def _unknown_names(token: str, names: Sequence[str]) -> list[str]:
    """The macros in a token that stand for nothing there."""
    alone = _MACRO.fullmatch(token)
    found: list[str] = _MACRO.findall(_ENVIRONMENT.sub("", token))
    return [name for name in found if (name in _MANY and not alone) or (name not in MACROS and name not in names)]


def _unknown(at: Location, token: str, name: str, *, known: Sequence[str], environ: Mapping[str, str]) -> Finding:
    if name in _MANY:
        macro = f"${{{name}}}"
        expected = f"{macro} as an item of its own, because it stands for several"
        return Finding(at, token, expected, f"split it: {shown(words_of(token.replace(macro, f' {macro} ')))}")
    expected = "one of " + ", ".join(f"${{{one}}}" for one in known) + ", or ${envvar:NAME}"
    near = f"envvar:{name}" if name in environ else nearest(name, known)
    fix = f'did you mean "${{{near}}}"?' if near else f"remove ${{{name}}}, or add a parameter of that name"
    return Finding(at, token, expected, fix)


def words_of(line: str) -> list[str]:
    """The words of a line, as a shell would split it."""
    try:
        return shlex.split(line)
    except ValueError:  # a quote that does not close
        return line.split()


def _missing(command: Sequence[Json] | None, program: str | None, environ: Mapping[str, str]) -> Iterator[Finding]:
    """What a command needs and has not: a program, or an environment variable."""
    for place, token in enumerate(_tokens(command)):
        at = _at(command, place)
        if "${program}" in token and not program:
            found = "${program} in the command, and no program" if command else "no program, and no command"
            yield Finding(at, found, "the script that a trial runs", "add `program: train.py` at the top of the config")
        for name in _ENVIRONMENT.findall(token):
            if name not in environ:
                expected, fix = "an environment variable that the agent has", f"export {name}=..."
                yield Finding(at, f"{token}, and {name} is not set", expected, f"set it where the agent starts: {fix}")


def _at(command: Sequence[Json] | None, place: int) -> Location:
    return ("command", place) if command else ("program",)
