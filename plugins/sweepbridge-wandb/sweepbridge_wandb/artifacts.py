"""Artifacts that runs log: kept with the run's files, each in a folder of its own, with the manifest that lists it.

One that a run of the project has logged is found by its name: the latest of that name, whatever version is asked for.
There is no registry of names and versions, which is no part of a sweep.

    files/artifact/NAME/artifact.json, files/artifact/NAME/wandb_manifest.json, files/artifact/NAME/…
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sweepbridge.plugin import Json
from sweepbridge_wandb.folders import receiving
from sweepbridge_wandb.links import file_url
from sweepbridge_wandb.nodes import connection, id_of, moment, names_in, project_stub
from sweepbridge_wandb.queries import Node, Resolver
from sweepbridge_wandb.refusals import Given, Refused
from sweepbridge_wandb.views import NO_PROJECT, Runs

VERSION = "v0"
"""The version that every artifact has."""

MANIFEST = "wandb_manifest.json"
ABOUT = "artifact.json"

ARTIFACT_FIELDS = ("aliases", "tags", "historyStep", "ttlDurationSeconds", "ttlIsInherited")
"""The fields of an artifact that clients ask about before they ask for them."""

MOST_RUNS = 1000
"""So many of the latest runs of a project are searched for an artifact."""


@dataclass(frozen=True)
class Artifacts:
    """The client's way of logging an artifact, step by step. An id names run and artifact, so nothing is remembered."""

    runs: Runs

    def artifact(self, given: Given) -> Node | None:
        """The artifact of an id; None if it was never made."""
        return self._found(*_which(given.the_text("id")))

    def named(self, project: str, given: Given) -> Node | None:
        """The artifact of a name in a project; None if no run of it has logged one."""
        name = given.the_text("name").rpartition("/")[2].partition(":")[0]
        return next((found for found in self._latest(project) if name in found["names"]), None)

    def server_id(self, given: Given) -> Node:
        """The id, here, of an artifact that the client knows by an id of its own. Refused if none has it."""
        mine = given.the_text("clientID")
        everywhere = (found for project in self.runs.projects() for found in self._latest(project))
        found = next((found for found in everywhere if found["clientID"] == mine), None)
        if found is None:
            raise Refused(f"no artifact {mine[:80]!r} was logged here", 404)
        return {"serverID": found["id"]}

    def _latest(self, project: str) -> Iterator[Node]:
        """The artifacts of a project's latest runs, those of the last one first."""
        for run in reversed(self.runs.runs(project)[-MOST_RUNS:]):
            home = run.folder.file("artifact") if run.folder else None
            for place in sorted(home.iterdir()) if home is not None and home.is_dir() else ():
                found = self._found(run.name, place.name)
                if found is not None:
                    yield found

    def _found(self, run: str, artifact: str) -> Node | None:
        folder = self.runs.folder(run)
        file = folder.file(_place(artifact, ABOUT))
        if not file.is_file():
            return None
        files = [name for name, _ in folder.files() if name.startswith(_place(artifact, ""))]
        return {**_node(run, artifact, json.loads(file.read_bytes())), **_urls(run, artifact, files)}

    def mutations(self) -> dict[str, Resolver]:
        """What the client has done on the way."""
        return {
            "createArtifactType": lambda given: {"artifactType": {"id": _text_of(given.inner("input"), "name")}},
            "createArtifact": lambda given: self._create(given.inner("input")),
            "createArtifactManifest": lambda given: self._manifest(given.inner("input"), "artifactID"),
            "updateArtifactManifest": lambda given: self._manifest(given.inner("input"), "artifactManifestID"),
            "createArtifactFiles": lambda given: self._files(given.inner("input")),
            "commitArtifact": lambda given: {"artifact": self.artifact(Given({"id": _id(given.inner("input"))}))},
            "linkArtifact": lambda given: self._link(given.inner("input")),
            "useArtifact": lambda given: {"artifact": self.artifact(Given({"id": _id(given.inner("input"))}))},
        }

    def _create(self, given: Given) -> Node:
        run = given.the_text("runName")
        names = given.texts("artifactCollectionNames") or [given.text("artifactCollectionName") or "artifact"]
        digest = given.text("digest") or ""
        artifact = f"{_safe(names[0])}-{hashlib.blake2b(digest.encode(), digest_size=4).hexdigest()}"
        about: dict[str, Json] = {
            "names": [names[0]],
            "type": given.text("artifactTypeName"),
            "description": given.text("description"),
            "metadata": given.text("metadata"),
            "digest": digest,
            "client_id": given.text("clientID"),
            "project": given.text("projectName"),
            "aliases": [Given(one).text("alias") for one in given.objects("aliases")],
            "created_at": time.time(),
        }
        self._keep(run, artifact, about)
        # Never as one that is there already, or the client would keep its files to itself.
        return {"artifact": {**_node(run, artifact, about), "state": "PENDING"}}

    def _keep(self, run: str, artifact: str, about: dict[str, Json]) -> None:
        with receiving(self.runs.folder(run).file(_place(artifact, ABOUT))) as file:
            file.write(json.dumps(about).encode())

    def _link(self, given: Given) -> Node:
        """Another name for an artifact."""
        run, artifact = _which(_id(given) if given.has("artifactID") else self.server_id(given)["serverID"])
        file = self.runs.folder(run).file(_place(artifact, ABOUT))
        about = json.loads(file.read_bytes())
        self._keep(run, artifact, {**about, "names": [*about["names"], given.the_text("artifactPortfolioName")]})
        return {"versionIndex": 0}

    def _manifest(self, given: Given, key: str) -> Node:
        run, artifact = _which(given.the_text(key))
        self.runs.folder(run)
        file = {"id": id_of("File", run, artifact), "uploadHeaders": [], "uploadUrl": _url(run, artifact, MANIFEST)}
        return {"artifactManifest": {"id": id_of("Artifact", run, artifact), "file": file}}

    def _files(self, given: Given) -> Node:
        files = [Given(one) for one in given.objects("artifactFiles")]
        return {"files": {"edges": [{"node": self._file(file)} for file in files], "pageInfo": {"hasNextPage": False}}}

    def _file(self, given: Given) -> Node:
        run, artifact = _which(given.the_text("artifactID"))
        name = given.the_text("name")
        self.runs.folder(run).file(_place(artifact, name))
        return {
            "id": id_of("File", run, artifact, name),
            "name": name,
            "displayName": name,
            "storagePath": _place(artifact, name),
            "uploadUrl": _url(run, artifact, name),
            "uploadHeaders": [],
            "uploadMultipartUrls": None,
            "artifact": {"id": given.the_text("artifactID")},
        }


