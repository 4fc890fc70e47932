"""Cleaned tables that grow: each night brings only what is new.

`tables/` holds Parquet parts and `index.json`, which names the parts that count. A night's rows
count as soon as the index is replaced, all or none of them; rows that are there already are left
out, so bringing the same rows twice changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from ingest import DTYPES, TABLES, InputError, RunError, Tables
from ingest.limits import MAX_LEVELS
from ingest.quarantine import Quarantine

from ..analysis import read
from ..manifest import sha256
from ..run_folder import disk_errors, fsync, write_parquet
from ..settings import Settings
from .layout import Store, replace_json

Part = dict[str, Any]
_ENDS = {"account": "account_id", "other": "other_id"}


def append_rows(
    store: Store, source: str | Path | Mapping[str, Any], settings: Settings
) -> tuple[Tables, dict[str, int]]:
    """Add what is new in a source to the tables of a store, durably.

    Rows are cleaned as ever; of an account that comes again, filled cells replace what was there.

    Returns
    -------
    tuple
        All rows of the store as clean tables (the quarantine is that of the new rows), and rows
        that were new by table.

    Raises
    ------
    InputError
        The source cannot be read, or contradicts the store in what a column holds.
    RunError
        The tables of the store are damaged, or the disk refuses.
    """
    parts = _index(store)
    before = _loaded(store, parts)
    known = before["accounts"]["account_id"] if parts else None
    new = read(source, settings, known)
    named = _named(new)
    _check_kinds(before["accounts"], named["accounts"])
    fresh = {name: _fresh(name, before[name], rows) for name, rows in named.items()}
    both = {name: _joined(name, [before[name], rows]) for name, rows in fresh.items()}
    parts = parts + _written(store, {name: rows for name, rows in fresh.items() if rows.height})
    tables = _assembled(both, parts, new)
    return tables, {name: rows.height for name, rows in fresh.items() if rows.height}


def stored_tables(store: Store) -> Tables:
    """All rows that a store holds, as clean tables.

    Raises
    ------
    RunError
        It holds none, or they are damaged.
    """
    parts = _index(store)
    if not parts:
        raise RunError(f"{store.folder}: keeps no tables; give DATA, or add to it with --append")
    return _assembled(_loaded(store, parts), parts, None)


def _index(store: Store) -> list[Part]:
    try:
        return list(json.loads((store.tables / "index.json").read_bytes())["parts"])
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError) as error:
        raise RunError(f"{store.tables / 'index.json'}: cannot be read ({error})") from error


def _loaded(store: Store, parts: list[Part]) -> dict[str, pl.DataFrame]:
    """All rows by table, accounts by their ids; of an account the last word on each cell."""
    frames: dict[str, list[pl.DataFrame]] = {name: [] for name in DTYPES}
    for part in parts:
        path = store.tables / part["file"]
        if not path.is_file() or sha256(path) != part["sha256"]:
            raise RunError(f"{path}: missing or altered; restore it from a copy")
        frames[part["table"]].append(pl.read_parquet(path))
    return {name: _joined(name, found) for name, found in frames.items()}


def _joined(name: str, frames: list[pl.DataFrame]) -> pl.DataFrame:
    empty = pl.DataFrame(schema={_ENDS.get(c, c): t for c, t in DTYPES[name].items()})
    ids = [pl.col(end).cast(pl.String) for end in _ENDS.values() if end in empty.columns]
    rows = pl.concat([empty.with_columns(ids), *frames], how="diagonal")
    if name != "accounts":
        return rows
    last = pl.exclude("account_id").drop_nulls().last()
    return rows.group_by("account_id", maintain_order=True).agg(last).sort("account_id")


def _named(tables: Tables) -> dict[str, pl.DataFrame]:
    """The rows of clean tables with account ids for row numbers."""
    ids = pl.lit(tables.accounts["account_id"])
    named = {}
    for name in DTYPES:
        rows: pl.DataFrame = getattr(tables, name)
        ends = [end for end in _ENDS if end in rows.columns]
        named[name] = rows.with_columns(ids.gather(pl.col(end)).alias(end) for end in ends).rename(
            {end: _ENDS[end] for end in ends}
        )
    return named


def _check_kinds(before: pl.DataFrame, new: pl.DataFrame) -> None:
    """Refuse a column of accounts that held numbers and now holds words, or the other way."""
    for column in before.columns:
        if column in new.columns and new.schema[column] != before.schema[column]:
            raise InputError(
                f"accounts: column {column!r} holds numbers in one night and words in another; "
                "mend it or leave it out"
            )


def _fresh(name: str, before: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that are not there yet; of accounts those that change something."""
    if name == "accounts":
        told = pl.any_horizontal(pl.exclude("account_id").is_not_null())
        unknown = ~pl.col("account_id").is_in(before["account_id"].implode())
        rows = rows.filter(told | unknown)
        same = [column for column in rows.columns if column in before.columns]
        later = before.select(same).join(
            rows.select(same), "account_id", suffix="_new", maintain_order="left"
        )
        keeps = pl.all_horizontal(
            pl.col(f"{c}_new").is_null() | pl.col(c).eq_missing(pl.col(f"{c}_new"))
            for c in same
            if c != "account_id"
        )
        added = set(rows.columns) - set(same)
        return rows if added else rows.join(later.filter(keeps), "account_id", "anti")
    missing = [
        pl.lit(None, rows.schema[c]).alias(c) for c in rows.columns if c not in before.columns
    ]
    there = before.with_columns(missing)
    lacking = [
        pl.lit(None, there.schema[c]).alias(c) for c in there.columns if c not in rows.columns
    ]
    return rows.with_columns(lacking).join(
        there, there.columns, "anti", nulls_equal=True, maintain_order="left"
    )


