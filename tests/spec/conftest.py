"""What the tests of the spec share: configs that lack only what the test is about."""

import pytest

from sweepbridge.errors import ConfigError
from sweepbridge.spec import load_file, load_object


@pytest.fixture
def written(tmp_path):
    """Load a text as if it stood in a file."""

    def load(text, name="sweep.yaml"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return load_file(file)

    return load


@pytest.fixture
def parameter():
    """The domain of one parameter, from its spec."""

    def domain(spec):
        return load_object({"method": "random", "parameters": {"x": spec}}).config.space["x"]

    return domain


@pytest.fixture
def faults():
    """The faults of a config, which has some."""

    def of(config):
        with pytest.raises(ConfigError) as caught:
            load_object(config)
        return caught.value.faults

    return of
