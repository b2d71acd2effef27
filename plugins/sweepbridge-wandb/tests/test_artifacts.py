"""Artifacts: what the client asks about them beyond logging one."""

import pytest

CREATE = """
mutation CreateArtifact($input: CreateArtifactInput!) { createArtifact(input: $input) { artifact { id state } } }
"""
MAPPING = "query ClientIDMapping($clientID: ID!) { clientIDMapping(clientID: $clientID) { serverID } }"
LINK = "mutation LinkArtifact($input: LinkArtifactInput!) { linkArtifact(input: $input) { versionIndex } }"
NAMED = 'query($name: String!) { project(name: "p") { artifact(name: $name) { id } } }'


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
    client.ask(LINK, input={"clientID": "mine", "artifactPortfolioName": "collection"})

    assert client.ask(NAMED, name="collection:latest")["project"]["artifact"] == {"id": logged}
