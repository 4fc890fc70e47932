"""What the data and the scores of a run look like, in few numbers per column: to see drift by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from ingest.tables import Tables

PROFILE: dict[str, pl.DataType] = {
    "part": pl.String(),
    "table": pl.String(),
    "column": pl.String(),
    "rows": pl.UInt32(),
    "missing": pl.UInt32(),
    "levels": pl.List(pl.String()),
    "shares": pl.List(pl.Float64()),
    "quantiles": pl.List(pl.Float64()),
}
"""part: input (all rows), recent (those of the last `RECENT` of the data), feature or score. Text
columns with few levels have levels and shares; numbers have quantiles, evenly spaced from the
least to the greatest."""
QUANTILES = 201
SAMPLE = 100_000
"""Values of a column that are looked at: evenly spaced rows of a longer one."""
LEVELS = 40
PER_LEVEL = 10
"""Text with more levels, or fewer values per level, names things and is no category."""
RECENT = timedelta(days=1)
_TABLES = ("accounts", "logins", "messages", "events", "payments", "engagement", "edges")


def profile(
    tables: Tables, features: pl.DataFrame, scores: Mapping[str, pl.Series]
) -> pl.DataFrame:
    """Sum up the columns of the input, the features and the scores.

    Parameters
    ----------
    tables
        Clean tables.
    features
        One row per account.
    scores
        Risks by name.

    Returns
    -------
    DataFrame
        `PROFILE`; a row with a blank column holds the number of rows of a table.
    """
    last = _last_moment(tables)
    parts = []
    for name in _TABLES:
        frame: pl.DataFrame = getattr(tables, name)
        time = "created_at" if name == "accounts" else "ts"
        parts.append(_summed("input", name, frame))
        if last is not None and time in frame.columns:
            parts.append(_summed("recent", name, frame.filter(pl.col(time) > last - RECENT)))
    parts.append(_summed("feature", "accounts", features))
    parts.append(_summed("score", "accounts", pl.DataFrame(scores)))
    return pl.concat(parts)


def _last_moment(tables: Tables) -> datetime | None:
    """The last moment of any activity."""
    moments = [getattr(tables, name)["ts"].max() for name in _TABLES[1:]]
    known = [moment for moment in moments if isinstance(moment, datetime)]
    return max(known, default=None)


def _summed(part: str, table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """One row per column that can be summed up, after one for the table itself."""
    rows: list[tuple[object, ...]] = [("", frame.height, 0, None, None, None)]
    for column in frame.drop("account", "other", strict=False):
        missing = _missing(column)
        facts = (column.name, frame.height, missing)
        kept = column.gather_every(max(len(column) // SAMPLE, 1)).drop_nulls()
        if column.dtype.is_numeric() or column.dtype == pl.Boolean:
            rows.append((*facts, None, None, _quantiles(kept)))
        elif column.dtype == pl.String:
            rows.append((*facts, *_levels(kept), None))
        else:
            rows.append((*facts, None, None, None))
    names = [name for name in PROFILE if name not in ("part", "table")]
    found = pl.DataFrame(rows, schema={name: PROFILE[name] for name in names}, orient="row")
    return found.select(pl.lit(part).alias("part"), pl.lit(table).alias("table"), pl.all())


def _missing(column: pl.Series) -> int:
    nan = int(column.is_nan().sum()) if column.dtype.is_float() else 0
    return column.null_count() + nan


def _quantiles(values: pl.Series) -> list[float] | None:
    found = values.cast(pl.Float64).to_numpy()
    found = found[np.isfinite(found)]
    if not len(found):
        return None
    steps = np.linspace(0, 1, QUANTILES)
    return [float(x) for x in np.quantile(found, steps, method="inverted_cdf")]


def _levels(values: pl.Series) -> tuple[list[str], list[float]] | tuple[None, None]:
    """Levels and their shares, for columns with few of them."""
    many = values.n_unique()
    if not many or many > LEVELS or many * PER_LEVEL > len(values):
        return None, None
    counted = values.alias("level").to_frame().group_by("level").len().sort("level")
    return counted["level"].to_list(), (counted["len"] / len(values)).to_list()
