"""The event log of the document as files: signup, call, search and message, a table each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ingest import InputError, Tables, read_tables
from ingest.discover import READERS, read_file
from ingest.quarantine import ROW
from ingest.rawtable import RawTable
from ingest.rows import DUPLICATE

NAMES = ("signup", "call", "search", "message")


@dataclass(frozen=True)
class EventFiles:
    """What was read.

    Attributes
    ----------
    tables
        Clean tables: accounts from sign-ups, events of the types signup, call, search, message.
    counts
        Per file: file, rows, duplicates (rows equal to an earlier one, removed), refused (other
        rows that are not in order), kept.
    """

    tables: Tables
    counts: pl.DataFrame


def find_event_files(folder: Path) -> dict[str, Path]:
    """Files of the document's shape by name; empty where the folder holds no sign-ups."""
    found = {}
    for name in NAMES:
        endings = (f"{name}.{ending}{zipped}" for ending in READERS for zipped in ("", ".gz"))
        paths = [folder / file for file in endings if (folder / file).is_file()]
        if len(paths) > 1:
            raise InputError(f"{paths[0]} and {paths[1].name} are both {name}; remove one of them")
        if paths:
            found[name] = paths[0]
    return found if "signup" in found else {}


def read_event_files(folder: Path) -> EventFiles:
    """Read sign-ups (user_id, country_code, signup_ts) and call, search and message (user_id, ts).

    Times are ISO 8601 or epoch seconds or milliseconds, mixed. Rows that are equal in every cell
    count once.

    Raises
    ------
    InputError
        No sign-ups, no events, a column that is missing, or too many rows that are not in order.
    """
    paths = find_event_files(folder)
    if not paths:
        raise InputError(f"{folder}: no signup.tsv (user_id, country_code, signup_ts) in it")
    if len(paths) == 1:
        raise InputError(f"{folder}: signup alone; add call.tsv, search.tsv or message.tsv")
    raws = {name: read_file(name, path) for name, path in paths.items()}
    parts = [_events(name, raw) for name, raw in raws.items()]
    signup = raws["signup"].frame
    names = {"user_id": "account_id", "signup_ts": "created_at", "country_code": "country"}
    accounts = signup.select(pl.col(name) for name in names if name in signup.columns).rename(
        names, strict=False
    )
    tables = read_tables({"accounts": accounts, "events": pl.concat(parts)})
    return EventFiles(tables, _counts(raws, tables))


def _events(name: str, raw: RawTable) -> pl.DataFrame:
    wanted = ["user_id", f"{name}_ts"]
    for column in wanted:
        if column not in raw.frame.columns:
            have = ", ".join(repr(c[:60]) for c in raw.frame.columns if c != ROW)
            raise InputError(f"{raw.origin}: the column {column!r} is missing; it has: {have}")
    return raw.frame.select(account_id="user_id", ts=f"{name}_ts", event_type=pl.lit(name))


def _counts(raws: dict[str, RawTable], tables: Tables) -> pl.DataFrame:
    """Say what became of the rows of each file; rows of events are numbered through the files."""
    starts = pl.DataFrame({"file": list(raws), "rows": [raw.frame.height for raw in raws.values()]})
    starts = starts.with_columns(start=pl.col("rows").cum_sum() - pl.col("rows") + 1)
    refused = tables.quarantine.filter(pl.col("table") == "events").unique("row").sort("row")
    placed = refused.select(start=pl.col("row").cast(pl.Int64), reason="reason").join_asof(
        starts.select(pl.col("start").cast(pl.Int64), "file"), on="start"
    )
    repeated = pl.col("reason") == DUPLICATE
    lost = placed.group_by("file").agg(duplicates=repeated.sum(), refused=(~repeated).sum())
    broken = pl.Series("broken", [raw.broken.height for raw in raws.values()])
    counted = starts.with_columns(broken).join(lost, on="file", how="left", maintain_order="left")
    return counted.select(
        "file",
        rows=pl.col("rows") + pl.col("broken"),
        duplicates=pl.col("duplicates").fill_null(0),
        refused=pl.col("refused").fill_null(0) + pl.col("broken"),
    ).with_columns(kept=pl.col("rows") - pl.col("duplicates") - pl.col("refused"))
