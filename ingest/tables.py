"""The clean tables: what every later part reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Tables:
    """Clean input tables, in canonical order, with what was refused on the way.

    Every frame is sorted by all its columns, so the result does not depend on the order of the
    input rows. Tables other than `accounts` carry `account`, the row number of their account in
    `accounts` (UInt32). Missing input tables are empty frames with the full schema. Time stamps
    are naive `Datetime("us")` in UTC.

    Attributes
    ----------
    accounts
        One row per account, sorted by `account_id`: account_id, created_at, email, email_mailbox,
        email_domain, email_disposable, username, username_skeleton, phone, country, label
        (Int8: 1 spam, 0 honest, null unknown), then the extra feature and category columns.
    logins
        account, ts, ip, subnet, ip_scope, device_id, user_agent; country, latitude, longitude
        (degrees) where the input has them.
    messages
        account, ts, text, recipient_id.
    events
        account, ts, event_type, target_id; target_ts, amount where the input has them.
    payments
        account, instrument_id, ts (null where unknown).
    engagement
        account, ts, views, likes, comments, shares (Float64).
    edges
        account (the source), other (UInt32 row number of the destination), ts, kind, weight.
    quarantine
        table, row (1 = first data row), column, value (cut), reason.
    features, categories
        Names of the numeric and of the categorical extra columns of `accounts`.
    notes
        What the input lacked or what was ignored, one sentence each.
    sources
        SHA-256 of each input file by file name.
    logs
        Where events came as a file per type: file, rows, duplicates (rows equal to an earlier one,
        removed), refused (other rows that are not in order), kept; otherwise None.
    judged
        account: those whose label is what people decided on a ring that was found. They were
        chosen by their score and are no sample of anything; None: there are none.
    """

    accounts: pl.DataFrame
    logins: pl.DataFrame
    messages: pl.DataFrame
    events: pl.DataFrame
    payments: pl.DataFrame
    engagement: pl.DataFrame
    edges: pl.DataFrame
    quarantine: pl.DataFrame
    features: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    logs: pl.DataFrame | None = None
    judged: pl.DataFrame | None = None
