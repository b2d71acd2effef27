"""Runs, sweeps and projects as the objects that GraphQL answers are made of, under W&B's names."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone

import yaml

from sweepbridge.plugin import Json
from sweepbridge_wandb.filters import matching, ordered
from sweepbridge_wandb.links import file_url
from sweepbridge_wandb.queries import Node
from sweepbridge_wandb.refusals import Given, Refused, json_of, object_of
from sweepbridge_wandb.views import House, RunView, Sweeps, SweepView

ENTITY = "sweepbridge"
"""The entity that everything here belongs to. The client may name any other."""

PAGE = 1000
"""The most nodes that come at once."""

VIEWER: Node = {
    "__typename": "User",
    "id": base64.b64encode(b"User:1").decode(),
    "name": ENTITY,
    "username": ENTITY,
    "entity": ENTITY,
    "email": "nobody@localhost",
    "admin": False,
    "flags": "{}",
    "teams": {"edges": [{"node": {"name": ENTITY}}]},
    "apiKeys": {"edges": []},
}


def id_of(kind: str, *names: str) -> str:
    """An id as W&B has them: base64 of what it stands for."""
    return base64.b64encode(":".join((kind, *names)).encode()).decode()


def names_in(id: str, kind: str) -> list[str]:
    """What an id of a kind stands for. Refused if it is none."""
    try:
        found, *names = base64.b64decode(id.encode(), validate=True).decode().split(":")
    except ValueError:
        found, names = "", []
    if found != kind or not names:
        raise Refused(f"{id[:80]!r} is no id of a {kind.lower()}")
    return names


def moment(seconds: float) -> str:
    """A time as W&B writes it."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def text_of(value: Json) -> str:
    """JSON text, in which NaN and infinities are words, as W&B writes them."""
    return json.dumps(_strict(value))


def connection(nodes: Sequence[Node], given: Given) -> Node:
    """One page of a list."""
    after = given.text("after") or "0"
    start = int(after) if after.isdecimal() and len(after) < 12 else 0
    size = min(max(given.number("first", PAGE), 0), PAGE)
    page = nodes[start : start + size]
    end = start + len(page)
    return {
        "edges": [{"node": node, "cursor": str(start + place + 1)} for place, node in enumerate(page)],
        "totalCount": len(nodes),
        "pageInfo": {"__typename": "PageInfo", "endCursor": str(end), "hasNextPage": end < len(nodes)},
    }


def run_node(run: RunView) -> Node:
    """A run."""
    about = run.about
    return {
        "__typename": "Run",
        "id": id_of("Run", "v1", run.name, run.project, ENTITY),
        "name": run.name,
        "displayName": run.title,
        "description": about.get("notes"),
        "notes": about.get("notes"),
        "tags": about.get("tags") or [],
        "group": about.get("group"),
        "jobType": about.get("job_type"),
        "commit": about.get("commit"),
        "host": about.get("host"),
        "readOnly": False,
        "state": run.state,
        "exitcode": run.exit_code,
        "sweepName": run.sweep,
        "project": lambda _: project_stub(run.project),
        "projectId": 1,
        "createdAt": moment(run.began_at),
        "heartbeatAt": moment(run.heard_at),
        "config": lambda _: text_of({name: {"value": value} for name, value in run.config.items()}),
        "summaryMetrics": lambda _: text_of(dict(run.summary)),
        "systemMetrics": "{}",
        "historyLineCount": run.lines,
        "logLineCount": 0,
        "eventsLineCount": 0,
        "historyTail": lambda _: json.dumps([text_of(row) for row in run.rows()[-1:] or [{}]]),
        "eventsTail": "[]",
        "wandbConfig": lambda _: '{"t": 1}' if run.has_begun else "{}",  # without it, the client has nothing to resume
        "historyKeys": lambda _: _history_keys(run.rows()),
        "user": VIEWER,
        "stopped": run.is_to_stop,
        "shouldStop": run.is_to_stop,
        "failed": run.state in ("failed", "crashed"),
        "running": run.state == "running",
        "history": lambda given: _history(run.rows(), given),
        "events": lambda _: [],
        "sampledHistory": lambda given: [_sampled(run.rows(), spec) for spec in given.texts("specs")],
        "parquetHistory": lambda _: {"parquetUrls": [], "liveData": [_strict(row) for row in run.rows()]},
        "files": lambda given: connection(_files(run, given), given),
        "fileCount": len(run.folder.files()) if run.folder else 0,
        "logLines": lambda given: connection([], given),
    }


def sweep_node(sweep: SweepView) -> Node:
    """A sweep."""
    return {
        "__typename": "Sweep",
        "id": id_of("Sweep", sweep.name),
        "name": sweep.name,
        "displayName": sweep.title,
        "method": sweep.method,
        "state": sweep.state,
        "description": sweep.config.get("description"),
        "config": lambda _: yaml.safe_dump(dict(sweep.config), sort_keys=False),
        "createdAt": moment(sweep.created_at),
        "updatedAt": moment(sweep.heard_at),
        "heartbeatAt": moment(sweep.heard_at),
        "bestLoss": lambda _: sweep.best(),
        "runCount": sweep.began,
        "runCountExpected": sweep.expected,
        "earlyStopJobRunning": False,
        "project": lambda _: project_stub(sweep.project),
        "agents": lambda given: connection([], given),
        "runs": lambda given: connection([run_node(run) for run in _selected(sweep.runs(), given)], given),
        "priorRuns": lambda given: connection([], given),
    }


