"""Artifacts that runs log: kept with the run's files, each in a folder of its own, with the manifest that lists it.

One that a run of the project has logged is found by its name: the latest of that name, whatever version is asked for.
So is one that was linked into the project, or into a registry, which is a project as well. There are no versions, which
are no part of a sweep.

    files/artifact/NAME/artifact.json, files/artifact/NAME/wandb_manifest.json, files/artifact/NAME/…
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sweepbridge.plugin import Json
from sweepbridge_wandb.folders import receiving
from sweepbridge_wandb.links import file_url
from sweepbridge_wandb.nodes import connection, id_of, moment, names_in, project_stub
from sweepbridge_wandb.queries import Node, Resolver
from sweepbridge_wandb.refusals import Given, Object, Refused, json_of, object_of
from sweepbridge_wandb.views import NO_PROJECT, Runs, RunView

VERSION = "v0"
"""The version that every artifact has."""

MANIFEST = "wandb_manifest.json"
ABOUT = "artifact.json"
USED = "used_artifacts"
"""Under which name a run's folder knows what the run has used."""

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
        """The artifact of a name in a project; None if no run has logged one there, or linked one to there."""
        name = collection_in(given.the_text("name"))
        logged = (found for found in self._latest(project) if name in found["names"])
        linked = (found for found in self._everywhere() if (project, name) in found["links"])
        found = next(logged, None) or next(linked, None)
        return {**found, "aliases": _aliased(found["aliased"], _collection(project, name))} if found else None

    def of_run(self, run: RunView) -> Node:
        """What a run has logged and used, as fields of it."""
        is_here = run.folder is not None
        return {
            "outputArtifacts": lambda given: connection(list(self._logged(run.name)) if is_here else [], given),
            "inputArtifacts": lambda given: connection(list(self._used(run.name)) if is_here else [], given),
        }

    def server_id(self, given: Given) -> Node:
        """The id, here, of an artifact that the client knows by an id of its own. Refused if none has it."""
        mine = given.the_text("clientID")
        found = next((found for found in self._everywhere() if found["clientID"] == mine), None)
        if found is None:
            raise Refused(f"no artifact {mine[:80]!r} was logged here", 404)
        return {"serverID": found["id"]}

    def _everywhere(self) -> Iterator[Node]:
        return (found for project in self.runs.projects() for found in self._latest(project))

    def _latest(self, project: str) -> Iterator[Node]:
        """The artifacts of a project's latest runs, those of the last one first."""
        for run in reversed(self.runs.runs(project)[-MOST_RUNS:]):
            if run.folder is not None:
                yield from self._logged(run.name)

    def _logged(self, run: str) -> Iterator[Node]:
        home = self.runs.folder(run).file("artifact")
        for place in sorted(home.iterdir()) if home.is_dir() else ():
            found = self._found(run, place.name)
            if found is not None:
                yield found

    def _used(self, run: str) -> Iterator[Node]:
        for artifact in _list_in(self.runs.folder(run).about, USED):
            with contextlib.suppress(Refused):  # it was used from a store that is another one now
                found = self._found(*_which(str(artifact)))
                if found is not None:
                    yield found

    def _found(self, run: str, artifact: str) -> Node | None:
        folder = self.runs.folder(run)
        file = folder.file(_place(artifact, ABOUT))
        if not file.is_file():
            return None
        home = _place(artifact, "")
        files = [(name.removeprefix(home), size) for name, size in folder.files() if name.startswith(home)]
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
            "useArtifact": lambda given: self._use(given.inner("input")),
            "updateArtifact": lambda given: self._update(given.inner("input")),
            "addAliases": lambda given: self._alias(given.inner("input"), add=_aliases(given.inner("input"))),
            "deleteAliases": lambda given: self._alias(given.inner("input"), drop=_aliases(given.inner("input"))),
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
            "aliases": [*_aliases(given)],
            "created_at": time.time(),
        }
        self._keep(run, artifact, about)
        # Never as one that is there already, or the client would keep its files to itself.
        return {"artifact": {**_node(run, artifact, about), "state": "PENDING"}}

    def _keep(self, run: str, artifact: str, about: dict[str, Json]) -> None:
        with receiving(self.runs.folder(run).file(_place(artifact, ABOUT))) as file:
            file.write(json.dumps(about).encode())

    def _about(self, run: str, artifact: str) -> dict[str, Json]:
        file = self.runs.folder(run).file(_place(artifact, ABOUT))
        if not file.is_file():
            raise Refused(f"run {run[:80]} has logged no artifact {artifact[:80]!r}", 404)
        return object_of(json_of(file.read_bytes(), ABOUT), ABOUT)

    def _link(self, given: Given) -> Node:
        """Another name for an artifact, in any project."""
        run, artifact = _which(_id(given) if given.has("artifactID") else self.server_id(given)["serverID"])
        about = self._about(run, artifact)
        name = given.the_text("artifactPortfolioName")
        project = given.text("projectName") or str(about.get("project") or NO_PROJECT)
        self._keep(run, artifact, {**about, "links": [*_list_in(about, "links"), [project, name]]})
        return {"versionIndex": 0, "artifactMembership": membership(self._found(run, artifact), project, name)}

    def _use(self, given: Given) -> Node:
        used = _id(given)
        found = self.artifact(Given({"id": used}))
        if found is not None and given.has("runName"):
            folder = self.runs.folder(given.the_text("runName"))
            known = _list_in(folder.about, USED)
            folder.note(**{USED: [*known, *([used] if used not in known else [])]})
        return {"artifact": found}

    def _update(self, given: Given) -> Node:
        run, artifact = _which(_id(given))
        new: dict[str, Json] = {name: given.text(name) for name in ("description", "metadata") if given.has(name)}
        if given.has("aliases"):
            new["aliases"] = [*_aliases(given)]
        self._keep(run, artifact, {**self._about(run, artifact), **new})
        return {"artifact": self._found(run, artifact)}

    def _alias(self, given: Given, *, add: Sequence[str] = (), drop: Sequence[str] = ()) -> Node:
        run, artifact = _which(_id(given))
        about = self._about(run, artifact)
        kept = [alias for alias in _list_in(about, "aliases") if alias not in (*add, *drop)]
        self._keep(run, artifact, {**about, "aliases": [*kept, *add]})
        return {"success": True}

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
    project = str(about.get("project") or NO_PROJECT)
    links = [(str(one[0]), str(one[1])) for one in _list_in(about, "links") if isinstance(one, list) and len(one) == 2]
    created = about.get("created_at")
    when = moment(created if isinstance(created, float) else 0.0)
    collection = _collection(project, name)
    aliased = [*(str(alias) for alias in _list_in(about, "aliases")), VERSION]
    return {
        "__typename": "Artifact",
        "id": id_of("Artifact", run, artifact),
        "clientID": about.get("client_id"),
        "names": names,
        "links": links,
        "artifactSequence": collection,
        "versionIndex": 0,
        "artifactType": {
            "id": id_of("ArtifactType", str(about.get("type"))),
            "name": about.get("type"),
            "project": project_stub(project),  # the oldest clients look there for where it is
        },
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
        "aliased": aliased,
        "aliases": _aliased(aliased, collection),
    }