def _written(store: Store, fresh: Mapping[str, pl.DataFrame]) -> list[Part]:
    """Write a part per table and let them count in one step."""
    old = _index(store)
    number = max((part["night"] for part in old), default=0) + 1
    added: list[Part] = []
    with disk_errors(store.tables):
        for name, rows in fresh.items():
            path = store.tables / f"{name}-{number:06d}.parquet"
            write_parquet(rows, path)
            fsync(path)
            part = {"table": name, "file": path.name, "rows": rows.height, "night": number}
            added.append({**part, "sha256": sha256(path)})
        if added:
            replace_json({"parts": [*old, *added]}, store.tables / "index.json")
    return added


def _assembled(frames: dict[str, pl.DataFrame], parts: list[Part], new: Tables | None) -> Tables:
    """Clean tables in canonical order, as one reading of all rows would give them."""
    accounts = frames["accounts"].sort("account_id")
    extra = sorted(c for c in accounts.columns if c not in DTYPES["accounts"])
    features = tuple(c for c in extra if accounts.schema[c] == pl.Float64)
    # What looked like a category in a few rows may be free text in many.
    few = {c for c in extra if accounts[c].n_unique() <= MAX_LEVELS + 1}
    categories = tuple(c for c in extra if c not in features and c in few)
    kept = [c for c in extra if c in {*features, *categories}]
    accounts = accounts.select(*DTYPES["accounts"], *kept)
    numbers = accounts.select("account_id").with_row_index("number")
    clean = {}
    for name, dtypes in DTYPES.items():
        if name != "accounts":
            clean[name] = _numbered(name, frames[name], numbers).select(
                *dtypes, *(c.name for c in TABLES[name].further if c.name in frames[name].columns)
            )
            clean[name] = clean[name].sort(clean[name].columns)
    return Tables(
        accounts=accounts,
        **clean,
        quarantine=new.quarantine if new else Quarantine().table(),
        features=features,
        categories=categories,
        notes=new.notes if new else (),
        sources={part["file"]: part["sha256"] for part in parts},
    )


def _numbered(name: str, rows: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    for end, column in _ENDS.items():
        if end in DTYPES[name]:
            place = numbers.rename({"account_id": column, "number": end})
            rows = rows.join(place, column, maintain_order="left")
    return rows
