"""Delimited text (CSV, TSV and their kin) to a table of text cells."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from .decoding import decode_lines
from .errors import InputError
from .filebytes import read_text_bytes
from .quarantine import ROW
from .rawtable import RawTable, header_names
from .records import Grammar, join_records

DELIMITERS = (",", ";", "\t", "|")
"""Delimiters that are found out from the header line."""


def read_delimited(name: str, path: Path) -> RawTable:
    """Read a delimited text file.

    The delimiter is the one that occurs most in the header line. Blank lines are no rows; a line
    with too few or too many fields, or with a quote that is never closed, is set aside with its
    row number.

    Raises
    ------
    InputError
        No header, too many columns, a column name twice, or a file that cannot be read.
    """
    decoded = decode_lines(read_text_bytes(path))
    lines = decoded.lines
    head = lines.head(1000).str.strip_chars().str.len_bytes() > 0
    if not head.any():
        raise InputError(f"{path}: only blank lines where a header was expected")
    lines = lines.slice(head.arg_true()[0])
    grammar = Grammar(sniff_delimiter(lines[0]))
    records = join_records(str(path), lines, grammar)
    names = header_names(str(path), _header(path, records, grammar))
    body = records.slice(1).filter(pl.col("record").str.contains(r"\S"))
    body = body.with_row_index(ROW, offset=1)
    frame, broken = _cells(body, names, grammar)
    return RawTable(name, str(path), frame, broken, tuple(decoded.notes(path.name)))


def sniff_delimiter(header: str) -> str:
    """Return the delimiter of a header line: the candidate that occurs most outside quotes."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=lambda mark: (outside.count(mark), -DELIMITERS.index(mark)))


def _header(path: Path, records: pl.DataFrame, grammar: Grammar) -> list[str]:
    first = records.head(1)
    if not first["valid"][0]:
        raise InputError(f"{path}: the header line has a quote that is never closed; mend it")
    return [str(cell) for cell in _quoted_fields(first["record"], grammar)[0]]


def _cells(
    body: pl.DataFrame, names: list[str], grammar: Grammar
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split records into cells; return the good rows and the broken lines."""
    width = len(names)
    plain = body.filter(~pl.col("quoted")).with_columns(
        fields=pl.col("record").str.count_matches(grammar.delimiter, literal=True) + 1
    )
    quoted = body.filter(pl.col("quoted"))
    cells = _quoted_fields(quoted["record"], grammar)
    quoted = quoted.with_columns(fields=cells.list.len())
    fits = (quoted["fields"] == width) & quoted["valid"]
    everything = pl.concat([plain, quoted])
    columns = [plain.filter(pl.col("fields") == width), quoted.filter(fits)]
    frame = pl.concat(
        [
            _split_plain(columns[0], names, grammar),
            _from_lists(columns[1], cells.filter(fits), names),
        ]
    ).sort(ROW)
    wrong = everything.filter(~pl.col("valid") | (pl.col("fields") != width))
    count = pl.format("{} fields, the header has {}", "fields", pl.lit(width))
    reason = pl.when("valid").then(count).otherwise(pl.lit("broken quotes"))
    return frame, wrong.select(ROW, value="record", reason=reason).sort(ROW)


def _quoted_fields(records: pl.Series, grammar: Grammar) -> pl.Series:
    """Split records that hold quotes into lists of unquoted cells."""
    fields = (grammar.delimiter + records).str.extract_all(grammar.field)
    cell = pl.element().str.slice(1)
    bare = pl.when(cell.str.starts_with('"')).then(
        cell.str.slice(1).str.strip_suffix('"').str.replace_all('""', '"', literal=True)
    )
    return fields.list.eval(bare.otherwise(cell))


def _split_plain(plain: pl.DataFrame, names: list[str], grammar: Grammar) -> pl.DataFrame:
    parts = plain["record"].str.split_exact(grammar.delimiter, len(names) - 1)
    return parts.struct.rename_fields(names).struct.unnest().insert_column(0, plain[ROW])


def _from_lists(rows: pl.DataFrame, cells: pl.Series, names: list[str]) -> pl.DataFrame:
    if not rows.height:
        return pl.DataFrame(schema={ROW: pl.UInt32, **dict.fromkeys(names, pl.String)})
    return cells.list.to_struct(fields=names).struct.unnest().insert_column(0, rows[ROW])
