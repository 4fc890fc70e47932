"""The schema of each clean table: dtypes, ranges and what may be null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from .addresses import SCOPES
from .limits import MAX_AGENT_CHARS, MAX_ID_CHARS, MAX_TEXT_CHARS
from .tables import Tables
from .timestamps import EARLIEST, LATEST

if TYPE_CHECKING:
    import pandera.polars as pa

_TIME = pl.Datetime("us")

DTYPES: dict[str, dict[str, Any]] = {
    "accounts": {
        "account_id": pl.String,
        "created_at": _TIME,
        "email": pl.String,
        "email_mailbox": pl.String,
        "email_domain": pl.String,
        "email_disposable": pl.Boolean,
        "username": pl.String,
        "username_skeleton": pl.String,
        "phone": pl.String,
        "country": pl.String,
        "label": pl.Int8,
    },
    "logins": {
        "account": pl.UInt32,
        "ts": _TIME,
        "ip": pl.String,
        "subnet": pl.String,
        "ip_scope": pl.String,
        "device_id": pl.String,
        "user_agent": pl.String,
    },
    "messages": {"account": pl.UInt32, "ts": _TIME, "text": pl.String, "recipient_id": pl.String},
    "events": {"account": pl.UInt32, "ts": _TIME, "event_type": pl.String, "target_id": pl.String},
    "payments": {"account": pl.UInt32, "instrument_id": pl.String, "ts": _TIME},
    "engagement": {
        "account": pl.UInt32,
        "ts": _TIME,
        "views": pl.Float64,
        "likes": pl.Float64,
        "comments": pl.Float64,
        "shares": pl.Float64,
    },
    "edges": {
        "account": pl.UInt32,
        "other": pl.UInt32,
        "ts": _TIME,
        "kind": pl.String,
        "weight": pl.Float64,
    },
}
"""Columns and dtypes of the clean tables, in order (accounts: before the extra columns)."""

FURTHER: dict[str, dict[str, Any]] = {
    "logins": {
        "country": pl.String,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
        "network_listed": pl.Boolean,
    },
    "events": {"target_ts": _TIME, "amount": pl.Float64},
}
"""Columns and dtypes that a clean table has only where the input has them, after the others;
`network_listed` is from lists of networks (`ingest.networks`)."""

_FILLED = {
    "accounts": ("account_id",),
    "logins": ("account", "ts"),
    "messages": ("account", "ts", "text"),
    "events": ("account", "ts", "event_type"),
    "payments": ("account", "instrument_id"),
    "engagement": ("account", "ts"),
    "edges": ("account", "other"),
}


def empty_table(name: str) -> pl.DataFrame:
    """Return a clean table without rows."""
    return pl.DataFrame(schema=DTYPES[name])


def check_tables(tables: Tables) -> None:
    """Check every clean table against its schema.

    Raises
    ------
    pandera.errors.SchemaError
        A table breaks its schema: a fault of ringscope, since bad input is refused before.
    """
    for name in DTYPES:
        frame: pl.DataFrame = getattr(tables, name)
        extra = tables.features + tables.categories if name == "accounts" else ()
        schema(name, tables.accounts.height).validate(frame.drop(extra))
    dtypes = tables.accounts.schema
    wrong = [name for name in tables.features if dtypes[name] != pl.Float64]
    wrong += [name for name in tables.categories if dtypes[name] != pl.String]
    if wrong or set(dtypes) != {*DTYPES["accounts"], *tables.features, *tables.categories}:
        raise AssertionError(f"accounts: extra columns and their dtypes do not agree: {wrong}")


def schema(name: str, accounts: int) -> pa.DataFrameSchema:
    """Return the pandera schema of one clean table for this number of accounts."""
    import pandera.polars as pa

    columns = {
        column: pa.Column(
            dtype,
            _checks(column, accounts),
            nullable=column not in _FILLED[name],
            unique=column == "account_id",
            required=column in DTYPES[name],
        )
        for column, dtype in (DTYPES[name] | FURTHER.get(name, {})).items()
    }
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def _checks(column: str, accounts: int) -> list[pa.Check]:
    import pandera.polars as pa

    if column in ("account", "other"):
        return [pa.Check.lt(accounts)]
    if column in ("ts", "created_at", "target_ts"):
        return [pa.Check.in_range(EARLIEST, LATEST, include_max=False)]
    if column == "label":
        return [pa.Check.isin([0, 1])]
    if column == "ip_scope":
        return [pa.Check.isin(SCOPES)]
    if column in ("views", "likes", "comments", "shares", "weight", "amount"):
        return [pa.Check.ge(0)]
    if column in ("latitude", "longitude"):
        limit = 90 if column == "latitude" else 180
        return [pa.Check.in_range(-limit, limit)]
    if column == "phone":
        return [pa.Check.str_matches(r"^\+[0-9]{4,17}$")]
    limits = {"text": MAX_TEXT_CHARS, "user_agent": MAX_AGENT_CHARS}
    limits |= dict.fromkeys(
        ("account_id", "device_id", "instrument_id", "event_type"), MAX_ID_CHARS
    )
    if column in limits:
        return [pa.Check.str_length(1, limits[column])]
    return []
