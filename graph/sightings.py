"""Sightings: which account was seen with which identifier, when and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ingest import Tables

from .kinds import kinds


@dataclass(frozen=True)
class Sightings:
    """Accounts times identifiers.

    Attributes
    ----------
    identifiers
        identifier (UInt32, row number), kind, value, accounts (UInt32), first_seen, last_seen;
        sorted by kind and value.
    rows
        account, identifier (UInt32), kind, first_seen, last_seen, count; sorted.
    """

    identifiers: pl.DataFrame
    rows: pl.DataFrame


def find_sightings(tables: Tables, derived: Mapping[str, pl.DataFrame]) -> Sightings:
    """Collect the sightings of all kinds.

    Parameters
    ----------
    tables
        Clean tables.
    derived
        Frames of kinds that are not columns of the input, by table name: `messages` (account, ts,
        template), `bursts` (account, ts, burst), `waves` (account, ts, wave), `cotimed` (account,
        ts, cotimed). Kinds whose frame is not given have no sightings.

    Returns
    -------
    Sightings
        A value seen without a time has null first_seen and last_seen.
    """
    accounts = tables.accounts.with_columns(
        account=pl.int_range(pl.len(), dtype=pl.UInt32), ts=pl.col("created_at")
    )
    sources = {
        "accounts": accounts,
        "logins": tables.logins,
        "payments": tables.payments,
        **derived,
    }
    found = [
        sources[kind.table]
        .select("account", "ts", value=kind.column)
        .drop_nulls("value")
        .group_by("account", "value")
        .agg(
            pl.col("ts").min().alias("first_seen"),
            pl.col("ts").max().alias("last_seen"),
            pl.len().cast(pl.UInt32).alias("count"),
        )
        .with_columns(kind=pl.lit(kind.name))
        for kind in kinds().values()
        if kind.table in sources
    ]
    rows = pl.concat(found)
    identifiers = (
        rows.group_by("kind", "value")
        .agg(
            pl.len().cast(pl.UInt32).alias("accounts"),
            pl.col("first_seen").min(),
            pl.col("last_seen").max(),
        )
        .sort("kind", "value")
        .with_row_index("identifier")
    )
    rows = rows.join(identifiers.select("identifier", "kind", "value"), ["kind", "value"]).select(
        "account", "identifier", "kind", "first_seen", "last_seen", "count"
    )
    return Sightings(identifiers, rows.sort("account", "identifier"))
