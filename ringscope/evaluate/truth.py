"""The planted truth of a world: who is spam, in which ring, and who carried a label."""

from __future__ import annotations

import zlib
from pathlib import Path

import polars as pl

from ingest.errors import InputError

TRUTH = {
    "account_id": pl.String,
    "spam": pl.Int8,
    "ring": pl.String,
    "kind": pl.String,
    "labelled": pl.Int8,
}


def read_truth(path: Path) -> pl.DataFrame:
    """Read a truth file.

    Raises
    ------
    InputError
        The file is missing, a column is missing, or a cell is not what it should be.
    """
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (OSError, zlib.error, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path}: cannot be read as a CSV file ({reason})") from error
    missing = [name for name in TRUTH if name not in frame.columns]
    if missing:
        raise InputError(
            f"{path}: no column {missing[0]}; a truth file has the columns {', '.join(TRUTH)}"
        )
    for name in ("spam", "labelled"):
        bad = frame.with_row_index("row", 1).filter(
            ~pl.col(name).is_in(["0", "1"]).fill_null(False)
        )
        if len(bad):
            raise InputError(f"{path}: row {bad['row'][0]}: {name} must be 0 or 1")
    if frame["account_id"].is_duplicated().any():
        raise InputError(f"{path}: an account_id stands twice")
    return frame.select(pl.col(name).cast(dtype) for name, dtype in TRUTH.items())
