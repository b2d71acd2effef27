"""Artifacts: what the client asks about them beyond logging one."""

import pytest
from sweepbridge_wandb.nodes import ENTITY

CREATE = """
mutation CreateArtifact($input: CreateArtifactInput!) { createArtifact(input: $input) { artifact { id state } } }
"""
MAPPING = "query ClientIDMapping($clientID: ID!) { clientIDMapping(clientID: $clientID) { serverID } }"
LINK = "mutation LinkArtifact($input: LinkArtifactInput!) { linkArtifact(input: $input) { versionIndex } }"
NAMED = "query($project: String, $name: String!) { project(name: $project) { artifact(name: $name) { id } } }"


@pytest.fixture
def logged(client):
    """The id of an artifact that a run has logged, which the client calls "mine"."""
    client.init("run", project="p")
    given = {"runName": "run", "projectName": "p", "artifactTypeName": "t", "artifactCollectionNames": ["table"]}
    return client.ask(CREATE, input={**given, "digest": "d", "clientID": "mine"})["createArtifact"]["artifact"]["id"]


def test_an_artifact_is_known_by_the_id_that_its_client_gave_it(client, logged):
    """A table with images that is logged as well as part of an artifact refers to itself so."""
    found = client.ask(MAPPING, clientID="mine")

    assert found == {"clientIDMapping": {"serverID": logged}}


def test_so_it_is_after_a_restart(client, logged):
    found = client.restart().ask(MAPPING, clientID="mine")

    assert found["clientIDMapping"]["serverID"] == logged


def test_an_artifact_that_nobody_has_logged_is_unknown_and_not_null(client, logged):
    """Null crashes the client's own process."""
    status, message = client.refused(MAPPING, clientID="theirs")

    assert (status, message) == (404, "no artifact 'theirs' was logged here")


def test_an_artifact_is_linked_by_the_id_that_its_client_gave_it(client, logged):
    client.ask(LINK, input={"clientID": "mine", "artifactPortfolioName": "collection", "projectName": "p"})

    assert client.ask(NAMED, project="p", name="collection:latest")["project"]["artifact"] == {"id": logged}


@pytest.mark.parametrize("project", ["other", "model-registry", "wandb-registry-model"])
def test_an_artifact_that_is_linked_into_another_project_is_found_there_alone(client, logged, project):
    """The client asks for it there as soon as it has linked it, and fails the run if it is not."""
    given = {"artifactID": logged, "artifactPortfolioName": "collection", "projectName": project}

    client.ask(LINK, input=given)

    assert client.ask(NAMED, project=project, name="collection:v0")["project"]["artifact"] == {"id": logged}
    assert client.ask(NAMED, project="third", name="collection:v0")["project"]["artifact"] is None


def test_an_artifact_has_one_version_in_each_collection(client, logged):
    """Older clients look for that of the collection that they have asked for; newer ones take two for a fault."""
    client.ask(LINK, input={"artifactID": logged, "artifactPortfolioName": "collection", "projectName": "p"})

    fields = "aliases { alias artifactCollectionName }"
    query = f'{{ project(name: "p") {{ own: artifact(name: "table:v0") {{ {fields} }}'
    query += f' linked: artifact(name: "collection:v0") {{ {fields} }} }} }}'
    found = client.ask(query)["project"]

    assert found["own"]["aliases"] == [{"alias": "v0", "artifactCollectionName": "table"}]
    assert found["linked"]["aliases"] == [{"alias": "v0", "artifactCollectionName": "collection"}]


def test_the_entity_has_an_organization_for_registries(client):
    """The client looks for it before it links into a registry."""
    found = client.ask('{ entity(name: "me") { organization { name orgEntity { name } } user { id } } }')

    assert found["entity"] == {"organization": {"name": ENTITY, "orgEntity": {"name": ENTITY}}, "user": None}


UPDATE = """
mutation($input: UpdateArtifactInput!) {
  updateArtifact(input: $input) { artifact { description metadata aliases { alias } } }
}
"""
ADD = "mutation($input: AddAliasesInput!) { addAliases(input: $input) { success } }"
DELETE = "mutation($input: DeleteAliasesInput!) { deleteAliases(input: $input) { success } }"


def test_what_is_said_of_an_artifact_later_is_kept(client, logged):
    client.ask(ADD, input={"artifactID": logged, "aliases": [{"alias": "best"}, {"alias": "old"}]})
    client.ask(DELETE, input={"artifactID": logged, "aliases": [{"alias": "old"}]})

    found = client.ask(UPDATE, input={"artifactID": logged, "description": "d", "metadata": '{"k": 1}'})

    kept = found["updateArtifact"]["artifact"]
    assert (kept["description"], kept["metadata"]) == ("d", '{"k": 1}')
    assert [alias["alias"] for alias in kept["aliases"]] == ["best", "v0"]


USE = "mutation($input: UseArtifactInput!) { useArtifact(input: $input) { artifact { id } } }"
OF_RUN = """
query($name: String!) {
  project(name: "p") { run(name: $name) {
    outputArtifacts(first: 50) { totalCount edges { node { id } } } inputArtifacts { edges { node { id } } }
  } }
}
"""


def test_a_run_knows_which_artifacts_it_has_logged_and_used(client, logged):
    client.init("another", project="p")
    for _ in range(2):
        client.ask(USE, input={"artifactID": logged, "runName": "another", "projectName": "p"})

    one, other = (client.ask(OF_RUN, name=name)["project"]["run"] for name in ("run", "another"))

    node = {"node": {"id": logged}}
    assert one == {"outputArtifacts": {"totalCount": 1, "edges": [node]}, "inputArtifacts": {"edges": []}}
    assert other == {"outputArtifacts": {"totalCount": 0, "edges": []}, "inputArtifacts": {"edges": [node]}}


def test_an_artifact_says_by_its_type_in_which_project_it_is(client, logged):
    """The oldest clients look for it there, and fail without it."""
    found = client.ask("query($id: ID!) { artifact(id: $id) { artifactType { project { name } } } }", id=logged)

    assert found["artifact"]["artifactType"] == {"project": {"name": "p"}}
