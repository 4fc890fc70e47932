"""JSON lines to a table of text cells."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from .decoding import decode_lines
from .errors import InputError
from .filebytes import read_text_bytes
from .limits import MAX_COLUMNS
from .quarantine import ROW
from .rawtable import RawTable, header_names

_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


def read_jsonlines(name: str, path: Path) -> RawTable:
    """Read a file of one JSON object per line.

    Numbers keep the digits they are written with; nested values become JSON text. A line that is
    not a JSON object is set aside with its row number.

    Raises
    ------
    InputError
        No object at all, too many columns, or a file that cannot be read.
    """
    decoded = decode_lines(read_text_bytes(path))
    filled = decoded.lines.filter(decoded.lines.str.contains(r"\S"))
    texts = filled.to_list()
    objects = [_object(text) for text in texts]
    good = [number for number, value in enumerate(objects) if value is not None]
    if not good:
        raise InputError(f"{path}: no line holds a JSON object; expected one object per line")
    rows = [value for value in objects if value is not None]
    columns = _columns(path, rows)
    names = header_names(str(path), columns)
    data = {
        name: _texts(row.get(key) for row in rows) for name, key in zip(names, columns, strict=True)
    }
    numbers = pl.Series(ROW, [number + 1 for number in good], dtype=pl.UInt32)
    frame = pl.DataFrame({ROW: numbers, **data})
    return RawTable(name, str(path), frame, _broken(filled, good), tuple(decoded.notes(path.name)))


def _object(text: str) -> dict[str, str | None] | None:
    try:
        value = _DECODER.decode(text.strip())
        if isinstance(value, dict):
            return {key: _text(cell) for key, cell in value.items()}
    except (ValueError, RecursionError):
        return None
    return None


def _columns(path: Path, rows: list[dict[str, str | None]]) -> list[str]:
    """Return the keys of all rows in order of first appearance."""
    keys: dict[str, None] = {}
    for row in rows:
        if not row.keys() <= keys.keys():
            keys.update(dict.fromkeys(row))
            if len(keys) > MAX_COLUMNS:
                raise InputError(
                    f"{path}: more than {MAX_COLUMNS:,} columns; leave out the ones not needed"
                )
    return list(keys)


def _texts(values: Iterable[str | None]) -> pl.Series:
    cells = list(values)
    try:
        texts = pl.Series(cells, dtype=pl.String)
    except UnicodeEncodeError:  # a lone half of a surrogate pair
        mended = [cell and cell.encode("utf-8", "replace").decode("utf-8") for cell in cells]
        texts = pl.Series(mended, dtype=pl.String)
    return texts.str.replace_all("\0", "", literal=True)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _broken(texts: pl.Series, good: list[int]) -> pl.DataFrame:
    lines = pl.DataFrame({"value": texts}).with_row_index(ROW, offset=1)
    kept = pl.Series([number + 1 for number in good], dtype=pl.UInt32)
    broken = lines.filter(~pl.col(ROW).is_in(kept.implode()))
    return broken.with_columns(reason=pl.lit("not a JSON object"))
