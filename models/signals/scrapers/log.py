"""The event log of the document: who did what when, and how long until the next action."""

from __future__ import annotations

import polars as pl

from ingest import Tables

KINDS = ("signup", "search", "call", "message", "other")
"""What an action is; `other` counts as an action and nothing else."""
READING = ("search", "view", "query", "lookup", "browse", "profile_view", "view_profile")
"""Event types that look things up: what a scraper lives on."""
CALLING = ("call", "phone_call")
RAPID = 5
"""An action within fewer seconds of the one before is rapid."""

Kind = pl.Enum(KINDS)


def event_log(tables: Tables) -> pl.DataFrame:
    """Every sign-up, search, call, message and other event, in the order of time per account.

    Times are cut to whole seconds, as the document does. Sign-ups are events of type `signup`;
    an account without one gets its `created_at`. Messages are the rows of the messages table, or
    events of type `message` where that table is empty.

    Returns
    -------
    pl.DataFrame
        account (UInt32), second (Int64, since 1970), kind (one of KINDS), gap (Int64, seconds to
        the next action of the account; null for its last).
    """
    events = tables.events.select("account", second(pl.col("ts")), kind=_kind(tables))
    parts = [events, _stated_signups(tables, events)]
    if tables.messages.height:
        parts.append(_stamped(tables.messages, "message"))
    log = pl.concat(parts).sort("account", "second", "kind")
    until = (pl.col("second").shift(-1) - pl.col("second")).over("account")
    return log.with_columns(gap=until)


def gaps_of(log: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Gaps between consecutive actions of one kind: account, second, gap (seconds since the last).

    The first action of an account has a null gap.
    """
    own = log.filter(pl.col("kind") == kind).select("account", "second")
    return own.with_columns(gap=pl.col("second").diff().over("account"))


def second(ts: pl.Expr) -> pl.Expr:
    """Whole seconds since 1970, rounded down."""
    return ts.dt.epoch("us").floordiv(1_000_000).alias("second")


def _kind(tables: Tables) -> pl.Expr:
    named = dict.fromkeys(READING, "search") | dict.fromkeys(CALLING, "call")
    named |= {"signup": "signup"}
    if not tables.messages.height:
        named |= {"message": "message"}
    kind = pl.col("event_type").replace_strict(named, default="other", return_dtype=pl.String)
    return kind.cast(Kind)


def _stamped(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    return rows.select("account", second(pl.col("ts")), kind=pl.lit(kind, Kind))


def _stated_signups(tables: Tables, events: pl.DataFrame) -> pl.DataFrame:
    stated = tables.accounts.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("account"), pl.col("created_at").alias("ts")
    ).drop_nulls("ts")
    logged = events.filter(pl.col("kind") == "signup")
    return _stamped(stated.join(logged, on="account", how="anti"), "signup")
