"""CSV whose text cells no spreadsheet takes for a formula."""

from __future__ import annotations

import io

import polars as pl

# A cell is risky when its first character after white space starts a formula (also in its
# full-width form), or is itself a TAB, CR or line feed; U+001C to U+001F are white space for some
# programs. Cells that carry our own mark already (apostrophes before a risky start) get one more,
# so that `restore` gives back what was there.
_RISKY = r"^'*[\s\x1c-\x1f]*[=+\-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}]|^'*\s*[\t\r\n]"
_MARKED = r"^'+[\s\x1c-\x1f]*[=+\-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}]|^'+\s*[\t\r\n]"
_TIMES = "%Y-%m-%dT%H:%M:%S%.f"


def defuse(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before each text cell that a spreadsheet would run as a formula.

    Numbers stay numbers: only text columns change.
    """
    text = pl.col(pl.String)
    return frame.with_columns(
        pl.when(text.str.contains(_RISKY)).then(pl.lit("'") + text).otherwise(text).name.keep()
    )


def restore(frame: pl.DataFrame) -> pl.DataFrame:
    """Take the apostrophes of `defuse` away again."""
    text = pl.col(pl.String)
    marked = text.str.contains(_MARKED)
    return frame.with_columns(pl.when(marked).then(text.str.slice(1)).otherwise(text).name.keep())


def to_csv(frame: pl.DataFrame) -> str:
    """Return a frame as CSV text: safe cells, LF line ends, ISO times, plain decimals."""
    buffer = io.StringIO()
    defuse(frame).write_csv(
        buffer, line_terminator="\n", datetime_format=_TIMES, float_scientific=False
    )
    return buffer.getvalue()


def from_csv(data: bytes, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Read what `to_csv` wrote.

    Parameters
    ----------
    data
        The bytes of the file.
    schema
        Its columns and their types, in order; one that an older version did not write is null.
    """
    frame = pl.read_csv(io.BytesIO(data), schema=schema, missing_columns="insert")
    return restore(frame)
