"""The mark of a fact about SQLite alone. PostgreSQL's own are in `test_postgres`, all others are run on both."""

import pytest

on_sqlite = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
