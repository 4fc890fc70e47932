from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
from typer.testing import CliRunner, Result

from ringscope import Run
from ringscope.cli import app
from ringscope.export import TABLES

RING = "R-00000001"


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def export(run: Run, out: Path, form: str, *words: object) -> Result:
    result = call("export", run.folder, "--format", form, "--out", out, *words)
    assert result.exit_code == 0, result.output
    return result


def test_a_workbook_with_a_sheet_per_table(finished: Run, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    assert export(finished, out, "xlsx").stdout == f"wrote {out}: 8 accounts, 8 links\n"
    book = openpyxl.load_workbook(out)
    assert tuple(book.sheetnames) == TABLES
    ids = [cell.value for cell in book["scores"]["A"]][1:]
    assert "=HYPERLINK(1)" in ids
    assert {cell.data_type for cell in book["scores"]["A"]} == {"s"}


def test_one_table_and_all_tables(finished: Run, tmp_path: Path) -> None:
    one = tmp_path / "rings.parquet"
    export(finished, one, "parquet", "--table", "rings")
    assert pl.read_parquet(one)["ring_id"].to_list() == [RING]
    packed = tmp_path / "all.zip"
    export(finished, packed, "csv", "--ring", RING)
    with zipfile.ZipFile(packed) as files:
        assert sorted(files.namelist()) == sorted(f"{name}.csv" for name in TABLES)
        members = pl.read_csv(io.BytesIO(files.read("ring_members.csv")))
    assert members["account_id"].to_list() == ["a0", "a1", "a2", "a3"]
    told = tmp_path / "a.json"
    export(finished, told, "json", "--table", "evidence", "--ring", RING)
    assert {row["value"] for row in json.loads(told.read_text())} == {"d1"}


def test_chosen_rings_as_cypher_and_graph(finished: Run, tmp_path: Path) -> None:
    for form in ("cypher", "graphml", "gexf"):
        out = tmp_path / form
        export(finished, out, form, "--ring", RING, "--ring", RING)
        assert "a3" in out.read_text("utf-8")
        assert "b0" not in out.read_text("utf-8")


def test_an_unknown_ring_leaves_nothing(finished: Run, tmp_path: Path) -> None:
    out = tmp_path / "x"
    result = call("export", finished.folder, "--out", out, "--ring", "../x")
    assert result.exit_code == 1
    assert "no ring '../x'" in result.stderr
    assert not out.exists()
