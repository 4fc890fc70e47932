"""Sightings: which account was seen with which identifier, when and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ingest import Tables

from .kinds import Kind, kinds


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
    identifiers, rows, known = [], [], 0
    for kind in sorted(kinds().values(), key=lambda kind: kind.name):
        if kind.table in sources:
            own, seen = _of_kind(sources[kind.table], kind, known)
            known += own.height
            identifiers.append(own)
            rows.append(seen)
    return Sightings(pl.concat(identifiers), pl.concat(rows).sort("account", "identifier"))


def _of_kind(source: pl.DataFrame, kind: Kind, known: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Identifiers of one kind, numbered from `known` on, and their sightings."""
    seen = (
        source.select("account", "ts", value=kind.column)
        .drop_nulls("value")
        .group_by("account", "value")
        .agg(
            pl.col("ts").min().alias("first_seen"),
            pl.col("ts").max().alias("last_seen"),
            pl.len().cast(pl.UInt32).alias("count"),
        )
        .with_columns(kind=pl.lit(kind.name))
    )
    identifiers = (
        seen.group_by("value")
        .agg(
            pl.len().cast(pl.UInt32).alias("accounts"),
            pl.col("first_seen").min(),
            pl.col("last_seen").max(),
        )
        .sort("value")
        .with_row_index("identifier", known)
        .select("identifier", pl.lit(kind.name).alias("kind"), pl.exclude("identifier"))
    )
    rows = seen.join(identifiers.select("identifier", "value"), "value").select(
        "account", "identifier", "kind", "first_seen", "last_seen", "count"
    )
    return identifiers, rows
