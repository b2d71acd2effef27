"""From the text of a file to plain data and the line of every part of it. YAML, and JSON as the subset that it is.

Numbers are those of YAML 1.2, so 1e-4 is one. All else is as PyYAML has it, and so as W&B reads it: `yes` and `off`
are booleans, 0010 is eight. What may surprise is told as a doubt. Dates stay the text that they are written as.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import yaml

from sweepbridge.space import Json, identity
from sweepbridge.spec.findings import Finding, Location, shown, where
from sweepbridge.spec.remedies import STRANGE_SPACES, not_yaml

MOST = 200_000
"""How many values a file may have once its aliases are written out. A few lines of aliases can make billions."""

TAG = "tag:yaml.org,2002:"
FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)[eE][-+]?[0-9]+|[-+]?[0-9][0-9_]*\.[0-9_]*")
"""The floats that YAML 1.1, and so PyYAML, takes for text."""


class Reader(yaml.SafeLoader):
    """PyYAML's safe loader with the numbers of YAML 1.2, and without dates."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML's own class attribute
        first: [(tag, pattern) for tag, pattern in resolvers if tag != f"{TAG}timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


Reader.add_implicit_resolver(f"{TAG}float", re.compile(f"^(?:{FLOAT.pattern})$"), list("-+.0123456789"))


@dataclass
class Document:
    """What a text holds, as far as it can be read."""

    data: Json = None
    lines: dict[Location, int] = field(default_factory=dict)
    """The line of every key and list item, counting from 1."""
    faults: list[Finding] = field(default_factory=list)
    doubts: list[Finding] = field(default_factory=list)
    values: int = 0
    """How many values have been read so far."""
    open: set[int] = field(default_factory=set)
    """The nodes that are being read, by `id`: an alias of one of them would never end."""


class Unreadable(Exception):  # it never leaves this room: ConfigError carries its finding
    """The text holds no document at all; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.found)


def read(text: str) -> Document:
    """The one document in a text. Unreadable if there is none, or more than one, or no YAML."""
    if text.lstrip()[:1] in ("{", "["):
        # JSON may be indented by tabs, YAML may not. JSON has no tabs inside of strings.
        text = text.replace("\t", " ")
    try:
        nodes = _nodes(text)
        if len(nodes) > 1:
            second = nodes[1].start_mark.line + 1
            raise Unreadable(
                Finding((), f"{len(nodes)} documents", "one document", "keep one, without --- lines", line=second)
            )
        if not nodes:
            raise Unreadable(Finding((), "nothing", "a mapping with method and parameters", "start with method: bayes"))
        document = Document()
        document.lines[()] = nodes[0].start_mark.line + 1
        document.data = _value(nodes[0], (), document)
    except yaml.YAMLError as error:
        raise Unreadable(not_yaml(error, text)) from error
    except RecursionError as error:
        raise Unreadable(_endless((), None)) from error
    return document


def _nodes(text: str) -> list[yaml.Node]:
    reader = Reader(text)
    try:
        nodes: list[yaml.Node] = []
        while reader.check_node():
            node = reader.get_node()
            assert node is not None, "check_node has just seen it"
            nodes.append(node)
    finally:
        reader.dispose()
    # A `---` at the end of a file begins a second document, with nothing in it.
    return [node for node in nodes if not (isinstance(node, yaml.ScalarNode) and _is_nothing(node))]


def _is_nothing(node: yaml.ScalarNode) -> bool:
    return node.value == "" and node.style is None


def _value(node: yaml.Node, at: Location, document: Document) -> Json:
    document.values += 1
    if document.values > MOST:
        raise Unreadable(Finding(at, f"more than {MOST:,} values", "a config of human size", "use fewer aliases"))
    kind = {yaml.ScalarNode: None, yaml.SequenceNode: "seq", yaml.MappingNode: "map"}[type(node)]
    if kind is not None and node.tag != f"{TAG}{kind}":
        document.faults.append(_strange_tag(node, at))
    if id(node) in document.open:
        raise Unreadable(_endless(at, document.lines.get(at)))
    document.open.add(id(node))
    value = _content(node, at, document)
    document.open.remove(id(node))
    return value


def _content(node: yaml.Node, at: Location, document: Document) -> Json:
    match node:
        case yaml.SequenceNode():
            return [_item(item, (*at, index), document) for index, item in enumerate(node.value)]
        case yaml.MappingNode():
            return _mapping(node, at, document)
        case yaml.ScalarNode():
            return _scalar(node, at, document)
        case _:
            raise AssertionError(f"PyYAML has three kinds of node, and no {type(node).__name__}")


def _endless(at: Location, line: int | None) -> Finding:
    expected = "a few levels, and no alias inside of its own anchor"
    return Finding(at, "values that nest without end", expected, "nest less", line=line)


def _item(node: yaml.Node, at: Location, document: Document) -> Json:
    document.lines[at] = node.start_mark.line + 1
    return _value(node, at, document)


def _mapping(node: yaml.MappingNode, at: Location, document: Document) -> dict[str, Json]:
    data: dict[str, Json] = {}
    own: dict[str, int] = {}
    own_keys = {id(key) for key, _ in node.value}
    commas = _decimal_commas(node)
    for key_node, value_node in [*_merged(node), *node.value]:
        if key_node.tag == f"{TAG}merge":
            continue
        if id(key_node) in commas:
            document.faults.append(_comma(at, commas[id(key_node)], key_node))
            continue
        is_own = id(key_node) in own_keys
        key = _key(key_node, at, document)
        line = key_node.start_mark.line + 1
        here = (*at, key)
        document.lines[here] = line
        value = _value(value_node, here, document)
        if is_own and key in own:
            _twice(here, (own[key], data[key]), (line, value), document)
        if is_own:
            own[key] = line
        data[key] = value
    return data


def _merged(node: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
    """The entries that `<<` brings in, those of the first mapping last, so that it wins."""
    entries: list[tuple[yaml.Node, yaml.Node]] = []
    for key, value in node.value:
        if key.tag == f"{TAG}merge":
            sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for source in reversed(sources):
                if isinstance(source, yaml.MappingNode):
                    entries += [*_merged(source), *source.value]
    return entries


def _decimal_commas(node: yaml.MappingNode) -> dict[int, tuple[yaml.Node, yaml.Node]]:
    """In `{min: 0,1, max: 1}`, the 1: a key to YAML. With the entry before it, to which it belongs."""
    return {
        id(key): before
        for before, (key, value) in itertools.pairwise(node.value)
        if node.flow_style and _is_digits(before[1]) and _is_digits(key) and _is_nothing(value)
    }


def _is_digits(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.value.isdecimal()


def _comma(at: Location, before: tuple[yaml.Node, yaml.Node], digits: yaml.Node) -> Finding:
    name, whole, part = before[0].value, before[1].value, digits.value
    found, fix = f"{name}: {whole},{part}", f"{name}: {whole}.{part}"
    return Finding((*at, name), found, "a number with a point", fix, line=digits.start_mark.line + 1)


def _key(node: yaml.Node, at: Location, document: Document) -> str:
    key = _name(node, at, document)
    if key and key[0] in STRANGE_SPACES:
        fix = "put plain spaces in place of the others; an editor can show them"
        found = f"{key.strip(STRANGE_SPACES)} after no-break spaces, which count as letters"
        document.faults.append(Finding((*at, key), found, "plain spaces before a key", fix))
    return key


def _name(node: yaml.Node, at: Location, document: Document) -> str:
    if isinstance(node, yaml.ScalarNode) and node.tag == f"{TAG}str":
        return str(_sound(node.value))
    if not isinstance(node, yaml.ScalarNode):
        document.faults.append(_no_key(node, at))
        return NO_KEY
    name = str(node.value)
    document.faults.append(
        Finding(
            at=(*at, name),
            found=f"the key {name}, which YAML does not read as text",
            expected="text as a key",
            fix=f"put it in quotes: {shown(name)}",
            line=node.start_mark.line + 1,
        )
    )
    return name


QUOTES = "\u2018\u2019\u201c\u201d\u201e"
"""Quotes as word processors set them. They mean nothing to YAML."""

NO_KEY = "{…}"
"""What stands for a key that is a list or a mapping."""


def _no_key(node: yaml.Node, at: Location) -> Finding:
    # `{{ name }}` of a template is a mapping whose key is a mapping.
    what = "a mapping" if isinstance(node, yaml.MappingNode) else "a list"
    line = node.start_mark.line + 1
    fix = "fill the template in before it is read, or put the text in quotes"
    return Finding(at, f"{what} as a key", "text as a key; {{ … }} is a template's, and no YAML", fix, line=line)


def _twice(at: Location, first: tuple[int, Json], second: tuple[int, Json], document: Document) -> None:
    found = f"{at[-1]} twice, on line {first[0]} and on line {second[0]}"
    if identity(first[1]) == identity(second[1]):
        fix = f"remove line {second[0]}"
        document.doubts.append(Finding(at, f"{found}, with the same value", f"{at[-1]} once", fix, line=second[0]))
        return
    fix = f"keep one; line {second[0]} says {at[-1]}: {shown(second[1])}"
    document.faults.append(Finding(at, found, f"{where(at)} once", fix, line=second[0]))


def _scalar(node: yaml.ScalarNode, at: Location, document: Document) -> Json:
    kind = node.tag.removeprefix(TAG)
    try:
        value = SCALARS[kind](node) if kind in SCALARS else None
    except (ValueError, KeyError, OverflowError, IndexError):  # PyYAML looks at the first character of an empty !!int
        fix = f"write it without !!{kind}"
        document.faults.append(Finding(at, f"{shown(node.value)} with the tag !!{kind}", "a value of that kind", fix))
        return None
    if kind not in SCALARS:
        document.faults.append(_strange_tag(node, at))
    plainer = _surprise(node.value, value, at) if node.style is None else None
    if plainer:
        line = node.start_mark.line + 1
        found = f"{node.value or '(nothing)'}, which is read as {shown(value)}"
        document.doubts.append(Finding(at, found, "a value that reads as it looks", plainer, line=line))
    return value


def _surprise(written: str, value: Json, at: Location) -> str | None:
    """What to write where a scalar is not read as it looks; None where it is."""
    match value:
        case bool() if written.lower() not in ("true", "false"):
            return f'"{written}" in quotes if it is text, else {shown(value)}'
        case int() if not isinstance(value, bool) and (":" in written or re.match("[-+]?0[0-9]", written)):
            return f'"{written}" in quotes if it is text, else {value}'
        case "None":
            return 'null if it is no value, "None" in quotes if it is text'
        case "..." | "…":
            return "the values themselves: YAML goes on with nothing"
        case str() if written[0] in QUOTES and written[-1] in QUOTES:
            return f'"{written[1:-1]}" in straight quotes'
        case None if written == "" and at and at[-1] == "value":
            return "null if that is meant"
        case _:
            return None


def _strange_tag(node: yaml.Node, at: Location) -> Finding:
    tag = node.tag.replace(TAG, "!!")
    what = {"!!set": "a list", "!!omap": "a mapping", "!!python/tuple": "a list"}.get(tag, "plain YAML")
    return Finding(at, f"the tag {tag}", what, f"remove {tag}", line=node.start_mark.line + 1)


_CONSTRUCTOR = yaml.constructor.SafeConstructor()

SCALARS: dict[str, Callable[[yaml.ScalarNode], Json]] = {
    "null": lambda _: None,
    "bool": lambda node: bool(_CONSTRUCTOR.construct_yaml_bool(node)),
    "int": lambda node: int(_CONSTRUCTOR.construct_yaml_int(node)),
    "float": lambda node: float(_CONSTRUCTOR.construct_yaml_float(node)),
    "str": lambda node: _sound(node.value),
    "timestamp": lambda node: _sound(node.value),
    "value": lambda node: _sound(node.value),
}
"""How a scalar of each kind is read."""


def _sound(text: str) -> str:
    """A text whose escaped halves of a character are joined, as JSON writes those beyond 16 bits."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
