"""Answers GraphQL without a schema: a query is parsed, measured, and walked along dicts and functions.

The client asks for fields that no version of its server is known to have all of, and reads null where there is
nothing. At the root, though, an unknown field is an error and never null: null there crashes the client's own process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from graphql import GraphQLError, parse
from graphql.language import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    InlineFragmentNode,
    IntValueNode,
    ListTypeNode,
    ListValueNode,
    NonNullTypeNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TypeNode,
    ValueNode,
    VariableNode,
)

from sweepbridge.plugin import Json
from sweepbridge_wandb.refusals import Given, Refused

DEEPEST = 25
"""How many levels of fields a query may have. The client's own have at most 12."""

MOST_FIELDS = 3000
"""How many fields, with fragments put in. The client's own have at most 300."""

MOST_TOKENS = 20_000

LONGEST_KEPT = 8000
"""No longer query is kept as it was parsed."""

MOST_OBJECTS = 200_000
"""How many objects an answer may have."""

Node: TypeAlias = Mapping[str, Any]
"""An object: its fields are values, lists, other objects, or functions of a field's arguments that give these."""

Resolver: TypeAlias = Callable[[Given], Any]
Roots: TypeAlias = Mapping[str, Mapping[str, Resolver]]
"""What can be asked for, by `query` and `mutation`."""


def answer(roots: Roots, query: str, variables: Mapping[str, Json], operation: str | None = None) -> dict[str, Any]:
    """The data that a query asks for. Refused if it is none, is too large, or asks for what there is not."""
    try:
        walk = _prepared(query, variables, operation)
    except (GraphQLError, RecursionError) as error:
        raise Refused(f"this query can't be read: {error}") from None
    root = roots.get(walk.operation.operation.value, {})
    return walk.object(walk.operation.selection_set, root, is_root=True)


@dataclass
class _Walk:
    """One query on its way through the data."""

    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    _fields: int = 0
    _objects: int = 0

    def measure(self, selections: SelectionSetNode, depth: int = 1) -> None:
        """Refuse a query that is too deep or too large, and one whose fragments contain themselves."""
        if depth > DEEPEST:
            raise Refused(f"this query is deeper than {DEEPEST} levels")
        for selection in selections.selections:
            self._fields += 1
            if self._fields > MOST_FIELDS:
                raise Refused(f"this query has more than {MOST_FIELDS} fields")
            inner = selection.selection_set if isinstance(selection, FieldNode) else self._inner(selection)
            if inner is not None:
                self.measure(inner, depth + 1)

    def object(self, selections: SelectionSetNode, node: Node, *, is_root: bool = False) -> dict[str, Any]:
        """The fields that are asked of an object."""
        self._objects += 1
        if self._objects > MOST_OBJECTS:
            raise Refused(f"the answer has more than {MOST_OBJECTS} objects: ask for a page of them")
        found: dict[str, Any] = {}
        for selection in selections.selections:
            if not self._is_wanted(selection.directives):
                continue
            if isinstance(selection, FieldNode):
                name = (selection.alias or selection.name).value
                if is_root and selection.name.value not in node:
                    raise Refused(f'no field "{selection.name.value}" here')
                found[name] = self._field(selection, node)
            else:
                found.update(self.object(self._inner(selection), node, is_root=is_root))
        return found

    def _field(self, wanted: FieldNode, node: Node) -> Any:
        value = node.get(wanted.name.value)
        if callable(value):
            value = value(Given({one.name.value: self.value(one.value) for one in wanted.arguments or ()}))
        if wanted.selection_set is None or value is None:
            return value
        if isinstance(value, list):
            return [None if one is None else self._inside(wanted, one) for one in value]
        return self._inside(wanted, value)

    def _inside(self, wanted: FieldNode, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping) or wanted.selection_set is None:
            raise Refused(f'"{wanted.name.value}" is no object: it has no fields')
        return self.object(wanted.selection_set, value)

    def _inner(self, selection: SelectionNode) -> SelectionSetNode:
        if isinstance(selection, InlineFragmentNode):
            return selection.selection_set
        name = selection.name.value  # type: ignore[attr-defined]  # what is left is a fragment's name
        if name not in self.fragments:
            raise Refused(f"no fragment {name}")
        return self.fragments[name].selection_set

    def _is_wanted(self, directives: Sequence[DirectiveNode] | None) -> bool:
        for directive in directives or ():
            condition = next((self.value(one.value) for one in directive.arguments or ()), None)
            if directive.name.value in ("include", "skip") and bool(condition) is (directive.name.value == "skip"):
                return False
        return True

    def value(self, node: ValueNode) -> Any:
        """What an argument says."""
        match node:
            case VariableNode():
                return self.variables.get(node.name.value)
            case ListValueNode():
                return [self.value(one) for one in node.values]
            case ObjectValueNode():
                return {one.name.value: self.value(one.value) for one in node.fields}
            case IntValueNode():
                return _whole(node.value)
            case FloatValueNode():
                return float(node.value)
            case BooleanValueNode():
                return node.value
            case NullValueNode():
                return None
            case _:
                return getattr(node, "value", None)


def _prepared(query: str, variables: Mapping[str, Json], operation: str | None) -> _Walk:
    document = _kept(query) if len(query) <= LONGEST_KEPT else _parsed(query)
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    walk = _Walk(_operation(document, operation), fragments, variables)
    walk.measure(walk.operation.selection_set)
    walk.variables = _variables(walk, variables)
    return walk


def _parsed(query: str) -> DocumentNode:
    return parse(query, no_location=True, max_tokens=MOST_TOKENS)


_kept = lru_cache(maxsize=128)(_parsed)
"""Clients send the same few queries for ever, and to parse one takes longer than to answer it."""


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode) and (not name or (one.name and one.name.value == name)):
            return one
    raise Refused("this query has no operation, or none of the name that is asked for")


def _variables(walk: _Walk, given: Mapping[str, Json]) -> dict[str, Any]:
    """The variables with their defaults; one that is declared as a list is one, also where it came alone."""
    found: dict[str, Any] = dict(given)
    for one in walk.operation.variable_definitions or ():
        name = one.variable.name.value
        if found.get(name) is None and one.default_value is not None:
            found[name] = walk.value(one.default_value)
        if found.get(name) is not None and _is_list(one.type) and not isinstance(found[name], list):
            found[name] = [found[name]]
    return found


def _is_list(kind: TypeNode) -> bool:
    return isinstance(kind, ListTypeNode) or (isinstance(kind, NonNullTypeNode) and _is_list(kind.type))


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise Refused(f"{digits[:20]}… is too large a number")
    return int(digits)
