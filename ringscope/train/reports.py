"""The folder of feedback: reports of people, kept row by row, and what they come to."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ingest.discover import READERS, read_file
from ingest.errors import InputError, RunError
from ingest.quarantine import ROW
from models.tabular.feedback import SCHEMA, Consensus, consensus, to_feedback
from models.tabular.shapes import load_preset
from models.tabular.table import UNKNOWN, read_table
from ringscope.run_folder import disk_errors, write_parquet

FILE = "feedback.parquet"


class Imported(NamedTuple):
    """Reports that were new, that were there before, and that the folder holds now."""

    new: int
    known: int
    total: int


def import_feedback(source: Path, store: Path) -> Imported:
    """Add the reports of a file to a folder; a report that is there already counts once.

    Raises
    ------
    InputError
        The file cannot be read or a report is not in order; nothing is added then.
    RunError
        The disk refuses.
    """
    ending = source.name.lower().removesuffix(".gz").rpartition(".")[2]
    if ending not in READERS:
        raise InputError(f"{source}: unknown ending; expected .{', .'.join(READERS)}")
    raw = read_file("feedback", source)
    if raw.broken.height:
        row, reason = raw.broken.select(ROW, "reason").row(0)
        raise InputError(f"{source}: row {row}: {reason}; mend the file")
    reports = to_feedback(raw.frame.drop(ROW), origin=str(source)).unique()
    with disk_errors(store):
        store.mkdir(parents=True, exist_ok=True)
        handle = os.open(store, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            before = _stored(store)
            both = pl.concat([before, reports]).unique().sort(*SCHEMA)
            temporary = store / f"{FILE}.tmp-{os.getpid()}"
            write_parquet(both, temporary)
            temporary.replace(store / FILE)
        finally:
            os.close(handle)
    new = both.height - before.height
    return Imported(new, reports.height - new, both.height)


def read_feedback(store: Path) -> pl.DataFrame:
    """All reports of a folder.

    Raises
    ------
    RunError
        The folder holds none.
    """
    found = _stored(store)
    if found.is_empty():
        raise RunError(f"{store}: holds no feedback; add some with ringscope feedback import")
    return found


def judge(store: Path, table: Path | None = None, preset: str = "gig-platform") -> Consensus:
    """Trust of reporters and labels of accounts, judged by the labels of a table if given."""
    known = {}
    if table:
        read = read_table(table, load_preset(preset))
        sure = read.labels != UNKNOWN
        known = dict(zip(read.ids.filter(sure), read.labels[sure].tolist(), strict=True))
    return consensus(read_feedback(store), known)


def _stored(store: Path) -> pl.DataFrame:
    file = store / FILE
    if not file.is_file():
        return pl.DataFrame(schema=SCHEMA)
    return pl.read_parquet(file, schema=SCHEMA)
