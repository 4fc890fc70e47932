"""Which account uses which identifier, and the same tables with other identifiers in their place.

Identifiers are those that an operation can choose: devices, addresses, payment instruments, phone
numbers and mail addresses.
"""

from __future__ import annotations

import polars as pl

from ingest import Tables, clean_addresses
from ingest.emails import clean_emails

from .tables import changed

COLUMNS = {
    "device": ("logins", "device_id"),
    "ip": ("logins", "ip"),
    "instrument": ("payments", "instrument_id"),
    "phone": ("accounts", "phone"),
    "email": ("accounts", "email"),
}
"""Kind of identifier: table and column."""
ADDRESS = ("ip", "subnet", "ip_scope")
MAIL = ("email", "email_mailbox", "email_domain", "email_disposable")


def uses(tables: Tables) -> pl.DataFrame:
    """kind, account, value: each identifier that an account uses, once; sorted."""
    frames = [
        _numbered(tables, table)
        .select(pl.lit(kind).alias("kind"), "account", value=column)
        .drop_nulls("value")
        .unique()
        for kind, (table, column) in COLUMNS.items()
    ]
    return pl.concat(frames).sort("kind", "value", "account")


def deal(tables: Tables, given: pl.DataFrame) -> Tables:
    """Put other identifiers in place of some that accounts use.

    Parameters
    ----------
    tables
        Clean tables.
    given
        kind, account, value, new: at each place where the account uses the value, it uses the
        new one. What follows from a value (subnet, mailbox) follows from the new one.
    """
    frames: dict[str, pl.DataFrame] = {}
    for kind, (table, column) in COLUMNS.items():
        rows = given.filter(pl.col("kind") == kind).select("account", "new", **{column: "value"})
        if rows.is_empty():
            continue
        frame = frames.get(table, getattr(tables, table))
        numbered = frame if "account" in frame.columns else _with_numbers(frame)
        joined = numbered.join(rows, ["account", column], "left", maintain_order="left")
        joined = joined.with_columns(pl.coalesce("new", column).alias(column)).drop("new")
        frames[table] = _followed(joined, column).select(frame.columns)
    return changed(tables, **frames)


def _followed(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Derive anew what ingest derives from the column."""
    if column == "ip":
        return frame.with_columns(clean_addresses(frame["ip"]).select(ADDRESS))
    if column == "email":
        return frame.with_columns(clean_emails(frame["email"]).select(MAIL))
    return frame


def _numbered(tables: Tables, table: str) -> pl.DataFrame:
    frame: pl.DataFrame = getattr(tables, table)
    return _with_numbers(frame) if table == "accounts" else frame


def _with_numbers(accounts: pl.DataFrame) -> pl.DataFrame:
    return accounts.with_columns(account=pl.int_range(pl.len(), dtype=pl.UInt32))
