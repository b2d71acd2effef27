"""What `method: random` yields in W&B's own engine, figure by figure: ten draws from seed 0, and the quartiles."""

import json
import random
from pathlib import Path

import pytest

from sweepbridge.space import decode
from sweepbridge.spec import load_object

SAMPLES = json.loads((Path(__file__).parent / "samples.json").read_text())


def printed(value):
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def domain_of(spec):
    return load_object({"method": "random", "parameters": {"x": spec}}).config.space["x"]


def each_row(row):
    return json.dumps(row["spec"])


@pytest.mark.parametrize("row", SAMPLES, ids=each_row)
def test_ten_draws_are_those_of_wandb(row):
    chance = random.Random(0)

    drawn = [decode(domain_of(row["spec"]), chance.random()) for _ in range(10)]

    assert [printed(value) for value in drawn] == [printed(as_number(figure)) for figure in row["samples"]]


@pytest.mark.parametrize("row", SAMPLES, ids=each_row)
def test_a_value_has_the_type_that_wandb_gives_it_without_numpy(row):
    chance = random.Random(0)

    drawn = {type(decode(domain_of(row["spec"]), chance.random())).__name__ for _ in range(10)}

    assert drawn <= set(row["types"].split("/"))


@pytest.mark.parametrize("row", SAMPLES, ids=each_row)
def test_the_quartiles_are_those_of_wandb(row):
    quartiles = [decode(domain_of(row["spec"]), u) for u in (0.25, 0.5, 0.75)]

    assert [printed(value) for value in quartiles] == [printed(as_number(figure)) for figure in row["quartiles"]]


def as_number(figure):
    try:
        return json.loads(figure)
    except ValueError:
        return figure
