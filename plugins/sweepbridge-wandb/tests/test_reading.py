"""What the client may ask about runs: filters, orders, pages, histories."""

import pytest
from sweepbridge_wandb.filters import matching, ordered
from sweepbridge_wandb.folders import RunFolder
from sweepbridge_wandb.refusals import Refused
from sweepbridge_wandb.views import RunView


def run(name, *, state="finished", config=None, summary=None, began=0.0):
    return RunView(
        name, "p", "sweep1", state, began, began, lambda: None, list, params=config or {}, results=summary or {}
    )


RUNS = [
    run("a", config={"lr": 0.1, "o": {"k": "x"}}, summary={"loss": 3.0}, began=1.0),
    run("b", config={"lr": 0.2, "o": {"k": "y"}}, summary={"loss": 1.0, "val.acc": 0.5}, began=2.0),
    run("c", config={"lr": 0.3}, state="running", began=3.0),
]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, "abc"),
        ({"state": "running"}, "c"),
        ({"sweep": "sweep1"}, "abc"),
        ({"name": {"$in": ["a", "c"]}}, "ac"),
        ({"name": {"$nin": ["a", "c"]}}, "b"),
        ({"config.lr": {"$gt": 0.1, "$lt": 0.3}}, "b"),
        ({"config.lr.value": 0.1}, "a"),
        ({"config.o.k": "y"}, "b"),
        ({"config.o.k": {"$exists": False}}, "c"),
        ({"summary_metrics.loss": {"$lte": 1}}, "b"),
        ({"summary_metrics.val.acc": {"$gte": 0.5}}, "b"),
        ({"$or": [{"name": "a"}, {"state": "running"}]}, "ac"),
        ({"$and": [{"sweep": "sweep1"}, {"config.lr": 0.2}]}, "b"),
        ({"$nor": [{"name": "a"}]}, "bc"),
        ({"state": {"$ne": "running"}}, "ab"),
        ({"name": {"$not": {"$in": ["a"]}}}, "bc"),
        ({"name": {"$regex": "^[ab]$"}}, "ab"),
        ({"config.o.k": {"$gt": 3}}, ""),
        ({"nothing": None}, "abc"),
    ],
)
def test_a_filter_means_its_runs(filters, names):
    assert [one.name for one in matching(RUNS, filters)] == list(names)


@pytest.mark.parametrize("filters", [{"$where": "x"}, {"name": {"$like": "a"}}, {"$or": 3}, {"name": {"$regex": "("}}])
def test_a_filter_that_is_not_understood_is_refused(filters):
    with pytest.raises(Refused, match="filters: "):
        matching(RUNS, filters)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (None, "abc"),
        ("-created_at", "cba"),
        ("+summary_metrics.loss", "bac"),
        ("-summary_metrics.loss", "abc"),
        ("-config.lr.value", "cba"),
        ("+nothing", "abc"),
    ],
)
def test_runs_come_in_order_and_those_without_the_key_come_last(order, names):
    assert [one.name for one in ordered(RUNS, order)] == list(names)


RUN = '{ project(name: "p") { run(name: "one") { %s } } }'


@pytest.fixture
def logged(client):
    """A client of a run with four rows."""
    client.init("one", project="p", config='{"lr": {"value": 0.5}, "_wandb": {"value": {}}}')
    client.stream("one", *({"loss": float(place), "odd": place} for place in range(4)))
    return client


def ask(client, fields):
    return client.ask(RUN % fields)["project"]["run"]


def test_history_comes_by_steps(logged):
    found = ask(logged, "history(minStep: 1, maxStep: 3)")["history"]

    assert [line.split('"loss": ')[1][:3] for line in found] == ["1.0", "2.0"]


def test_a_sample_has_the_keys_that_were_asked_for(logged):
    found = ask(logged, 'sampledHistory(specs: ["{\\"keys\\": [\\"odd\\"], \\"samples\\": 2}"])')

    assert found["sampledHistory"] == [[{"odd": 0}, {"odd": 2}]]


def test_not_a_number_is_a_word_in_what_is_answered(logged):
    logged.stream("one", {"loss": float("nan"), "inf": float("-inf")}, offset=4)

    assert (
        ask(logged, "parquetHistory(liveKeys: []) { liveData }")["parquetHistory"]["liveData"][4]["inf"] == "-Infinity"
    )


OLD_UPLOAD = """
query RunUploadUrls($name: String!, $files: [String]!, $run: String!) {
  model(name: $name) { bucket(name: $run) { id files(names: $files) {
    uploadHeaders edges { node { name url(upload: true) updatedAt } }
  } } }
}
"""


def test_the_oldest_clients_are_told_where_their_files_go(logged):
    """0.13 asks for files that are not there yet, and sends nothing if it gets none back."""
    asked = {"name": "p", "run": "one", "files": ["deep/new.bin"]}

    files = logged.ask(OLD_UPLOAD, **asked)["model"]["bucket"]["files"]

    [edge] = files["edges"]
    assert (files["uploadHeaders"], edge["node"]["name"]) == ([], "deep/new.bin")
    assert logged.http.request("PUT", edge["node"]["url"], b"new").status_code == 200
    assert logged.house.folder("one").files() == [("deep/new.bin", 3)]


def test_a_file_that_is_not_there_is_not_listed(logged):
    found = ask(logged, 'files(names: ["deep/new.bin"]) { edges { node { name } } }')

    assert found["files"]["edges"] == []


def test_pages_follow_each_other(client):
    for place in range(5):
        client.init(f"run-{place}", project="p")
    page_of = "edges { node { name } } pageInfo { endCursor hasNextPage }"
    query = f'query($after: String) {{ project(name: "p") {{ runs(first: 2, after: $after) {{ {page_of} }} }} }}'
    pages, after = [], None

    for _ in range(3):
        page = client.ask(query, after=after)["project"]["runs"]
        pages.append([edge["node"]["name"] for edge in page["edges"]])
        after = page["pageInfo"]["endCursor"]

    assert pages == [["run-0", "run-1"], ["run-2", "run-3"], ["run-4"]]
    assert page["pageInfo"]["hasNextPage"] is False


def test_lines_of_output_may_be_written_anew_as_by_a_progress_bar(tmp_path):
    folder = RunFolder(tmp_path)

    folder.take_output(0, ["a\n", "10 %\n"])
    folder.take_output(1, ["90 %\n", "done\n"])
    RunFolder(tmp_path).take_output(2, ["done\n", "end\n"])

    assert (tmp_path / "stdout.log").read_text() == "a\n90 %\ndone\nend\n"


def test_a_line_that_was_torn_by_a_full_disk_spoils_no_other(tmp_path):
    (tmp_path / "metrics.jsonl").write_text('{"loss": 1.0, "_sweepbridge_line": 0, "_timestamp": 1.0}\n{"lo')
    folder = RunFolder(tmp_path)

    folder._take_history(1, [{"loss": 2.0, "_timestamp": 2.0}])

    assert [row["loss"] for row in folder.rows()] == [1.0, 2.0]
