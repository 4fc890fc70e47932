"""Attacks on time: a ring that grows over the whole span, and accounts that are old."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest import Tables

from .tables import TIMED, accounts_of, changed, ring_members

LAST_WEEK = 7.0
"""Days before the end within which a ring that grows slowly takes on nobody."""
OLDER = (180.0, 720.0)
"""Days by which bought accounts are older than their operation."""
_DAY = 86_400e6


def grow_slowly(tables: Tables, truth: pl.DataFrame, rng: np.random.Generator) -> Tables:  # noqa: ARG001
    """Spread the sign-ups of each ring evenly over the span of the tables.

    What a member does moves with its sign-up; what would come after the end is left out.
    """
    start, end = tables.logins["ts"].min(), tables.logins["ts"].max()
    created = pl.lit(tables.accounts["created_at"]).gather("account")
    members = ring_members(tables, truth).with_columns(old=created).drop_nulls("old")
    place = pl.int_range(pl.len()).over("ring") / (pl.len().over("ring") - 1).clip(1)
    room = (pl.lit(end) - pl.lit(start)).dt.total_microseconds() - LAST_WEEK * _DAY
    moved = members.sort("ring", "old", "account").with_columns(
        shift=pl.lit(start).dt.epoch("us") + place * room - pl.col("old").dt.epoch("us")
    )
    shift = moved.select("account", pl.duration(microseconds=pl.col("shift").cast(pl.Int64)))
    shift.columns = ["account", "shift"]
    frames = {name: _shifted(getattr(tables, name), shift, "ts") for name in TIMED}
    kept = {
        name: frame.filter((pl.col("ts") <= end).fill_null(True)) for name, frame in frames.items()
    }
    return changed(tables, **kept, accounts=_signed_up(tables, shift))


def age(tables: Tables, truth: pl.DataFrame, rng: np.random.Generator) -> Tables:
    """Let spam accounts be half a year to two years older, and do the same as before."""
    spam = accounts_of(tables, truth, 1)
    days = -rng.uniform(*OLDER, len(spam)) * _DAY
    shift = pl.DataFrame({"account": spam, "us": days.astype(np.int64)})
    shift = shift.select("account", shift=pl.duration(microseconds="us"))
    return changed(tables, accounts=_signed_up(tables, shift))


def _signed_up(tables: Tables, shift: pl.DataFrame) -> pl.DataFrame:
    numbered = tables.accounts.with_row_index("account")
    return _shifted(numbered, shift, "created_at").drop("account")


def _shifted(frame: pl.DataFrame, shift: pl.DataFrame, column: str) -> pl.DataFrame:
    if frame.is_empty():
        return frame
    moved = frame.join(shift, "account", "left", maintain_order="left")
    time = pl.col(column) + pl.col("shift").fill_null(pl.duration(microseconds=0))
    return moved.with_columns(time.cast(frame[column].dtype).alias(column)).drop("shift")
