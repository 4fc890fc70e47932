"""Tables as one Excel workbook in which every text stays text."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime

import polars as pl
import polars.selectors as cs
import xlsxwriter

MOST_ROWS = 1_048_575
"""Rows below the heading that a sheet can hold."""
MOST_CHARACTERS = 32_767
_WIDE = 44
_CREATED = datetime(2000, 1, 1)


def workbook(frames: Mapping[str, pl.DataFrame]) -> bytes:
    """Return a workbook with a sheet per table.

    No text becomes a formula or a link, whatever it begins with; texts that are longer than a
    cell can hold are cut. A table with more rows than a sheet can hold is cut as well, and its
    first cell says so. Equal tables give equal bytes.

    Parameters
    ----------
    frames
        Sheet name -> table.
    """
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": _CREATED})
    bold = book.add_format({"bold": True, "bottom": 1})
    for name, frame in frames.items():
        sheet = book.add_worksheet(name)
        _fill(sheet, frame, bold)
    book.close()
    return buffer.getvalue()


def _fill(
    sheet: xlsxwriter.worksheet.Worksheet, frame: pl.DataFrame, bold: xlsxwriter.format.Format
) -> None:
    shown = frame.head(MOST_ROWS).with_columns(
        cs.string().str.head(MOST_CHARACTERS), cs.float().fill_nan(None)
    )
    cut = f" (the first {MOST_ROWS:,} of {frame.height:,} rows)" if frame.height > MOST_ROWS else ""
    for place, column in enumerate(shown):
        heading = column.name + (cut if place == 0 else "")
        sheet.write_string(0, place, heading, bold)
        values = column.to_list()
        if column.dtype == pl.String:
            for row, value in enumerate(values, 1):
                if value is not None:
                    sheet.write_string(row, place, value)
        else:
            for row, value in enumerate(values, 1):
                if value is not None:
                    sheet.write(row, place, value)
        sheet.set_column(place, place, _width(column, heading))
    sheet.freeze_panes(1, 1)
    if shown.width:
        sheet.autofilter(0, 0, max(shown.height, 1), shown.width - 1)


def _width(column: pl.Series, heading: str) -> int:
    """Characters that most cells of a column need."""
    if column.dtype.is_temporal():
        return 18
    longest = column.cast(pl.String).str.len_chars().max()
    return min(max(longest if isinstance(longest, int) else 0, len(heading)) + 2, _WIDE)
