"""What was refused and why: every row or cell that does not reach the clean tables."""

from __future__ import annotations

import polars as pl

from .limits import MAX_VALUE_CHARS

ROW = "\x00row"
"""Row number while a table is cleaned; no file has this name, since NULs are removed."""

ROW_KEPT = "; row kept"
"""End of a reason that concerns one cell: the cell is blank now, the row stays."""

SCHEMA = {
    "table": pl.String,
    "row": pl.UInt32,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
}
"""Columns of the quarantine table."""


class Quarantine:
    """Collects refused rows and emptied cells of all tables."""

    def __init__(self) -> None:
        self._parts: list[pl.DataFrame] = []

    def add(self, table: str, column: str, bad: pl.DataFrame) -> None:
        """Add cells of one column.

        Parameters
        ----------
        table, column
            Where the cells are; the column is blank where a whole line is meant.
        bad
            Row number (`ROW`), value (String) and reason (String), one row per cell.
        """
        if bad.height:
            self._parts.append(
                bad.select(
                    table=pl.lit(table),
                    row=pl.col(ROW).cast(pl.UInt32),
                    column=pl.lit(column),
                    value=pl.col("value").fill_null("").str.slice(0, MAX_VALUE_CHARS),
                    reason=pl.col("reason"),
                )
            )

    def refuse(
        self, table: str, column: str, frame: pl.DataFrame, keep: pl.Series, reason: str
    ) -> pl.DataFrame:
        """Refuse the rows where `keep` is not true; return the others."""
        keep = keep.fill_null(False)
        if keep.all():
            return frame
        refused = frame.filter(~keep)
        value = pl.col(column) if column in frame.columns else pl.lit("")
        self.add(table, column, refused.select(ROW, value=value, reason=pl.lit(reason)))
        return frame.filter(keep)

    def table(self) -> pl.DataFrame:
        """Return the whole quarantine, sorted; one entry per refused row.

        Cells of rows that were refused later are left out: the row's own entry stands for them.
        """
        if not self._parts:
            return pl.DataFrame(schema=SCHEMA)
        everything = pl.concat(self._parts)
        is_cell = pl.col("reason").str.ends_with(ROW_KEPT)
        rows = everything.filter(~is_cell)
        cells = everything.filter(is_cell).join(rows, on=("table", "row"), how="anti")
        return pl.concat([rows, cells]).sort("table", "row", "column", "reason", "value")


def refused_rows(quarantine: pl.DataFrame) -> pl.DataFrame:
    """Count the refused rows per table.

    Returns
    -------
    Frame of table and refused (rows). Rows of the input = clean rows + refused rows.
    """
    refused = quarantine.filter(~pl.col("reason").str.ends_with(ROW_KEPT))
    return refused.group_by("table").agg(refused=pl.col("row").n_unique()).sort("table")
