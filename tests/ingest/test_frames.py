from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ingest import InputError, read_tables
from ingest.frames import from_frame, read_parquet
from ingest.quarantine import ROW


def test_cells_of_any_dtype_become_the_text_that_a_file_would_hold() -> None:
    frame = pd.DataFrame(
        {
            "id": [17, None],
            "big": [1e300, 0.5],
            "mixed": ["x", 3],
            "flag": [True, False],
            "level": pd.Categorical(["low", None]),
            "ts": pd.to_datetime(["2026-01-02T03:04:05+02:00", None], utc=True),
            "none": [np.nan, np.nan],
        }
    )
    assert from_frame("accounts", frame).frame.drop(ROW).rows() == [
        ("17", "1e+300", "x", "true", "low", "2026-01-02 01:04:05.000000", None),
        (None, "0.5", "3", "false", None, None, None),
    ]


def test_the_same_rows_as_polars_pandas_parquet_and_csv(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "account_id": ["a1", "a2"],
            "created_at": [datetime(2026, 1, 1, tzinfo=UTC), None],
            "label": [1, None],
            "score": [0.1, 2.5],
        }
    )
    expected = read_tables({"accounts": frame}).accounts
    assert read_tables({"accounts": frame.to_pandas()}).accounts.equals(expected)
    assert read_tables({"accounts": frame.lazy()}).accounts.equals(expected)
    for name, write in (("parquet", frame.write_parquet), ("csv", frame.write_csv)):
        folder = tmp_path / name
        folder.mkdir()
        write(folder / f"accounts.{name}")
        assert read_tables(folder).accounts.equals(expected)


def test_nested_columns_are_left_out_with_a_note() -> None:
    raw = from_frame("accounts", pl.DataFrame({"account_id": ["a"], "tags": [["x"]]}))
    assert raw.frame.columns == [ROW, "account_id"]
    assert raw.notes == ("the frame 'accounts': column 'tags' is nested and was ignored.",)


def test_what_is_no_frame() -> None:
    with pytest.raises(InputError, match="'accounts' is a list"):
        read_tables({"accounts": ["a1"]})
    with pytest.raises(InputError, match="unknown table 'users'"):
        read_tables({"users": pl.DataFrame()})
    with pytest.raises(InputError, match="'accounts' is missing"):
        read_tables({})


def test_pandas_frames_with_the_same_name_twice() -> None:
    frame = pd.DataFrame([["a", "b"]], columns=["account_id", "account_id"])
    with pytest.raises(InputError, match="occurs twice"):
        read_tables({"accounts": frame})


def test_a_parquet_file_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "accounts.parquet"
    pl.DataFrame({"account_id": ["a"] * 1000}).write_parquet(path)
    for data in (b"PAR1", b"account_id\na1\n", path.read_bytes()[:-50]):
        path.write_bytes(data)
        with pytest.raises(InputError, match="not a readable Parquet file"):
            read_parquet("accounts", path)


def test_a_parquet_file_of_absurdly_many_rows(tmp_path: Path) -> None:
    path = tmp_path / "accounts.parquet"
    pl.DataFrame({"account_id": pl.repeat("a", 1_500_000, eager=True)}).write_parquet(path)
    with pytest.raises(InputError, match="1,500,000 rows in so small a file"):
        read_parquet("accounts", path)


def test_dtypes_that_only_pandas_has() -> None:
    frame = pd.DataFrame(
        {
            "account_id": ["a"],
            "period": pd.period_range("2026-01", periods=1, freq="M"),
            "span": pd.interval_range(0, 1, periods=1),
            "wait": pd.to_timedelta(["1h"]),
            "phase": np.array([1j]),
            "list": [[1, 2]],
        }
    )
    tables = read_tables({"accounts": frame})
    assert tables.accounts["period"].to_list() == ["2026-01"]
    assert tables.accounts["list"].to_list() == ["[1, 2]"]
