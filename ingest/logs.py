"""Logs: files that hold events of one type each, stacked to the events table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from .contract import EVENTS
from .discover import READERS, read_file
from .errors import InputError
from .mapping import Preset
from .quarantine import ROW, ROW_KEPT
from .rawtable import RawTable
from .rows import DUPLICATE


@dataclass(frozen=True)
class Logs:
    """Files of events, read.

    Attributes
    ----------
    raw
        All rows, numbered through the files.
    files
        Per file: file (name), rows, start (number of its first row).
    """

    raw: RawTable
    files: pl.DataFrame

    def counts(self, quarantine: pl.DataFrame) -> pl.DataFrame:
        """Say what became of the rows of each file.

        Returns
        -------
        DataFrame
            file, rows, duplicates (rows equal to an earlier one, removed), refused (other rows that
            are not in order), kept.
        """
        lost = quarantine.filter(
            (pl.col("table") == EVENTS.name) & ~pl.col("reason").str.ends_with(ROW_KEPT)
        ).sort("row")
        placed = lost.select(start=pl.col("row").cast(pl.Int64), reason="reason").join_asof(
            self.files, on="start"
        )
        again = pl.col("reason") == DUPLICATE
        per_file = placed.group_by("file").agg(duplicates=again.sum(), refused=(~again).sum())
        counted = self.files.join(per_file, "file", "left", maintain_order="left").with_columns(
            pl.col("duplicates", "refused").fill_null(0)
        )
        return counted.select(
            "file", "rows", "duplicates", "refused",
            kept=pl.col("rows") - pl.col("duplicates") - pl.col("refused"),
        )  # fmt: skip


def find_logs(folder: Path, preset: Preset) -> dict[str, Path]:
    """Files of a folder that a preset knows as events of one type, by type.

    Raises
    ------
    InputError
        Two files are of one type.
    """
    found = {}
    for name in preset.events:
        endings = (f"{name}.{ending}{zipped}" for ending in READERS for zipped in ("", ".gz"))
        paths = [folder / file for file in endings if (folder / file).is_file()]
        if len(paths) > 1:
            raise InputError(f"{paths[0]} and {paths[1].name} are both {name}; remove one of them")
        if paths:
            found[name] = paths[0]
    return found


def read_logs(paths: Mapping[str, Path], preset: Preset) -> Logs:
    """Read files of events and put them below each other.

    Parameters
    ----------
    paths
        What `find_logs` found; not empty.
    preset
        Names of the columns.

    Raises
    ------
    InputError
        A file cannot be read, or has no column of times or of accounts.
    """
    parts, broken, files, start = [], [], [], 1
    notes: list[str] = []
    for name, path in paths.items():
        raw = read_file(EVENTS.name, path)
        behind = pl.col(ROW) + pl.lit(start - 1, pl.UInt32)
        parts.append(_events(name, raw, preset).with_columns(behind))
        broken.append(raw.broken.with_columns(behind))
        files.append((name, raw.rows, start))
        notes += raw.notes
        start += raw.rows
    where = ", ".join(str(path) for path in paths.values())
    stacked = pl.concat(parts, how="diagonal")
    table = pl.DataFrame(files, schema=["file", "rows", "start"], orient="row")
    return Logs(
        RawTable(EVENTS.name, where, stacked, pl.concat(broken), tuple(notes)), table.sort("start")
    )


def _events(name: str, raw: RawTable, preset: Preset) -> pl.DataFrame:
    """Rows of one file with the columns that events can have, and its type."""
    names = {**preset.columns.get(EVENTS.name, {}), preset.events[name]: "ts"}
    there = {column.lower(): column for column in raw.frame.columns}
    for column in names:
        if column not in there:
            have = ", ".join(repr(c[:60]) for c in raw.frame.columns if c != ROW)
            raise InputError(f"{raw.origin}: the column {column!r} is missing; it has: {have}")
    renamed = raw.frame.rename({there[column]: target for column, target in names.items()})
    known = [column for column in renamed.columns if column in (ROW, *EVENTS.known)]
    return renamed.select(known).with_columns(event_type=pl.lit(name))
