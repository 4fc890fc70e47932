"""What an account does: how much of what, how fast after sign-up, towards how many others."""

from __future__ import annotations

import polars as pl

from ingest import Tables

from . import timing
from .frames import as_features, in_account_order
from .words import safe_name

MOST_TYPES = 20
"""Event types with columns of their own; the ones used by most accounts."""

WORDS = timing.WORDS | {
    "logins.count": "logins: {count:,.0f}",
    "logins.per_day": "logs in {value:.2g} times a day",
    "messages.count": "messages sent: {count:,.0f}",
    "messages.per_day": "sends {value:.2g} messages a day",
    "events.count": "actions on the platform: {count:,.0f}",
    "events.per_day": "{value:.2g} actions on the platform a day",
    "payments.count": "payments: {count:,.0f}",
    "payments.per_day": "pays {value:.2g} times a day",
    "engagement.count": "measured engagement steps: {count:,.0f}",
    "engagement.per_day": "{value:.2g} measured engagement steps a day",
    "event_*.count": "actions of type {name}: {count:,.0f}",
    "event_*.per_day": "{value:.2g} actions of type {name} a day",
    "event_*.share": "{value:.0%} of its actions are of type {name}",
    "first_login": "its first login came {value:.1f} hours after sign-up",
    "first_message": "its first message came {value:.1f} hours after sign-up",
    "first_event": "its first action on the platform came {value:.1f} hours after sign-up",
    "targets.diversity": "{value:.0%} of its actions go to a target that it had not used before",
    "recipients.diversity": "{value:.0%} of its messages go to a recipient not written to before",
}


def behaviour_features(tables: Tables) -> pl.DataFrame:
    """Features of what accounts do and when; labels and links are not read.

    Counts and gaps are stored as log(1 + count) and log(1 + seconds); rates are per day of
    tenure (at least one day); shares are in [0, 1].

    Returns
    -------
    pl.DataFrame
        One row per account in account order, Float32; null where an account has nothing to
        measure. Counts of a table that the input lacks are null, not 0.
    """
    acts = timing.actions(tables)
    lives = timing.lifetimes(tables, acts)
    parts = [
        timing.timing_features(tables, acts, lives),
        _table_counts(tables, lives["tenure"]),
        _event_types(tables, lives["tenure"]),
        _first_steps(tables),
        _diversity(tables),
    ]
    return as_features(pl.concat(parts, how="horizontal"))


def _table_counts(tables: Tables, tenure: pl.Series) -> pl.DataFrame:
    columns: list[pl.DataFrame] = []
    for name in ("logins", "messages", "events", "payments", "engagement"):
        rows: pl.DataFrame = getattr(tables, name)
        count = in_account_order(rows.group_by("account").len(), tables.accounts.height)["len"]
        columns.append(_volume(name, count.fill_null(0) if rows.height else count, tenure))
    return pl.concat(columns, how="horizontal")


def _volume(name: str, count: pl.Series, tenure: pl.Series) -> pl.DataFrame:
    frame = pl.DataFrame({"count": count, "tenure": tenure})
    return frame.select(
        pl.col("count").log1p().alias(f"{name}.count"),
        (pl.col("count") / pl.col("tenure").clip(1.0)).alias(f"{name}.per_day"),
    )


def _event_types(tables: Tables, tenure: pl.Series) -> pl.DataFrame:
    counts = tables.events.group_by("account", pl.col("event_type").alias("type")).len()
    used = counts.drop_nulls().group_by("type").len("accounts")
    kept = used.sort("accounts", "type", descending=[True, False]).head(MOST_TYPES)["type"].sort()
    total = counts.group_by("account").agg(pl.col("len").sum())
    events = in_account_order(total, tables.accounts.height)["len"]
    columns = []
    for kind in kept:
        own = counts.filter(pl.col("type") == kind).select("account", "len")
        count = in_account_order(own, tables.accounts.height)["len"].fill_null(0)
        name = f"event_{safe_name(kind)}"
        columns.append(_volume(name, count, tenure))
        columns.append((count / events).alias(f"{name}.share").to_frame())
    return pl.concat(columns, how="horizontal") if columns else pl.DataFrame()


def _first_steps(tables: Tables) -> pl.DataFrame:
    signed_up = tables.accounts["created_at"]
    sources = {"login": tables.logins, "message": tables.messages, "event": tables.events}
    columns = []
    for name, rows in sources.items():
        first = rows.group_by("account").agg(pl.col("ts").min())
        ts = in_account_order(first, tables.accounts.height)["ts"]
        hours = (ts - signed_up).dt.total_microseconds() / 3.6e9
        columns.append(hours.alias(f"first_{name}"))
    return pl.DataFrame(columns)


def _diversity(tables: Tables) -> pl.DataFrame:
    targets = _distinct_share(tables.events, "target_id", "targets.diversity")
    recipients = _distinct_share(tables.messages, "recipient_id", "recipients.diversity")
    both = targets.join(recipients, on="account", how="full", coalesce=True)
    return in_account_order(both, tables.accounts.height)


def _distinct_share(rows: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    known = rows.select("account", column).drop_nulls(column)
    share = pl.col(column).n_unique() / pl.len()
    return known.group_by("account").agg(share.alias(name))