def _node(run: str, artifact: str, about: dict[str, Json]) -> Node:
    names = about.get("names")
    name = str(names[0]) if isinstance(names, list) else artifact
    project = project_stub(str(about.get("project") or NO_PROJECT))
    collection: dict[str, Any] = {"__typename": "ArtifactSequence", "id": id_of("ArtifactSequence", name), "name": name}
    collection |= {"project": project, "latestArtifact": None}
    created = about.get("created_at")
    when = moment(created if isinstance(created, float) else 0.0)
    given = about.get("aliases")
    aliases = [*(given if isinstance(given, list) else []), VERSION]
    return {
        "__typename": "Artifact",
        "id": id_of("Artifact", run, artifact),
        "clientID": about.get("client_id"),
        "names": names,
        "artifactSequence": collection,
        "versionIndex": 0,
        "artifactType": {"id": id_of("ArtifactType", str(about.get("type"))), "name": about.get("type")},
        "description": about.get("description"),
        "metadata": about.get("metadata"),
        "state": "COMMITTED",
        "size": 0,
        "digest": about.get("digest"),
        "commitHash": about.get("digest"),
        "fileCount": 0,
        "createdAt": when,
        "updatedAt": when,
        "tags": [],
        "ttlDurationSeconds": -2,
        "ttlIsInherited": True,
        "aliases": [
            {"__typename": "ArtifactAlias", "id": str(alias), "alias": alias, "artifactCollection": collection}
            | {"artifactCollectionName": name}
            for alias in aliases
        ],
    }


def _urls(run: str, artifact: str, files: Sequence[str]) -> Node:
    """Where the client fetches what an artifact holds."""
    names = [name.removeprefix(_place(artifact, "")) for name in files]
    nodes = [
        {"__typename": "File", "id": id_of("File", run, name), "name": name, "directUrl": _url(run, artifact, name)}
        for name in names
        if name not in (ABOUT, MANIFEST)
    ]
    page = connection(nodes, Given({}))
    manifest = {"directUrl": _url(run, artifact, MANIFEST)}
    return {
        "currentManifest": {"id": id_of("Artifact", run, artifact), "file": manifest},
        "files": lambda _: page,
        "filesByManifestEntries": lambda _: page,
    }


def in_collection(artifact: Node | None) -> Node | None:
    """The collection that an artifact is in, as the newest clients ask for its files."""
    if artifact is None:
        return None
    return {**artifact["artifactSequence"], "artifactMembership": lambda _: {"files": artifact["files"]}}


def membership(artifact: Node | None, name: str) -> Node | None:
    """An artifact as a member of a collection, as newer clients ask for it."""
    if artifact is None:
        return None
    collection = {**artifact["artifactSequence"], "name": name.rpartition("/")[2].partition(":")[0]}
    return {
        "__typename": "ArtifactCollectionMembership",
        "id": artifact["id"],
        "versionIndex": 0,
        "createdAt": artifact["createdAt"],
        "aliases": artifact["aliases"],
        "artifactCollection": collection,
        "artifact": artifact,
    }


def _id(given: Given) -> str:
    return given.the_text("artifactID")


def _text_of(given: Given, name: str) -> str:
    return id_of("ArtifactType", given.text(name) or "")


def _which(id: str) -> tuple[str, str]:
    names = names_in(id, "Artifact")
    if len(names) != 2:
        raise Refused(f"{id[:80]!r} is no id of an artifact")
    return names[0], names[1]


def _place(artifact: str, name: str) -> str:
    return f"artifact/{artifact}/{name}"


def _url(run: str, artifact: str, name: str) -> str:
    return file_url(run, _place(artifact, name))


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]", "_", name)[:100] or "artifact"
