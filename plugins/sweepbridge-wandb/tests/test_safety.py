"""What comes in from outside: who is let in, how much is taken, where files go; and nothing ends in a traceback."""

import base64
import gzip
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sweepbridge_wandb import app
from sweepbridge_wandb.app import make_app
from sweepbridge_wandb.refusals import Refused
from sweepbridge_wandb.serving import serve
from sweepbridge_wandb.views import House

import sweepbridge

KEY = "0123456789" * 4
VIEWER = json.dumps({"query": "{ viewer { entity } }"}).encode()


def basic(key):
    return "Basic " + base64.b64encode(f"api:{key}".encode()).decode()


@pytest.fixture
def keyed(client, http):
    """A server that demands a key."""
    return http(make_app(House(client.house, client.house), key=KEY))


@pytest.mark.parametrize(
    "given", [None, basic("wrong"), basic(KEY[:-1]), basic("é"), "Basic %%%", "Bearer wrong", "Basic", "Digest x"]
)
def test_without_the_key_nobody_is_let_in(keyed, given):
    headers = {"authorization": given} if given else {}

    answer = keyed.request("POST", "/graphql", VIEWER, headers)

    assert answer.status_code == 401
    assert "API key" in answer.json()["error"]


@pytest.mark.parametrize("given", [basic(KEY), f"Bearer {KEY}"])
def test_with_the_key_the_client_is_let_in(keyed, given):
    assert keyed.request("POST", "/graphql", VIEWER, {"authorization": given}).status_code == 200


def test_a_file_goes_where_the_server_has_said_without_a_key_and_nowhere_else(keyed, client):
    """The client sends a file to the address that it was given, and adds no key."""
    client.init("one")
    client.init("two")
    query = 'mutation { createRunFiles(input: {runName: "one", files: ["a.txt"]}) { files { uploadUrl } } }'
    body = json.dumps({"query": query}).encode()
    asked = keyed.request("POST", "/graphql", body, {"authorization": basic(KEY)})
    url = asked.json()["data"]["createRunFiles"]["files"][0]["uploadUrl"]

    sent = [keyed.request("PUT", to, b"hello").status_code for to in (url, url.replace("/one/", "/two/"), url + "x")]

    assert sent == [200, 403, 403]
    assert client.house.folder("one").file("a.txt").read_bytes() == b"hello"


def test_what_a_web_page_sends_is_turned_away(client):
    """A page that a person opens elsewhere can reach this machine, and must not steer its sweeps."""
    answer = client.post("/graphql", {"query": "{ viewer { id } }"}, origin="http://example.org")

    assert answer.status_code == 403


def test_a_name_that_someone_has_made_to_lead_here_is_turned_away(client, http):
    at_home = http(make_app(House(client.house, client.house), hosts=frozenset({"127.0.0.1", "localhost"})))

    assert at_home.request("POST", "/graphql", VIEWER, {"host": "evil.example:8080"}).status_code == 403
    assert at_home.request("POST", "/graphql", VIEWER, {"host": "localhost:8080"}).status_code == 200


def test_a_body_that_is_too_large_is_refused(client, monkeypatch):
    monkeypatch.setattr(app, "MOST_BODY", 1000)

    assert client.post("/graphql", {"query": "x" * 1001}).status_code == 413


def test_a_body_that_unpacks_to_too_much_is_refused(client, monkeypatch):
    monkeypatch.setattr(app, "MOST_BODY", 100_000)
    packed = gzip.compress(b"0" * 10_000_000)

    answer = client.http.request("POST", "/graphql", packed, {"content-encoding": "gzip"})

    assert len(packed) < 100_000
    assert answer.status_code == 413


def test_a_packed_body_is_read(client):
    client.init("packed")
    line = json.dumps({"loss": 1.0, "_step": 0, "_timestamp": 1.0})
    body = gzip.compress(json.dumps({"files": {"wandb-history.jsonl": {"offset": 0, "content": [line]}}}).encode())

    answer = client.http.request("POST", "/files/a/b/packed/file_stream", body, {"content-encoding": "gzip"})

    assert answer.status_code == 200
    assert client.house.folder("packed").rows() == [json.loads(line)]


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        pytest.param(b"no gzip", "gzip", id="not packed"),
        pytest.param(gzip.compress(b"{}" * 50)[:-9], "gzip", id="cut short"),
        pytest.param(b"{}", "br", id="another packing"),
        pytest.param(b"\xff", "identity", id="no text"),
    ],
)
def test_a_body_that_can_not_be_read_is_the_clients_fault(client, body, encoding):
    answer = client.http.request("POST", "/graphql", body, {"content-encoding": encoding})

    assert answer.status_code in (400, 415)


@pytest.mark.parametrize(
    "name", ["../out", "/etc/passwd", "a/../../out", "a\0b", "", ".", "link/out", "x" * 2000, "..", "a/..", "x" * 300]
)
def test_a_file_never_leaves_its_runs_folder(client, name):
    client.init("one")
    folder = client.house.folder("one")
    (folder.path / "files").mkdir()
    (folder.path / "files" / "link").symlink_to(folder.path.parent)

    with pytest.raises(Refused):
        folder.file(name)


@pytest.mark.parametrize("run", ["..", ".", "a/b", "", "a\\b", "x" * 200, "a b", "\0", "a\n"])
def test_an_id_of_a_run_that_is_none_is_refused(client, run):
    status, _ = client.refused("mutation($n: String) { upsertBucket(input: {name: $n}) { inserted } }", n=run)

    assert status == 400


def test_an_unknown_field_at_the_root_is_an_error_and_never_null(client):
    """Null crashes the client's own process."""
    assert client.refused("{ notThere { id } }") == (400, 'no field "notThere" here')
    assert client.refused("mutation { notThere(input: {}) { id } }") == (400, 'no field "notThere" here')


