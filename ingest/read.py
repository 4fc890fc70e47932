"""From a folder or frames to clean tables: the one way in."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from .accounts import clean_accounts
from .activity import clean_activity
from .cells import REASONS
from .contract import TABLES
from .discover import find_files, read_file
from .errors import InputError, SettingsError
from .filebytes import file_hash
from .frames import frame_hash, from_frame
from .logs import Logs, find_logs, read_logs
from .mapping import ColumnNames, Preset, check_columns, load_preset, rename_columns
from .quarantine import ROW, ROW_KEPT, Quarantine
from .rawtable import NO_BROKEN, RawTable
from .rows import DUPLICATE
from .schema import check_tables, empty_table
from .tables import Tables

_LOG = logging.getLogger("ringscope.ingest")


def read_tables(
    source: str | Path | Mapping[str, Any],
    *,
    columns: ColumnNames | None = None,
    preset: str | None = None,
    max_bad_share: float = 0.2,
    phone_region: str | None = None,
    known: pl.Series | None = None,
) -> Tables:
    """Read the input tables, refuse what is not in order, and clean the rest.

    Parameters
    ----------
    source
        Folder with `<table>.csv|tsv|txt|jsonl|ndjson|parquet`, each but Parquet also as `.gz`; or
        pandas or Polars frames by table name. Only accounts is required.
    columns
        Contract column per source column, per table: `{"accounts": {"uid": "account_id"}}`.
        Comes before the names of the preset.
    preset
        Name of a preset that ships (see `presets`).
    max_bad_share
        Share of a table's rows, in [0, 1], that may be refused; exact duplicates do not count.
    phone_region
        Two-letter country of phone numbers without country code in accounts without country.
    known
        Ids of accounts that earlier input brought: the source may speak of them, and needs no
        accounts of its own. Those that it does not bring again have a row with nothing but the id.

    Returns
    -------
    Clean tables in canonical order: the same for any order of the input rows, but for the row
    numbers in the quarantine. Rows of the input = clean rows + refused rows.

    Raises
    ------
    InputError
        A file that cannot be read, a required column that is missing, too many refused rows.
    SettingsError
        An unknown preset, table or column name, or a share outside [0, 1].
    """
    if not 0 <= max_bad_share <= 1:
        raise SettingsError(f"max_bad_share is {max_bad_share}; give a share between 0 and 1")
    names = load_preset(preset)
    given = columns or {}
    check_columns(given)
    raws, sources = _read_all(source, names.files, need_accounts=known is None)
    logs = _read_logs(source, names, raws, sources)
    quarantine = Quarantine()
    notes = [note for raw in raws.values() for note in raw.notes]
    frames = {
        name: _contract_frame(raw, names.columns.get(name, {}), given.get(name, {}), quarantine)
        for name, raw in raws.items()
    }
    accounts, extras = clean_accounts(frames.pop("accounts"), quarantine, phone_region)
    if known is not None:
        bare = pl.DataFrame({"account_id": known}).join(accounts, "account_id", "anti")
        accounts = pl.concat([accounts, bare], how="diagonal").sort("account_id")
    if not accounts.height:
        raise InputError(f"{raws['accounts'].origin}: no valid row; every row was refused")
    clean = {name: empty_table(name) for name in TABLES}
    clean["accounts"] = accounts
    for name, frame in frames.items():
        clean[name] = clean_activity(TABLES[name], frame, accounts["account_id"], quarantine)
        notes += _ignored(name, frame)
    refused = quarantine.table()
    _check_share(raws, refused, max_bad_share)
    counts = logs.counts(refused) if logs else None
    notes += [*extras.notes, *_missing(raws), *_counted(counts)]
    tables = Tables(
        **clean,
        quarantine=refused,
        features=extras.features,
        categories=extras.categories,
        notes=tuple(sorted(notes)),
        sources=sources,
        logs=counts,
    )
    check_tables(tables)
    return tables


def _read_all(
    source: str | Path | Mapping[str, Any], stems: Mapping[str, str], *, need_accounts: bool
) -> tuple[dict[str, RawTable], dict[str, str]]:
    """Read every table as text; return the tables and the hash of each source."""
    raws: dict[str, RawTable] = {}
    sources: dict[str, str] = {}
    if isinstance(source, Mapping):
        _check_names(source, need_accounts=need_accounts)
        for name in sorted(source):
            raws[name] = from_frame(name, source[name])
            sources[name] = frame_hash(raws[name].frame)
    else:
        for name, path in find_files(Path(source), stems, need_accounts=need_accounts).items():
            raws[name] = read_file(name, path)
            sources[path.name] = file_hash(path)
    if not need_accounts and "accounts" not in raws:
        nothing = pl.DataFrame(schema={ROW: pl.UInt32, "account_id": pl.String})
        raws["accounts"] = RawTable("accounts", "the accounts that came before", nothing, NO_BROKEN)
    if need_accounts and not raws["accounts"].rows:
        raise InputError(f"{raws['accounts'].origin}: a header but no rows; there is nothing to do")
    for raw in raws.values():
        _LOG.info("read %s: %d rows", raw.name, raw.rows)
    return raws, sources


def _read_logs(
    source: str | Path | Mapping[str, Any],
    preset: Preset,
    raws: dict[str, RawTable],
    sources: dict[str, str],
) -> Logs | None:
    """Read files that are events of one type, if the preset knows any; add them to the others."""
    paths = {} if isinstance(source, Mapping) else find_logs(Path(source), preset)
    if not paths:
        return None
    if "events" in raws:
        first = next(iter(paths.values()))
        raise InputError(f"{raws['events'].origin} and {first.name} are both events; keep one")
    logs = read_logs(paths, preset)
    raws["events"] = logs.raw
    sources |= {path.name: file_hash(path) for path in paths.values()}
    _LOG.info("read events: %d rows of %d files", logs.raw.rows, len(paths))
    return logs


def _counted(counts: pl.DataFrame | None) -> list[str]:
    rows = () if counts is None else counts.iter_rows(named=True)
    return [
        f"{row['file']}: {row['rows']:,} rows, {row['duplicates']:,} of them twice (counted once)."
        for row in rows
    ]


def _check_names(source: Mapping[str, Any], *, need_accounts: bool) -> None:
    unknown = sorted(str(name) for name in source if name not in TABLES)
    if unknown:
        raise InputError(f"unknown table {unknown[0]!r}; there are: {', '.join(TABLES)}")
    if need_accounts and "accounts" not in source:
        raise InputError("the table 'accounts' is missing; it is the only one that is required")


def _contract_frame(
    raw: RawTable, preset: Mapping[str, str], given: Mapping[str, str], quarantine: Quarantine
) -> pl.DataFrame:
    """Rename the columns of a table and put its broken lines aside."""
    quarantine.add(raw.name, "", raw.broken)
    taken = set(given.values())
    names = {source: target for source, target in preset.items() if target not in taken}
    return rename_columns(raw, names, given)


def _ignored(name: str, frame: pl.DataFrame) -> list[str]:
    extra = [column for column in frame.columns if column not in (ROW, *TABLES[name].known)]
    if not extra:
        return []
    shown = ", ".join(repr(column[:60]) for column in extra[:12])
    return [f"{name}: ignored {shown}{' and more' if len(extra) > 12 else ''} (no use for it)."]


def _missing(raws: Mapping[str, RawTable]) -> list[str]:
    missing = [f"No {name} table was given." for name in TABLES if name not in raws]
    return missing + [f"The {name} table has no rows." for name in raws if not raws[name].rows]


def _check_share(raws: Mapping[str, RawTable], refused: pl.DataFrame, limit: float) -> None:
    """Raise InputError for the first table with more bad rows than allowed."""
    bad = refused.filter(
        ~pl.col("reason").str.ends_with(ROW_KEPT) & (pl.col("reason") != DUPLICATE)
    )
    for name, raw in raws.items():
        rows = bad.filter(pl.col("table") == name)
        if rows.height <= limit * raw.rows:
            continue
        kinds = rows.group_by("column", "reason").agg(pl.len(), first=pl.col("row").min())
        column, reason, _, first = kinds.sort("len", "column", "reason").row(-1)
        if reason.startswith("none of"):
            cell = REASONS[TABLES[name].column(column).kind]
            reason += f", for their cells are blank, or {cell}"
        where = f"column {column!r}: " if column else ""
        raise InputError(
            f"{raw.origin}: {rows.height:,} of {raw.rows:,} rows are bad "
            f"({rows.height / raw.rows:.0%}, at most {limit:.0%} are allowed), most of them "
            f"{where}{reason} (first: row {first}); mend the file or raise max_bad_share"
        )
