"""The wording of every fault, under review as one text.

`GOLDEN=write pytest tests/spec/test_golden_faults.py` writes it anew; look at the difference before you commit it.
"""

import os
from pathlib import Path

import pytest

from sweepbridge.errors import ConfigError
from sweepbridge.spec import load_file

HERE = Path(__file__).parent
GOLDEN = HERE / "bad.txt"
BAD = sorted((HERE / "bad").iterdir())


def faults_of(file, monkeypatch):
    monkeypatch.chdir(file.parent)
    with pytest.raises(ConfigError) as caught:
        load_file(file.name)
    return caught.value.faults


def test_every_fault_says_what_it_said_when_it_was_reviewed(monkeypatch):
    told = "\n\n".join("\n".join(map(str, faults_of(file, monkeypatch))) for file in BAD) + "\n"

    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(told, encoding="utf-8")
    assert told == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.name)
def test_every_fault_has_four_parts_a_line_and_the_file(file, monkeypatch):
    faults = faults_of(file, monkeypatch)

    assert all(fault.where and fault.found and fault.expected and fault.fix for fault in faults)
    assert all(fault.file == file.name for fault in faults)
    assert [fault.line for fault in faults if fault.line] == sorted(fault.line for fault in faults if fault.line)