def test_a_run_that_nobody_knows_is_for_later_and_not_gone(client):
    """After a 404 the client drops all that the run still sends."""
    assert client.stream("abcdefgh-0-1", {"loss": 1.0}).status_code == 503
    assert client.stream("unknown", {"loss": 1.0}).status_code == 503


def test_an_error_of_ours_is_a_500_without_details(client, monkeypatch):
    monkeypatch.setattr(client.house, "run", lambda _: 1 / 0)

    status, message = client.refused('{ project(name: "p") { run(name: "r") { id } } }')

    assert (status, message) == (500, "the server failed: ZeroDivisionError")


@pytest.mark.parametrize(
    ("host", "key", "what"),
    [
        ("0.0.0.0", None, "a server that other machines reach needs a key"),
        ("::", None, "a server that other machines reach needs a key"),
        ("example.org", None, "a server that other machines reach needs a key"),
        ("127.0.0.1", "short", "SWEEPBRIDGE_WANDB_KEY is no key"),
        ("203.0.113.7", KEY, "can't serve at 203.0.113.7:0"),
    ],
)
def test_a_server_that_would_not_be_safe_is_refused_before_a_store_is_made(host, key, what, tmp_path):
    with pytest.raises(sweepbridge.UsageError, match=what):
        serve(host, 0, store=str(tmp_path / "store"), key=key)

    assert list(tmp_path.iterdir()) == []


ROUTES = ["/graphql", "/files/a/b/known/file_stream", "/files/a/b/c/file_stream"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["id", "name", "sweep", "runState", "runName", "files", "config", "state", "host", "tags", "artifactFiles"]
NAMES += ["artifactID", "artifactManifestID", "summaryMetrics", "projectName", "aliases", "projectName", "modelName"]
NAMES += ["clientID", "artifactPortfolioName", "description", "metadata"]
FIELDS = ["upsertBucket", "upsertSweep", "createAgent", "agentHeartbeat", "createRunFiles", "createArtifact", "nothing"]
FIELDS += [
    "createArtifactFiles",
    "createArtifactManifest",
    "commitArtifact",
    "linkArtifact",
    "useArtifact",
    "updateArtifact",
    "addAliases",
    "deleteAliases",
    "upsertModel",
]
POST = st.fixed_dictionaries(
    {},
    optional={
        "files": st.dictionaries(
            st.sampled_from(["wandb-history.jsonl", "wandb-summary.json", "output.log", "else"]),
            JSON
            | st.fixed_dictionaries({"offset": st.integers() | JSON, "content": st.lists(JSON, max_size=3) | JSON}),
        )
        | JSON,
        "complete": JSON,
        "exitcode": JSON,
    },
)
ANY = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ANY
@given(route=st.sampled_from(ROUTES), body=JSON | POST | st.binary(max_size=40))
def test_whatever_is_posted_no_answer_is_a_fault_of_ours(client, route, body):
    client.init("known")
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    answer = client.http.request("POST", route, content)

    assert answer.status_code in (200, 400, 404, 503), answer.text


@ANY
@given(field=st.sampled_from(FIELDS), given=st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5) | JSON)
def test_whatever_a_mutation_is_given_no_answer_is_a_fault_of_ours(client, field, given):
    query = f"mutation($given: Any) {{ {field}(input: $given) {{ __typename }} }}"

    answer = client.post("/graphql", {"query": query, "variables": {"given": given}})

    assert answer.status_code in (200, 400, 404), answer.text


OF_AN_ARTIFACT = ["linkArtifact", "useArtifact", "updateArtifact", "addAliases", "deleteAliases", "commitArtifact"]
OF_AN_ARTIFACT += ["createArtifactManifest", "updateArtifactManifest"]


@ANY
@given(field=st.sampled_from(OF_AN_ARTIFACT), given=st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5))
def test_whatever_is_said_of_an_artifact_no_answer_is_a_fault_of_ours(client, field, given):
    client.init("known", project="p")
    made = {"runName": "known", "projectName": "p", "artifactTypeName": "t"}
    create = "mutation($input: Any) { createArtifact(input: $input) { artifact { id } } }"
    artifact = client.ask(create, input=made)["createArtifact"]["artifact"]["id"]
    query = f"mutation($given: Any) {{ {field}(input: $given) {{ __typename }} }}"
    variables = {"given": {**given, "artifactID": artifact, "artifactManifestID": artifact}}

    answer = client.post("/graphql", {"query": query, "variables": variables})
    listed = client.post(
        "/graphql", {"query": '{ project(name: "p") { artifact(name: "artifact") { aliases { alias } } } }'}
    )

    assert answer.status_code in (200, 400, 404), answer.text
    assert listed.status_code == 200, listed.text


ARGUMENTS = st.dictionaries(st.sampled_from(["name", "filters", "order", "first", "after", "specs", "minStep"]), JSON)


@ANY
@given(field=st.sampled_from(["run", "runs", "sweep", "sweeps", "artifact", "runCount"]), given=ARGUMENTS)
def test_whatever_a_query_asks_no_answer_is_a_fault_of_ours(client, field, given):
    client.init("known", project="p")
    named = ", ".join(f"{name}: ${name}" for name in given)
    declared = ", ".join(f"${name}: Any" for name in given)
    query = f'query Q{f"({declared})" if given else ""} {{ project(name: "p") {{ {field}{f"({named})" if given else ""}'
    query += ' { edges { node { name config history sampledHistory(specs: "{}") } } } } }'

    answer = client.post("/graphql", {"query": query, "variables": given})

    assert answer.status_code in (200, 400, 404), answer.text
