from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import RunError
from ringscope.export.place import place


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    out = tmp_path / "x"
    place(out, b"1")
    place(out, b"2")
    assert out.read_bytes() == b"2"
    with pytest.raises(RunError, match="cannot be written"):
        place(tmp_path / "no" / "x", b"1")
    (tmp_path / "folder").mkdir()
    with pytest.raises(RunError, match="cannot be written"):
        place(tmp_path / "folder", b"1")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "x"]
