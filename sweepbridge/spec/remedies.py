"""What is wrong with a text that is not YAML, and what to do about it.

PyYAML says what it could not read, and often a line too late. The remedy is found by what the line looks like first,
and by PyYAML's words second.
"""

from __future__ import annotations

import re

import yaml

from sweepbridge.spec.findings import LONGEST, Finding

STRANGE_SPACES = "\u00a0\u2007\u202f\u3000"
"""Spaces that look like spaces, and that YAML takes for letters. Text that is copied from a page has them."""

OF_ROWS = (
    (r"\s*(?:- )?([A-Za-z_][\w.-]+):([^\s/:\\].*)", r"on line {line}, put a space after the colon: \1: \2"),
    (r"\s*-[{\[\w].*", "on line {line}, put a space after the -"),
    (r" *\t.*", "on line {line}, indent with spaces, not with tabs"),
    (rf"[^#]*[{STRANGE_SPACES}].*", "on line {line}, put plain spaces in place of the no-break spaces"),
    (r"(<{7}|={7}|>{7}|\|{7}).*", "resolve the merge conflict, and remove line {line}"),
    (r"\s*\w+\s*=\s*(dict\(|\{|\[).*", "that is Python: in YAML, a mapping has no name and no ="),
    (r"\s*([A-Za-z_][\w.-]*)\s*=\s*([^\s=].*)", r"on line {line}, put a colon in place of the =: \1: \2"),
)
"""Remedies for a line, or the one before it, that looks like this."""

OF_PROBLEMS = (
    (r"found character '\\t'", r"[^\t]*\t.*", "on line {line}, put a space in place of the tab"),
    (r"mapping values", r"\s*(?:- )?([\w.-]+): +([^\s\"'\[{#].*: .*)", r'put the text in quotes: \1: "\2"'),
    (r"expected ':'", r"\s*([\w.-]+)\s*", r"put a colon behind \1, on line {line}"),
    (
        r"expected ':'",
        r".*",
        "line {line} is neither a key with a colon nor an item with a dash: remove it, or begin it with #",
    ),
    (r"found ','", r".*", "remove the comma that nothing stands before, on line {line}"),
    (r"',' or '[\]}]'", r".*", "close the bracket that opens on line {line}, and put commas between the items"),
    (r"end of stream", r".*", "close the quote that opens on line {line}"),
    (r"start any token|alphabetic or numeric|alias", r".*", "put the text in quotes if it begins with *, &, %, @ or `"),
    (r"no text file has", r".*", "remove that character, or save the file as text"),
)
"""Remedies for a problem in PyYAML's words on a line that looks like this; the first that fits."""

_COMMENT = re.compile(r"(?:^|[\s,{\[])(//\s.*|/\*.*)$")
_MACRO = re.compile(r"""(?<!["'\w])[^\s,\["']*\$\{[^}]*\}[^\s,\]"']*""")


def not_yaml(error: yaml.YAMLError, text: str) -> Finding:
    """What PyYAML could not read, with the line to look at and what to do there."""
    line, column, problem = _mark_of(error, text)
    rows = text.splitlines()
    if comment := _comment_before(rows, line):
        return comment
    shown = _around(_row(rows, line), column) if line <= len(rows) else "the end of the file"
    found, expected = f"{shown}  (column {column})", f"YAML; {problem}"
    return Finding((), found, expected, _remedy(rows, line, problem), line=line)


def _comment_before(rows: list[str], line: int) -> Finding | None:
    """A comment as JavaScript has it, which people put into JSON. YAML notices at the next colon."""
    for number in range(line, max(0, line - 10), -1):
        row = _row(rows, number)
        comment = _COMMENT.search(row) if not row.lstrip().startswith("#") else None
        if comment:
            expected, fix = "YAML, or JSON, whose comments begin with #", "remove it, or begin it with #"
            return Finding((), _around(comment[1], 1), expected, fix, line=number)
    return None


def _mark_of(error: yaml.YAMLError, text: str) -> tuple[int, int, str]:
    if isinstance(error, yaml.MarkedYAMLError):
        problem = error.problem or "it can't be read"
        # A key without its colon, or a bracket without its end, is noticed too late: look at where it begins.
        context = error.context or ""
        began = any(word in context for word in ("simple key", "quoted scalar")) or "<stream end>" in problem
        marks = (error.problem_mark, error.context_mark)
        mark = next((mark for mark in (reversed(marks) if began else marks) if mark is not None), None)
        return (mark.line + 1, mark.column + 1, problem) if mark is not None else (1, 1, problem)
    position = getattr(error, "position", 0)
    before = text[:position]
    return before.count("\n") + 1, len(before) - before.rfind("\n"), "a character that no text file has"


def _remedy(rows: list[str], line: int, problem: str) -> str:
    for number in (line, line - 1):
        for looks, remedy in OF_ROWS:
            if like := re.fullmatch(looks, _row(rows, number)):
                return like.expand(remedy.replace("{line}", str(number)))
    if unquoted := _MACRO.search(_row(rows, line)):
        return f'put the macro in quotes: "{unquoted[0]}"'
    for said, looks, remedy in OF_PROBLEMS:
        like = re.fullmatch(looks, _row(rows, line))
        if like and re.search(said, problem):
            return like.expand(remedy.replace("{line}", str(line)))
    return f"compare the indentation of line {line} with that of the lines around it"


def _around(row: str, column: int) -> str:
    """The part of a row around a column: JSON may stand in one row as a whole."""
    start = max(0, column - LONGEST // 2) if len(row) > LONGEST else 0
    part = row[start : start + LONGEST]
    return f"{'…' if start else ''}{part.strip()}{'…' if start + len(part) < len(row) else ''}"


def _row(rows: list[str], line: int) -> str:
    return rows[line - 1] if 0 < line <= len(rows) else ""
