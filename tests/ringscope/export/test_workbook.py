from __future__ import annotations

import io
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from ringscope.csvsafe import to_csv
from ringscope.export import workbook

PAYLOADS = [
    '=HYPERLINK("https://evil.example","x")', "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)",
    "\t=1", "\r=1", "https://evil.example/", "mailto:a@b.c", "1e5", "007", "{=1+1}", " =1", "＝1",
    "<script>alert(1)</script>", "_x0001_", "a" * 40_000,
]  # fmt: skip


@pytest.fixture
def frame() -> pl.DataFrame:
    size = len(PAYLOADS)
    return pl.DataFrame(
        {"text": PAYLOADS, "number": [float(n) for n in range(size)],
         "time": [datetime(2026, 3, 1)] * size}
    )  # fmt: skip


def test_every_text_stays_text(frame: pl.DataFrame) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook({"one": frame, "two": frame.head(0)})))
    assert book.sheetnames == ["one", "two"]
    rows = list(book["one"].iter_rows(min_row=2))
    assert [row[0].data_type for row in rows] == ["s"] * len(PAYLOADS)
    assert not any(cell.hyperlink for row in rows for cell in row)
    assert [str(row[0].value).replace("_x000D_", "\r") for row in rows[:-1]] == PAYLOADS[:-1]
    assert len(str(rows[-1][0].value)) == 32_767
    assert [row[1].value for row in rows] == frame["number"].to_list()
    assert rows[0][2].value == datetime(2026, 3, 1)


def test_equal_tables_give_equal_bytes(frame: pl.DataFrame) -> None:
    assert workbook({"one": frame}) == workbook({"one": frame})


def test_missing_numbers_are_blank() -> None:
    frame = pl.DataFrame({"risk": [None, float("nan"), 0.5], "name": [None, "", "x"]})
    book = openpyxl.load_workbook(io.BytesIO(workbook({"one": frame})))
    assert [cell.value for cell in book["one"]["A"]] == ["risk", None, None, 0.5]


@pytest.mark.slow
def test_an_office_program_finds_no_formula(frame: pl.DataFrame, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        pytest.skip("no LibreOffice on this machine")
    short = frame.head(len(PAYLOADS) - 1)
    (tmp_path / "a.xlsx").write_bytes(workbook({"one": short}))
    (tmp_path / "b.csv").write_text(to_csv(short), encoding="utf-8")
    for name in ("a.xlsx", "b.csv"):
        subprocess.run(
            [office, "--headless", "--convert-to", "fods", "--outdir", tmp_path, tmp_path / name],
            check=True,
            capture_output=True,
            timeout=100,
        )
        flat = (tmp_path / name).with_suffix(".fods").read_text(encoding="utf-8")
        assert "table:formula" not in flat, name