def _aliased(names: Sequence[str], collection: Node) -> list[Node]:
    """The aliases of an artifact as those of one collection: older clients look for that of which they have asked."""
    belongs = {"artifactCollection": collection, "artifactCollectionName": collection["name"]}
    return [{"__typename": "ArtifactAlias", "id": name, "alias": name, **belongs} for name in names]


def _urls(run: str, artifact: str, files: Sequence[tuple[str, int]]) -> Node:
    """What an artifact holds, and where the client fetches it."""
    nodes = [_file_node(run, artifact, name, size) for name, size in files if name not in (ABOUT, MANIFEST)]
    page = connection(nodes, Given({}))
    manifest = {"directUrl": _url(run, artifact, MANIFEST)}
    return {
        "currentManifest": {"id": id_of("Artifact", run, artifact), "file": manifest},
        "files": lambda _: page,
        "filesByManifestEntries": lambda _: page,
    }


def _file_node(run: str, artifact: str, name: str, size: int) -> Node:
    url = _url(run, artifact, name)
    return {
        "__typename": "File",
        "id": id_of("File", run, artifact, name),
        "name": name,
        "displayName": name,
        "sizeBytes": size,
        "storagePath": _place(artifact, name),
        "url": url,
        "directUrl": url,
    }


def in_collection(artifact: Node | None, project: str, name: str) -> Node | None:
    """The collection that an artifact is in, as the newest clients ask for its files."""
    if artifact is None:
        return None
    return {**_collection(project, name), "artifactMembership": lambda _: {"files": artifact["files"]}}


def membership(artifact: Node | None, project: str, name: str) -> Node | None:
    """An artifact as a member of a collection, as newer clients ask for it."""
    if artifact is None:
        return None
    return {
        "__typename": "ArtifactCollectionMembership",
        "id": artifact["id"],
        "versionIndex": 0,
        "createdAt": artifact["createdAt"],
        "aliases": artifact["aliases"],
        "artifactCollection": _collection(project, name),
        "artifact": artifact,
    }


def _collection(project: str, name: str) -> Node:
    """A collection of artifacts, by its name, whatever version and entity stand beside it."""
    name = collection_in(name)
    node = {"__typename": "ArtifactSequence", "id": id_of("ArtifactSequence", name), "name": name}
    return {**node, "project": project_stub(project), "latestArtifact": None}


def collection_in(name: str) -> str:
    """The name of a collection, of the name of an artifact in it."""
    return name.rpartition("/")[2].partition(":")[0]


def _list_in(about: Object, name: str) -> list[Json]:
    found = about.get(name)
    return found if isinstance(found, list) else []


def _aliases(given: Given) -> list[str]:
    return [Given(one).the_text("alias") for one in given.objects("aliases")]


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
