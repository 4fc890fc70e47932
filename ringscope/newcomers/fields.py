"""From the fields of a form, a file or a request, one row an account, to clean values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import polars as pl

from graph.kinds import kinds
from ingest import InputError
from ingest.cells import REASONS, clean_kind, prepare
from ingest.contract import ACCOUNTS, DERIVED, LOGINS, PAYMENTS
from ingest.limits import MAX_VALUE_CHARS
from ingest.phones import clean_phones

FIELDS = (
    "account_id", "created_at", "email", "username", "phone", "country", "device_id", "ip",
    "instrument_id", "ts", "text",
)  # fmt: skip
"""Columns that are read; several devices, addresses or instruments are separated by `;`. text is
what the account has written first."""
MOST_ROWS = 20_000
_OURS = {*ACCOUNTS.names, *FIELDS, *DERIVED, "row"}
_SEVERAL = {"device_id": LOGINS, "ip": LOGINS, "instrument_id": PAYMENTS}
_TEXT, _ROW = pl.String(), pl.UInt32()
_REFUSED: dict[str, Any] = {"row": _ROW, "column": _TEXT, "value": _TEXT, "reason": _TEXT}
_USES: dict[str, Any] = {"row": _ROW, "kind": _TEXT, "value": _TEXT, "at": pl.Datetime("us")}


@dataclass(frozen=True)
class Fresh:
    """New accounts, cleaned like any input.

    Attributes
    ----------
    accounts
        One row per account in the given order: account_id, created_at, email, email_mailbox,
        email_domain, email_disposable, username, username_skeleton, phone, country.
    further
        Columns beyond the contract, as text; in the same order.
    uses
        row, kind, value, at: an identifier and when it was used; each once.
    messages
        account (the row), text.
    refused
        row, column, value (cut), reason: cells that could not be read.
    """

    accounts: pl.DataFrame
    further: pl.DataFrame
    uses: pl.DataFrame
    messages: pl.DataFrame
    refused: pl.DataFrame


def read_newcomers(
    rows: pl.DataFrame, *, now: datetime, messages: pl.DataFrame | None = None
) -> Fresh:
    """Clean new accounts.

    Parameters
    ----------
    rows
        Text columns out of `FIELDS`, account_id among them, and further columns of the account
        table of the run. Devices, addresses and instruments may also be lists of text.
    now
        When their devices, addresses and instruments were seen, where a row has no `ts`; and when
        they signed up, where it has no `created_at`.
    messages
        account (row number, UInt32) and text of what they have written; the column `text` if None.

    Raises
    ------
    InputError
        There is no account, or there are too many.
    """
    check_rows(rows)
    many = [name for name, kind in rows.schema.items() if isinstance(kind, pl.List)]
    text = rows.drop("row", strict=False).with_row_index("row")
    text = text.with_columns(pl.exclude("row", *many).cast(pl.String))
    refused = [pl.DataFrame(schema=_REFUSED)]
    accounts = _accounts(text, now, refused)
    used = [accounts["row"], _times(text, "ts", now, refused).alias("at")]
    uses = _uses(text, accounts, pl.DataFrame(used), refused)
    if messages is None:
        messages = pl.DataFrame([text["row"].alias("account"), _cells(text, "text").alias("text")])
    if messages["text"].count():
        written = clean_kind("text", "text", prepare("text", messages["text"]))["text"]
        messages = messages.with_columns(written)
    further = [name for name in text.columns if name not in _OURS]
    return Fresh(
        accounts.drop("row"),
        text.select(further),
        uses,
        messages.drop_nulls(),
        pl.concat(refused),
    )


def check_rows(rows: pl.DataFrame) -> None:
    """Refuse rows that are no accounts, or too many.

    Raises
    ------
    InputError
        See `read_newcomers`.
    """
    if "account_id" not in rows.columns or rows.is_empty():
        raise InputError("no new account: give a column account_id and a row per account")
    if rows.height > MOST_ROWS:
        raise InputError(f"{rows.height:,} new accounts; give at most {MOST_ROWS:,} at a time")


def _accounts(text: pl.DataFrame, now: datetime, refused: list[pl.DataFrame]) -> pl.DataFrame:
    """Clean columns of the accounts; a row without a name of its own is called after its place."""
    columns = [text["row"]]
    for name in ("account_id", "email", "username", "country"):
        kind = ACCOUNTS.column(name).kind
        if not _given(text, name):
            columns += _nothing(kind, name).clear(text.height).get_columns()
            continue
        cells = prepare(kind, text[name])
        clean = clean_kind(kind, name, cells)
        _note(refused, text["row"], name, kind, cells, clean[name])
        columns += clean.get_columns()
    phones = _cells(text, "phone")
    if _given(text, "phone"):
        cells = prepare("phone", phones)
        phones = clean_phones(cells, columns[-1]).alias("phone")
        _note(refused, text["row"], "phone", "phone", cells, phones)
    accounts = pl.DataFrame([*columns, phones, _times(text, "created_at", now, refused)])
    if accounts["account_id"].null_count():
        place = pl.format("row {}", pl.col("row") + 1)
        return accounts.with_columns(pl.col("account_id").fill_null(place))
    return accounts


def _uses(
    text: pl.DataFrame, accounts: pl.DataFrame, when: pl.DataFrame, refused: list[pl.DataFrame]
) -> pl.DataFrame:
    """row, kind, value, at of every identifier that links, each once."""
    found = [pl.DataFrame(schema=_USES)]
    for kind in kinds().values():
        if kind.table == "accounts":
            if accounts[kind.column].count():
                of_accounts = accounts.select("row", value=kind.column, at="created_at")
                found.append(_named(of_accounts, kind.name))
        elif kind.column in _SEVERAL and _given(text, kind.column):
            found.append(_named(_each(text, kind.column, when, refused), kind.name))
    return pl.concat(found).unique().sort("row", "kind", "value")


def _named(values: pl.DataFrame, kind: str) -> pl.DataFrame:
    return values.drop_nulls("value").select("row", pl.lit(kind).alias("kind"), "value", "at")


def _each(
    text: pl.DataFrame, column: str, when: pl.DataFrame, refused: list[pl.DataFrame]
) -> pl.DataFrame:
    """One row per value of a column that may hold several."""
    kind = _SEVERAL[column].column(column).kind
    many = pl.col(column)
    if not isinstance(text.schema[column], pl.List):
        many = many.str.split(";")
    rows = (
        text.select("row", many)
        .explode(column, empty_as_null=True)
        .join(when, "row", maintain_order="left")
    )
    cells = prepare(kind, rows[column])
    clean = clean_kind(kind, column, cells)[column]
    _note(refused, rows["row"], column, kind, cells, clean)
    return rows.select("row", clean.alias("value"), "at")


def _times(
    text: pl.DataFrame, column: str, now: datetime, refused: list[pl.DataFrame]
) -> pl.Series:
    if not _given(text, column):
        return pl.repeat(now, text.height, dtype=pl.Datetime("us"), eager=True).alias(column)
    cells = prepare("time", text[column])
    clean = clean_kind("time", column, cells)[column]
    _note(refused, text["row"], column, "time", cells, clean)
    return clean.fill_null(now)


def _given(text: pl.DataFrame, column: str) -> bool:
    """Whether any row fills a column: what nobody gives is not cleaned, which takes its time."""
    return column in text.columns and text[column].null_count() < text.height


def _cells(text: pl.DataFrame, column: str) -> pl.Series:
    """A column; nothing but blanks where the rows lack it."""
    if column in text.columns:
        return text[column]
    return pl.Series(column, [None] * text.height, dtype=pl.String)


@cache
def _nothing(kind: str, name: str) -> pl.DataFrame:
    """What cleaning makes of a column: its own and the derived ones, without rows."""
    return clean_kind(kind, name, pl.Series([], dtype=pl.String))


def _note(
    refused: list[pl.DataFrame],
    rows: pl.Series,
    column: str,
    kind: str,
    cells: pl.Series,
    clean: pl.Series,
) -> None:
    """Note cells that were filled and could not be read."""
    if clean.null_count() == cells.null_count():
        return
    lost = cells.is_not_null() & clean.is_null()
    values: dict[str, Any] = {"row": rows.filter(lost), "column": column}
    values |= {"value": cells.filter(lost).str.slice(0, MAX_VALUE_CHARS), "reason": REASONS[kind]}
    refused.append(pl.DataFrame(values, schema=_REFUSED))
