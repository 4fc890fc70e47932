from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime

import polars as pl
import pytest

from ringscope.csvsafe import restore
from ringscope.export import archive, table_bytes

FRAME = pl.DataFrame(
    {"text": ["=1+1", "\u202eabc", None], "number": [-1.5, 0.25, None],
     "time": [datetime(2026, 3, 1), None, None]}
)  # fmt: skip


def test_each_form_gives_the_table_back() -> None:
    assert pl.read_parquet(io.BytesIO(table_bytes(FRAME, "parquet"))).equals(FRAME)
    csv = table_bytes(FRAME, "csv")
    assert csv.startswith(b"text,number,time\n'=1+1,-1.5,")
    back = restore(pl.read_csv(io.BytesIO(csv), schema=FRAME.schema))
    assert back.equals(FRAME)
    assert json.loads(table_bytes(FRAME, "json"))[0] == {
        "text": "=1+1", "number": -1.5, "time": "2026-03-01T00:00:00"
    }  # fmt: skip


def test_an_archive_has_the_same_bytes_again_and_no_way_out() -> None:
    files = {"a.csv": b"1\n", "b/c.json": b"{}"}
    data = archive(files)
    assert data == archive(files)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == files
    for name in ("../x", "/etc/passwd", "a\\..\\b", "a/../../b"):
        with pytest.raises(ValueError, match="leads out"):
            archive({name: b""})
