"""Steps that every table goes through: duplicates, required cells, optional cells."""

from __future__ import annotations

import polars as pl

from .cells import BLANK, REASONS, clean_kind, prepare, report_cells
from .contract import Column
from .quarantine import ROW, ROW_KEPT, Quarantine

DUPLICATE = "duplicate row"
"""Reason for the later ones of rows that are equal in every cell."""


def drop_duplicates(table: str, frame: pl.DataFrame, quarantine: Quarantine) -> pl.DataFrame:
    """Refuse all but the first of rows that are equal in every cell of the source."""
    cells = frame.drop(ROW)
    if not cells.width:
        return frame
    # equal rows have equal hashes: only rows that share a hash are compared in full
    suspects = frame.filter(cells.hash_rows(seed=0).is_duplicated())
    if not suspects.height:
        return frame
    first = suspects.unique(cells.columns, keep="first", maintain_order=True)
    later = suspects.join(first.select(ROW), on=ROW, how="anti").select(ROW)
    reported = later.with_columns(value=pl.lit(""), reason=pl.lit(DUPLICATE))
    quarantine.add(table, "", reported)
    return frame.join(later, on=ROW, how="anti", maintain_order="left")


def require(
    table: str, column: Column, frame: pl.DataFrame, quarantine: Quarantine
) -> pl.DataFrame:
    """Clean a required column; refuse the rows whose cell is blank or not valid."""
    before = frame[column.name]
    values = prepare(column.kind, before)
    frame = quarantine.refuse(table, column.name, frame, values.is_not_null(), BLANK)
    values = values.drop_nulls()
    clean = clean_kind(column.kind, column.name, values)
    good = clean[column.name].is_not_null()
    if column.kind == "text":
        _report_cut(table, column, frame, values, clean, quarantine)
    frame = quarantine.refuse(table, column.name, frame, good, REASONS[column.kind])
    return frame.with_columns(clean.filter(good))


def optional(
    table: str, column: Column, frame: pl.DataFrame, quarantine: Quarantine
) -> pl.DataFrame:
    """Clean an optional column; a cell that is not valid becomes null and is reported."""
    if column.name not in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(column.name))
    values = prepare(column.kind, frame[column.name])
    clean = clean_kind(column.kind, column.name, values)
    if column.kind == "agent":
        _report_cut(table, column, frame, values, clean, quarantine)
    lost = values.is_not_null() & clean[column.name].is_null()
    report_failed(table, column, frame, values, lost, quarantine)
    return frame.with_columns(clean)


def report_failed(
    table: str,
    column: Column,
    frame: pl.DataFrame,
    values: pl.Series,
    lost: pl.Series,
    quarantine: Quarantine,
) -> None:
    """Report the cells of an optional column where `lost` is true."""
    if lost.any():
        rows = pl.DataFrame({ROW: frame[ROW], "value": values}).filter(lost)
        report_cells(quarantine, table, column.name, column.kind, rows)


def _report_cut(
    table: str,
    column: Column,
    frame: pl.DataFrame,
    values: pl.Series,
    clean: pl.DataFrame,
    quarantine: Quarantine,
) -> None:
    cut = values.str.len_bytes() > clean[column.name].str.len_bytes()
    if cut.any():
        rows = pl.DataFrame({ROW: frame[ROW], "value": values}).filter(cut)
        reason = pl.lit(f"{REASONS[column.kind]}; cut{ROW_KEPT}")
        quarantine.add(table, column.name, rows.with_columns(reason=reason))
