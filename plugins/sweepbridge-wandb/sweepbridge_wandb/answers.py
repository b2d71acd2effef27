"""What the client can ask for and have done: the roots of the GraphQL queries that it is known to send.

Which they are, and what each has to hold, was learned from the traffic of clients from 0.13 to 0.31.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sweepbridge.plugin import Json
from sweepbridge_wandb.artifacts import ARTIFACT_FIELDS, Artifacts, in_collection, membership
from sweepbridge_wandb.links import file_url
from sweepbridge_wandb.nodes import (
    ENTITY,
    VIEWER,
    connection,
    files_to_send,
    id_of,
    names_in,
    project_node,
    run_node,
    sweep_node,
)
from sweepbridge_wandb.queries import Node, Resolver, Roots
from sweepbridge_wandb.refusals import Given, Refused, json_of, object_of
from sweepbridge_wandb.views import NO_PROJECT, House, Sweeps

FEATURES: tuple[str, ...] = ()
"""What the client may take for granted beyond the oldest server. Nothing: whatever it asks for then has to be here."""

_ABOUT = {
    "displayName": "display_name",
    "notes": "notes",
    "groupName": "group",
    "jobType": "job_type",
    "commit": "commit",
    "host": "host",
    "jobProgram": "program",
    "jobRepo": "repo",
}
"""What the client says about a run, in its words and in ours."""

_MOST_FILES = 10_000


def roots(house: House, say: Callable[[str], None]) -> Roots:
    """Everything that can be asked of a house. `say` hears what a run wants people to know."""
    artifacts = Artifacts(house.runs)
    query = {
        "viewer": lambda _: VIEWER,
        "serverInfo": lambda _: _server_info(),
        "project": lambda given: _project(house, artifacts, given.text("name") or NO_PROJECT),
        "model": lambda given: _model(house, artifacts, given.text("name") or NO_PROJECT),
        "models": lambda given: connection([project_node(house, name) for name in house.runs.projects()], given),
        "entity": lambda given: _entity(given.text("name") or ENTITY),
        "artifact": artifacts.artifact,
        "clientIDMapping": artifacts.server_id,
    }
    mutation = {
        "upsertBucket": lambda given: _upsert_bucket(house, given.inner("input")),
        "createRunFiles": lambda given: _create_run_files(house, given.inner("input")),
        "markRunFilesUploaded": lambda _: {"success": True},
        "notifyScriptableRunAlert": lambda given: _alert(given.inner("input"), say),
        "upsertModel": lambda given: _upsert_model(house, given.inner("input")),
        **artifacts.mutations(),
        **(_for_sweeps(house.sweeps) if house.sweeps else {}),
    }
    known = {
        "Query": [*query],
        "Mutation": [*mutation],
        "ServerInfo": ["cliVersionInfo"],
        # A client leaves out of its queries what is missing here, and then misses it.
        "Artifact": [*ARTIFACT_FIELDS],
        "CreateArtifactInput": ["clientID", "sequenceClientID"],
    }
    return {"query": {**query, "__type": lambda given: _type(known, given)}, "mutation": mutation}


def _project(house: House, artifacts: Artifacts, name: str) -> Node:
    def one_run(given: Given) -> Node | None:
        found = house.runs.run(given.the_text("name"))
        return {**run_node(found), **artifacts.of_run(found)} if found else None

    return {
        **project_node(house, name),
        "run": one_run,
        "bucket": one_run,
        "artifact": lambda given: artifacts.named(name, given),
        "artifactType": lambda given: {
            "name": given.the_text("name"),
            "artifact": lambda inner: artifacts.named(name, inner),
        },
        "artifactCollection": lambda given: in_collection(artifacts.named(name, given), name, given.the_text("name")),
        "artifactCollectionMembership": lambda given: membership(
            artifacts.named(name, given), name, given.the_text("name")
        ),
    }


def _model(house: House, artifacts: Artifacts, name: str) -> Node:
    """A project, as runs ask for it."""

    def bucket(given: Given) -> Node | None:
        found = house.runs.run(given.the_text("name"))
        return {**run_node(found), "files": lambda inner: files_to_send(found, inner)} if found else None

    return {**_project(house, artifacts, name), "bucket": bucket}


def _for_sweeps(kept: Sweeps) -> Mapping[str, Resolver]:
    return {
        "upsertSweep": lambda given: _upsert_sweep(kept, given.inner("input")),
        "createAgent": lambda given: _create_agent(kept, given.inner("input")),
        "agentHeartbeat": lambda given: _heartbeat(kept, given.inner("input")),
    }


def _server_info() -> Node:
    features = [{"name": name, "isEnabled": True} for name in FEATURES]
    return {
        "cliVersionInfo": {"max_cli_version": "999.0.0"},
        "latestLocalVersionInfo": None,
        "features": features,
    }


def _entity(name: str) -> Node:
    node = {"__typename": "Entity", "id": id_of("Entity", name), "name": name, "xxhashDigestsEnabled": False}
    return {**node, "organization": {"name": ENTITY, "orgEntity": {"name": ENTITY}}}


def _type(known: Mapping[str, list[str]], given: Given) -> Node:
    """What older clients ask to learn what a server can do. An unknown type has no fields; null would break them."""
    fields = [{"name": name, "args": []} for name in known.get(given.text("name") or "", [])]
    return {"name": given.text("name"), "fields": fields, "inputFields": fields, "enumValues": []}


def _upsert_bucket(house: House, given: Given) -> Node:
    name = given.text("name") or names_in(given.the_text("id"), "Run")[1]
    about: dict[str, Json] = {ours: given.text(theirs) for theirs, ours in _ABOUT.items() if given.has(theirs)}
    if given.has("tags"):
        about["tags"] = [*given.texts("tags")]
    if given.has("config"):
        about["config"] = {key: _unwrapped(value) for key, value in given.object("config").items()}
    run, is_first = house.runs.begin(name, given.text("modelName"), given.text("sweep"), about)
    if run.folder is not None and given.has("summaryMetrics"):
        run.folder.take_summary(given.object("summaryMetrics"))
    return {"bucket": run_node(run), "inserted": is_first}


def _unwrapped(value: Json) -> Json:
    return value["value"] if isinstance(value, dict) and "value" in value else value


def _create_run_files(house: House, given: Given) -> Node:
    name, files = given.the_text("runName"), given.texts("files")
    if len(files) > _MOST_FILES:
        raise Refused(f"{len(files)} files at once")
    folder = house.runs.folder(name)
    for file in files:
        folder.file(file)
    links = [{"name": file, "uploadUrl": file_url(name, file), "uploadHeaders": []} for file in files]
    return {"runID": id_of("Run", "v1", name), "uploadHeaders": [], "files": links}


def _alert(given: Given, say: Callable[[str], None]) -> Node:
    severity, run, title, text = (given.text(name) for name in ("severity", "runName", "title", "text"))
    say(f"{severity or 'INFO'} from run {run}: {title}: {text}")
    return {"success": True}


def _upsert_model(house: House, given: Given) -> Node:
    node = project_node(house, given.text("name") or NO_PROJECT)
    return {"project": node, "model": node, "inserted": False}


def _upsert_sweep(kept: Sweeps, given: Given) -> Node:
    if given.has("id"):
        if given.has("config"):
            raise Refused("a sweep's config can't be changed once trials rest on it: make a new sweep")
        name = given.the_text("id")
        name = name if kept.sweep(name) else names_in(name, "Sweep")[0]
        return {"sweep": sweep_node(kept.set_state(name, given.the_text("state"))), "configValidationWarnings": []}
    _refuse_unserved(given)
    made, notes = kept.make_sweep(given.the_text("config"), given.text("projectName"), given.text("displayName"))
    return {"sweep": sweep_node(made), "configValidationWarnings": notes}


def _refuse_unserved(given: Given) -> None:
    if given.text("controller") or given.text("launchScheduler"):
        raise Refused("sweepbridge searches itself: leave out the controller and the launch settings")
    if given.text("priorRunsFilters"):
        raise Refused("prior runs are not supported: sweepbridge searches from its own log")


def _create_agent(kept: Sweeps, given: Given) -> Node:
    sweep = given.the_text("sweep")
    return {"agent": {"__typename": "Agent", "id": kept.new_agent(sweep, given.text("host") or "")}}


def _heartbeat(kept: Sweeps, given: Given) -> Node:
    states = object_of(json_of(given.text("runState") or "{}", "runState"), "runState")
    running = [name for name, is_there in states.items() if is_there]
    commands: list[Any] = [*kept.heartbeat(given.the_text("id"), running)]
    return {"agent": {"id": given.the_text("id")}, "commands": json.dumps(commands)}
