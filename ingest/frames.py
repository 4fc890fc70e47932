"""Data frames and Parquet files to a table of text cells."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import polars as pl
import polars.selectors as cs

from .errors import InputError
from .limits import FREE_ROWS, MAX_ROWS_PER_BYTE
from .quarantine import ROW
from .rawtable import NO_BROKEN, RawTable, header_names


def read_parquet(name: str, path: Path) -> RawTable:
    """Read a Parquet file.

    Raises
    ------
    InputError
        The file is not Parquet, ends early, has too many columns or absurdly many rows.
    """
    try:
        rows = pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()
        if rows > max(FREE_ROWS, MAX_ROWS_PER_BYTE * path.stat().st_size):
            raise InputError(f"{path}: {rows:,} rows in so small a file; write it again")
        frame = pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"{path} is not a readable Parquet file ({first}); write it again"
        ) from error
    return from_polars(name, str(path), frame)


def from_frame(name: str, frame: Any) -> RawTable:
    """Take a pandas or Polars frame that a caller hands over.

    Raises
    ------
    InputError
        The object is neither, or it has too many or doubled columns.
    """
    origin = f"the frame {name!r}"
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return from_polars(name, origin, frame)
    if type(frame).__module__.partition(".")[0] == "pandas" and hasattr(frame, "columns"):
        return from_polars(name, origin, _from_pandas(origin, frame))
    raise InputError(f"{origin} is a {type(frame).__name__}; give a pandas or Polars DataFrame")


def frame_hash(frame: pl.DataFrame) -> str:
    """Return a SHA-256 over the text cells of a frame, in hex."""
    return hashlib.sha256(frame.drop(ROW).write_csv().encode("utf-8")).hexdigest()


def from_polars(name: str, origin: str, frame: pl.DataFrame) -> RawTable:
    """Turn every cell of a Polars frame into text; nested columns are left out with a note."""
    names = header_names(origin, frame.columns)
    frame = frame.rename(dict(zip(frame.columns, names, strict=True)), strict=False)
    nested = frame.select(cs.nested() | cs.by_dtype(pl.Object)).columns
    notes = [f"{origin}: column {column!r} is nested and was ignored." for column in nested]
    text = frame.drop(nested).select(
        _as_text(column) for column in frame.drop(nested).iter_columns()
    )
    text = text.with_row_index(ROW, offset=1) if text.width else pl.DataFrame({ROW: []})
    return RawTable(name, origin, text, NO_BROKEN, tuple(notes))


def _as_text(column: pl.Series) -> pl.Series:
    dtype = column.dtype
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    if dtype == pl.Binary:
        return column.cast(pl.String, strict=False)
    if dtype.is_float():
        column = column.fill_nan(None)
        whole = column.cast(pl.Int64, strict=False)
        # pandas holds whole numbers with gaps as floats: 17.0 is the account 17
        if whole.cast(dtype).eq_missing(column).all():
            column = whole
    text = column.cast(pl.String)
    return text.str.replace_all("\0", "", literal=True)


def _from_pandas(origin: str, frame: Any) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {}
    names = header_names(origin, [str(name) for name in frame.columns])
    for place, name in enumerate(names):
        column = frame.iloc[:, place]
        if _is_plain(column):
            columns[name] = pl.Series(name, pl.from_pandas(column))
        else:
            cells = zip(column, column.isna(), strict=True)
            texts = [None if missing is True else str(cell) for cell, missing in cells]
            columns[name] = pl.Series(name, texts, dtype=pl.String)
    return pl.DataFrame(columns)


def _is_plain(column: Any) -> bool:
    """Say whether Polars knows the dtype of a pandas column."""
    from pandas.api import types

    kinds = (
        types.is_integer_dtype,
        types.is_float_dtype,
        types.is_bool_dtype,
        types.is_datetime64_any_dtype,
    )
    text = isinstance(column.dtype, type(types.pandas_dtype("str")))
    return text or any(kind(column.dtype) for kind in kinds)
