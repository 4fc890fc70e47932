from __future__ import annotations

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringscope.csvsafe import defuse, from_csv, restore, to_csv

STARTS = ("=", "+", "-", "@", "\t", "\r")
# Text without what CSV itself cannot tell apart: an empty cell is a missing one.
CELLS = st.text(st.characters(codec="utf-8"), min_size=1) | st.builds(
    lambda marks, start, rest: marks + start + rest,
    st.sampled_from(["", "'", "''", " ", "\u00a0'"]),
    st.sampled_from([*STARTS, "＝", "\n"]),
    st.text(st.characters(codec="utf-8"), max_size=5),
)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+49", "-2", "@x", "\tx", "\rx", " =1", "\u00a0=1", "＝1"]
)
def test_a_cell_that_starts_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert defuse(pl.DataFrame({"text": [cell]}))["text"][0] == f"'{cell}"


@pytest.mark.parametrize("cell", ["a=1", "'quoted'", "2026-01-01", "x-y", "", None])
def test_other_cells_stay_as_they_are(cell: str | None) -> None:
    assert defuse(pl.DataFrame({"text": [cell]}, schema={"text": pl.String}))["text"][0] == cell


def test_negative_numbers_stay_numbers() -> None:
    assert to_csv(pl.DataFrame({"number": [-1.5, 2e-6]})) == "number\n-1.5\n0.000002\n"


@given(st.lists(CELLS, min_size=1, max_size=5))
def test_what_was_written_is_read_back(cells: list[str]) -> None:
    frame = pl.DataFrame({"text": cells, "row": range(len(cells))})
    text = to_csv(frame)
    assert from_csv(text.encode(), dict(frame.schema)).equals(frame)


def test_a_column_that_an_older_version_did_not_write_is_null() -> None:
    schema = {"text": pl.String(), "number": pl.Float64(), "new": pl.Float64()}
    read = from_csv(b"text,number\n'=1,0.5\n", schema)
    assert read.equals(pl.DataFrame({"text": ["=1"], "number": [0.5], "new": [None]}, schema))


@given(CELLS)
def test_no_written_cell_starts_a_formula(cell: str) -> None:
    rows = list(csv.reader(io.StringIO(to_csv(pl.DataFrame({"text": [cell]})), newline="")))
    start = rows[1][0].lstrip()[:1]
    assert start not in {"=", "+", "-", "@", "＝"}, repr(cell)


@given(CELLS)
def test_restore_takes_back_what_defuse_did(cell: str) -> None:
    frame = pl.DataFrame({"text": [cell]})
    assert restore(defuse(frame)).equals(frame)
