"""From the fields of a form or a file, one row an account, to clean tables."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from ingest import InputError, Tables, read_tables

FIELDS = (
    "account_id", "created_at", "email", "username", "phone", "country", "device_id", "ip",
    "instrument_id", "ts",
)  # fmt: skip
"""Columns that are read; several devices, addresses or instruments are separated by `;`."""
MOST_ROWS = 20_000
_ACCOUNT = ("account_id", "created_at", "email", "username", "phone", "country")


def newcomer_tables(rows: pl.DataFrame, *, now: datetime) -> Tables:
    """Clean new accounts like any input.

    Parameters
    ----------
    rows
        Text columns out of `FIELDS`, account_id among them; others are ignored.
    now
        When their devices, addresses and instruments were seen, where a row has no `ts`; and when
        they signed up, where it has no `created_at`.

    Raises
    ------
    InputError
        There is no account, there are too many, or the input contract is not met.
    """
    if "account_id" not in rows.columns or rows.is_empty():
        raise InputError("no new account: give a column account_id and a row per account")
    if rows.height > MOST_ROWS:
        raise InputError(f"{rows.height:,} new accounts; give at most {MOST_ROWS:,} at a time")
    moment = now.isoformat()
    text = rows.with_columns(
        pl.col(name).cast(pl.String).replace("", None)
        if name in rows.columns
        else pl.lit(None, dtype=pl.String).alias(name)
        for name in FIELDS
    ).select(FIELDS)
    text = text.with_columns(pl.col("ts").fill_null(moment), pl.col("created_at").fill_null(moment))
    given: dict[str, pl.DataFrame] = {"accounts": text.select(_ACCOUNT)}
    logins = pl.concat(
        [
            _each(text, "device_id").with_columns(ip=pl.lit(None, dtype=pl.String)),
            _each(text, "ip").select(
                "account_id", "ts", device_id=pl.lit(None, dtype=pl.String), ip="ip"
            ),
        ]
    )
    payments = _each(text, "instrument_id")
    if logins.height:
        given["logins"] = logins
    if payments.height:
        given["payments"] = payments
    return read_tables(given, max_bad_share=1.0)


def _each(text: pl.DataFrame, column: str) -> pl.DataFrame:
    """One row per value of a column that may hold several."""
    return (
        text.select("account_id", "ts", pl.col(column).str.split(";"))
        .explode(column, empty_as_null=True)
        .with_columns(pl.col(column).str.strip_chars().replace("", None))
        .drop_nulls(column)
    )
