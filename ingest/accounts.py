"""The accounts table: one clean row per account."""

from __future__ import annotations

import polars as pl

from .cells import prepare
from .contract import ACCOUNTS
from .extras import Extras, clean_extras
from .phones import clean_phones
from .quarantine import ROW, Quarantine
from .rows import drop_duplicates, optional, report_failed, require

DOUBLE = "duplicate account id"
"""Reason for rows of an account that has another row."""

COLUMNS = (
    "account_id",
    "created_at",
    "email",
    "email_mailbox",
    "email_domain",
    "email_disposable",
    "username",
    "username_skeleton",
    "phone",
    "country",
    "label",
)
"""Columns of the clean accounts table before the extra ones."""


def clean_accounts(
    frame: pl.DataFrame, quarantine: Quarantine, region: str | None
) -> tuple[pl.DataFrame, Extras]:
    """Clean the accounts table.

    Parameters
    ----------
    frame
        String columns with contract names, and `ROW`.
    region
        Two-letter country of phone numbers in accounts without a country.

    Returns
    -------
    Clean table sorted by account_id, and what became of the extra columns. Of several rows of
    one account the smallest by content is kept, wherever it stands in the file.
    """
    frame = drop_duplicates("accounts", frame, quarantine)
    frame = require("accounts", ACCOUNTS.column("account_id"), frame, quarantine)
    frame = _one_row_each(frame, quarantine)
    extras = clean_extras(frame, quarantine)
    for name in ("created_at", "email", "username", "country", "label"):
        frame = optional("accounts", ACCOUNTS.column(name), frame, quarantine)
    frame = _phones(frame, quarantine, region)
    clean = frame.select(COLUMNS).hstack(extras.frame.get_columns())
    return clean.sort("account_id"), extras


def _one_row_each(frame: pl.DataFrame, quarantine: Quarantine) -> pl.DataFrame:
    if not frame["account_id"].is_duplicated().any():
        return frame
    others = sorted(set(frame.columns) - {ROW, "account_id"})
    filled = [pl.col(name).replace("", None) for name in others]
    ordered = frame.sort("account_id", *filled, ROW, nulls_last=True)
    return quarantine.refuse(
        "accounts", "account_id", ordered, ordered["account_id"].is_first_distinct(), DOUBLE
    )


def _phones(frame: pl.DataFrame, quarantine: Quarantine, region: str | None) -> pl.DataFrame:
    column = ACCOUNTS.column("phone")
    if column.name not in frame.columns:
        return frame.with_columns(phone=pl.lit(None, dtype=pl.String))
    values = prepare(column.kind, frame["phone"])
    clean = clean_phones(values, frame["country"], region)
    lost = values.is_not_null() & clean.is_null()
    report_failed("accounts", column, frame, values, lost, quarantine)
    return frame.with_columns(clean)
