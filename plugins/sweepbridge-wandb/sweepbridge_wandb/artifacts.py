"""Artifacts that runs log: kept with the run's files, each in a folder of its own, with the manifest that lists it.

They can be logged, and not fetched through the client: that would take a registry of names and versions, which is no
part of a sweep. The files are there to be read.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from sweepbridge_wandb.links import file_url
from sweepbridge_wandb.nodes import id_of, names_in
from sweepbridge_wandb.queries import Node, Resolver
from sweepbridge_wandb.refusals import Given, Refused
from sweepbridge_wandb.views import Runs

MANIFEST = "wandb_manifest.json"


@dataclass(frozen=True)
class Artifacts:
    """The client's way of logging an artifact, step by step. An id names run and artifact, so nothing is remembered."""

    runs: Runs

    def mutations(self) -> dict[str, Resolver]:
        """What the client has done on the way."""
        return {
            "createArtifactType": lambda given: _kind(given.inner("input")),
            "createArtifact": lambda given: self._create(given.inner("input")),
            "createArtifactManifest": lambda given: self._manifest(given.inner("input"), "artifactID"),
            "updateArtifactManifest": lambda given: self._manifest(given.inner("input"), "artifactManifestID"),
            "createArtifactFiles": lambda given: self._files(given.inner("input")),
            "commitArtifact": lambda given: _commit(given.inner("input")),
        }

    def _create(self, given: Given) -> Node:
        run = given.the_text("runName")
        self.runs.folder(run)
        names = given.texts("artifactCollectionNames") or [given.text("artifactCollectionName") or "artifact"]
        artifact = (
            f"{_safe(names[0])}-{hashlib.blake2b((given.text('digest') or '').encode(), digest_size=4).hexdigest()}"
        )
        return {
            "artifact": {
                "__typename": "Artifact",
                "id": id_of("Artifact", run, artifact),
                "digest": given.text("digest"),
                "state": "PENDING",
                "aliases": [],
                "artifactSequence": {"id": id_of("ArtifactSequence", names[0]), "latestArtifact": None},
            }
        }

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


def _kind(given: Given) -> Node:
    return {"artifactType": {"id": id_of("ArtifactType", given.text("name") or "")}}


def _commit(given: Given) -> Node:
    _which(given.the_text("artifactID"))
    return {"artifact": {"id": given.the_text("artifactID"), "digest": None}}


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
