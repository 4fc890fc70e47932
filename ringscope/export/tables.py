"""Tables as CSV, Parquet and JSON; all of them in one zip archive with the same bytes each time."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath

import polars as pl

from ..csvsafe import to_csv

_WHEN = (1980, 1, 1, 0, 0, 0)
"""Time of every file in an archive: the earliest that the format knows."""


def table_bytes(frame: pl.DataFrame, form: str) -> bytes:
    """One table as a file.

    Parameters
    ----------
    frame
        The table.
    form
        "csv" (cells that a spreadsheet would run are defused, see `csvsafe`), "parquet", or
        "json" (records; times in ISO 8601).
    """
    if form == "csv":
        return to_csv(frame).encode()
    if form == "json":
        return json_bytes(frame.to_dicts())
    buffer = io.BytesIO()
    frame.rechunk().write_parquet(buffer, compression="zstd", compression_level=3)
    return buffer.getvalue()


def json_bytes(value: object) -> bytes:
    """JSON in UTF-8 with sorted keys; times in ISO 8601."""
    text = json.dumps(
        value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False, default=_plain
    )
    return text.encode("utf-8", "surrogatepass") + b"\n"


def archive(files: Mapping[str, bytes]) -> bytes:
    """Pack files into a zip archive; equal files give equal bytes.

    Raises
    ------
    ValueError
        A name is absolute or leads out of the archive.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or "\\" in name:
                raise ValueError(f"{name!r} leads out of the archive")
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, data)
    return buffer.getvalue()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")
