"""Who is in a ring, and tables with changed rows in the order that clean tables have."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ingest import Tables

TIMED = ("logins", "messages", "events", "payments", "engagement")
"""Tables with an account and a time in each row."""


def ring_members(tables: Tables, truth: pl.DataFrame) -> pl.DataFrame:
    """The spam accounts of true rings: account (UInt32), ring; sorted."""
    return (
        _known(tables, truth)
        .filter((pl.col("spam") == 1) & pl.col("ring").is_not_null())
        .select("account", "ring")
        .sort("ring", "account")
    )


def accounts_of(tables: Tables, truth: pl.DataFrame, spam: int) -> pl.Series:
    """Row numbers of all spam accounts (1) or of all honest ones (0), sorted."""
    return _known(tables, truth).filter(pl.col("spam") == spam)["account"].sort()


def changed(tables: Tables, **frames: pl.DataFrame) -> Tables:
    """The tables with some frames in place of theirs, each row where it belongs."""
    ordered = {
        name: frame if name == "accounts" else frame.sort(frame.columns)
        for name, frame in frames.items()
    }
    return replace(tables, **ordered)


def _known(tables: Tables, truth: pl.DataFrame) -> pl.DataFrame:
    rows = tables.accounts.select("account_id", account=pl.int_range(pl.len(), dtype=pl.UInt32))
    return rows.join(truth.select("account_id", "spam", "ring"), "account_id")