def project_node(house: House, name: str) -> Node:
    """A project, with its runs and sweeps."""
    kept = house.runs

    def runs(given: Given) -> list[RunView]:
        return _selected(kept.runs(name), given)

    return {
        **project_stub(name),
        "runs": lambda given: connection([run_node(run) for run in runs(given)], given),
        "runCount": lambda given: len(runs(given)),
        **(_sweeps_in(house.sweeps, name) if house.sweeps else {}),
    }


def _sweeps_in(kept: Sweeps, project: str) -> Node:
    def one_sweep(given: Given) -> Node | None:
        found = kept.sweep(given.the_text("sweepName"))
        return sweep_node(found) if found else None

    return {
        "sweep": one_sweep,
        "sweeps": lambda given: connection([sweep_node(sweep) for sweep in kept.sweeps(project)], given),
        "totalSweeps": lambda _: len(kept.sweeps(project)),
    }


def project_stub(name: str) -> Node:
    """A project, without what is in it."""
    return {
        "__typename": "Project",
        "id": id_of("Project", "v1", name, ENTITY),
        "internalId": id_of("ProjectInternalId", "1"),
        "name": name,
        "entityName": ENTITY,
        "entity": {"id": id_of("Entity", ENTITY), "name": ENTITY},
        "createdAt": moment(0),
        "isBenchmark": False,
        "readOnly": False,
        "user": VIEWER,
    }


def _selected(runs: Sequence[RunView], given: Given) -> list[RunView]:
    return ordered(matching(runs, given.object("filters")), given.text("order"))


def _history(rows: Sequence[Mapping[str, Json]], given: Given) -> list[str]:
    first, last = given.number("minStep", 0), given.number("maxStep", 2**62)
    size = min(max(given.number("samples", PAGE), 0), 10 * PAGE)
    steps = [(row.get("_step", place), row) for place, row in enumerate(rows)]
    return [text_of(dict(row)) for step, row in steps if isinstance(step, int) and first <= step < last][:size]


def _sampled(rows: Sequence[Mapping[str, Json]], spec: str) -> list[Json]:
    """Rows at equal distances. With `keys`, those that have all of them, and nothing else of these."""
    wanted = object_of(json_of(spec, "specs"), "specs")
    keys, samples = wanted.get("keys"), wanted.get("samples")
    found = list(rows)
    if isinstance(keys, list) and keys:
        names = [str(key) for key in keys]
        found = [{name: row[name] for name in names} for row in rows if all(name in row for name in names)]
    most = samples if isinstance(samples, int) and not isinstance(samples, bool) and samples > 0 else 500
    return [_strict(dict(row)) for row in found[:: max(1, math.ceil(len(found) / most))]]


def _history_keys(rows: Sequence[Mapping[str, Json]]) -> Node:
    keys = {name: {"typeCounts": [{"type": _kind(value)}]} for row in rows for name, value in row.items()}
    steps = [step for row in rows if isinstance(step := row.get("_step"), int)]
    return {"keys": keys, "lastStep": max(steps, default=-1), "sets": []}


def _kind(value: Json) -> str:
    return "number" if isinstance(value, (int, float)) else "string" if isinstance(value, str) else "object"


def _files(run: RunView, given: Given) -> list[Node]:
    names = given.texts("names") or given.texts("fileNames")
    files = run.folder.files() if run.folder else []
    return [_file(run, name, size) for name, size in files if not names or name in names]


def files_to_send(run: RunView, given: Given) -> Node:
    """Where the oldest clients are to send files, of which they ask by name whether they are there or not."""
    names = given.texts("names")
    if run.folder is None or not names:
        return connection(_files(run, given), given)
    for name in names:
        run.folder.file(name)
    sizes = dict(run.folder.files())
    nodes = [_file(run, name, sizes.get(name, 0)) for name in names]
    return {**connection(nodes, given), "uploadHeaders": []}


def _file(run: RunView, name: str, size: int) -> Node:
    return {
        "__typename": "File",
        "id": id_of("File", run.name, name),
        "name": name,
        "sizeBytes": size,
        "mimetype": None,
        "md5": None,
        "updatedAt": moment(run.heard_at),
        "directUrl": lambda _: file_url(run.name, name),
        "url": lambda _: file_url(run.name, name),
    }


def _strict(value: Json) -> Json:
    """A value without what strict JSON can't hold."""
    match value:
        case float() if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case dict():
            return {name: _strict(one) for name, one in value.items()}
        case list():
            return [_strict(one) for one in value]
        case _:
            return value
