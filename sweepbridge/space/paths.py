"""Where a parameter stands: nested names as one string, and back.

A path is its names joined by `/`, as in `optimizer/lr`. A name that itself holds a `/` or a `~` is escaped as
in a JSON pointer (RFC 6901), so two different places never share a path. A dot means nothing: `a.b` is one name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sweepbridge.space.values import Json, Params


def join(names: Iterable[str]) -> str:
    """The path of a parameter, from the names on the way to it."""
    return "/".join(name.replace("~", "~0").replace("/", "~1") for name in names)


def split(path: str) -> tuple[str, ...]:
    """The names on the way to a parameter, outermost first."""
    return tuple(name.replace("~1", "/").replace("~0", "~") for name in path.split("/"))


def dotted(path: str) -> str:
    """The path as people read it: `optimizer.lr`. Not reversible."""
    return ".".join(split(path))


def nest(params: Params) -> dict[str, Json]:
    """Parameters by path as the nested dict that training code gets."""
    nested: dict[str, Json] = {}
    for path, value in params.items():
        *outer, name = split(path)
        level = nested
        for step in outer:
            inner = level.setdefault(step, {})
            assert isinstance(inner, dict), f"{path} lies inside the value of another parameter"
            level = inner
        level[name] = value
    return nested


def flatten(nested: Mapping[str, Json], paths: Iterable[str]) -> dict[str, Json]:
    """The values that stand at `paths` in a nested dict; paths that lead nowhere are left out."""
    found: dict[str, Json] = {}
    for path in paths:
        level: Json = dict(nested)
        for name in split(path):
            if not isinstance(level, dict) or name not in level:
                break
            level = level[name]
        else:
            found[path] = level
    return found


def flat(row: Mapping[str, Json]) -> dict[str, Json]:
    """Metrics without inner objects: `val: {loss: 1}` is `val.loss: 1`, as W&B names it.

    What is empty stays as it is, and so do W&B's media, which say what they are in `_type`.
    """
    found: dict[str, Json] = {}
    waiting = [*row.items()][::-1]
    while waiting:  # no recursion: how deep a row is, its sender says
        name, value = waiting.pop()
        if isinstance(value, dict) and value and "_type" not in value:
            waiting += [(f"{name}.{inner}", one) for inner, one in [*value.items()][::-1]]
        else:
            found[name] = value
    return found
