from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from ringscope.api import Audit


def test_lines_are_added_and_never_broken(tmp_path: Path) -> None:
    Audit(tmp_path / "audit").note(who="a\nb", path="\u202e\x1b[31m")
    Audit(tmp_path / "audit").note(who="c", path="/")
    (file,) = (tmp_path / "audit").iterdir()
    lines = [json.loads(line) for line in file.read_bytes().decode("ascii").splitlines()]
    assert [line["who"] for line in lines] == ["a\nb", "c"]
    assert all(line["at"].endswith("+00:00") for line in lines)
    assert file.name == f"{lines[0]['at'][:10]}.jsonl"


def test_a_disk_that_refuses_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "audit").write_text("a file where the folder should be")
    Audit(tmp_path / "audit").note(who="a")
    assert "cannot be written" in caplog.text
    assert '"who": "a"' in caplog.text


def test_without_a_store_lines_go_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "ringscope.api"):
        Audit(None).note(who="a")
    assert '"who": "a"' in caplog.text
