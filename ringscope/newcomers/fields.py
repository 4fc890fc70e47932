"""From the fields of a form, a file or a request, one row an account, to clean values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import polars as pl

from graph.kinds import kinds
from ingest import InputError, parse_times
from ingest.cells import REASONS
from ingest.contract import ACCOUNTS, DERIVED
from ingest.limits import MAX_TEXT_CHARS, MAX_VALUE_CHARS

from . import cells

FIELDS = (
    "account_id", "created_at", "email", "username", "phone", "country", "device_id", "ip",
    "instrument_id", "ts", "text",
)  # fmt: skip
"""Columns that are read; several devices, addresses or instruments are separated by `;`. text is
what the account has written first."""
MOST_ROWS = 20_000
_OURS = {*ACCOUNTS.names, *FIELDS, *DERIVED}
_SEVERAL = {
    "device_id": ("device", cells.clean_devices),
    "ip": ("ip", cells.clean_addresses),
    "instrument_id": ("id", cells.clean_ids),
}

Row = Mapping[str, Any]
Use = tuple[str, str, float]
"""kind, value, and when it was used in days since 1970."""
Clean = TypeVar("Clean")


@dataclass(frozen=True)
class Fresh:
    """A new account, cleaned like any input.

    Attributes
    ----------
    account_id
        Its name; its place among the rows if it has none.
    mail, username, phone, country
        None where it has none, or one that cannot be read.
    uses
        Identifiers that link, and when they were used; each once.
    messages
        What it has written.
    further
        Columns beyond the contract, as text.
    refused
        column, value (cut) and reason of each cell that could not be read.
    """

    account_id: str
    mail: cells.Mail | None
    username: str | None
    phone: str | None
    country: str | None
    uses: tuple[Use, ...]
    messages: tuple[str, ...]
    further: Mapping[str, str | None]
    refused: tuple[dict[str, str], ...]


def days(moment: datetime) -> float:
    """Days since 1970."""
    return (moment - datetime(1970, 1, 1)).total_seconds() / 86_400


def read_newcomers(rows: Sequence[Row], *, now: datetime) -> list[Fresh]:
    """Clean new accounts.

    Parameters
    ----------
    rows
        Fields out of `FIELDS` as text, account_id among them, and further columns of the account
        table of the run. Devices, addresses, instruments and texts may also be lists of text.
    now
        When their devices, addresses and instruments were seen, where a row has no `ts`; and when
        they signed up, where it has no `created_at`.

    Raises
    ------
    InputError
        There is no account, or there are too many.
    """
    check_rows(rows)
    refused: list[list[dict[str, str]]] = [[] for _ in rows]
    names = _column(rows, "account_id", "id", cells.clean_ids, refused)
    mails = _column(rows, "email", "email", cells.clean_mails, refused)
    users = _column(rows, "username", "username", cells.clean_names, refused)
    countries = _column(rows, "country", "country", cells.clean_countries, refused)
    phones = _phones(rows, countries, refused)
    signups, seen = (_times(rows, name, now, refused) for name in ("created_at", "ts"))
    several = {name: _lists(rows, name, refused) for name in _SEVERAL}
    found = []
    for place, row in enumerate(rows):
        mail = mails[place]
        own = {
            "email_mailbox": mail and mail.mailbox,
            "email_domain": mail and mail.domain,
            "phone": phones[place],
        }
        many = {name: values[place] for name, values in several.items()}
        found.append(
            Fresh(
                account_id=names[place] or f"row {place + 1}",
                mail=mail,
                username=users[place],
                phone=phones[place],
                country=countries[place],
                uses=_uses(own, signups[place], many, seen[place]),
                messages=_messages(row.get("text")),
                further={name: cell for name, cell in row.items() if name not in _OURS},
                refused=tuple(refused[place]),
            )
        )
    return found


def check_rows(rows: Sequence[Row]) -> None:
    """Refuse rows that are no accounts, or too many.

    Raises
    ------
    InputError
        See `read_newcomers`.
    """
    if not rows or "account_id" not in rows[0]:
        raise InputError("no new account: give a column account_id and a row per account")
    if len(rows) > MOST_ROWS:
        raise InputError(f"{len(rows):,} new accounts; give at most {MOST_ROWS:,} at a time")


def _uses(
    own: Mapping[str, str | None], signup: float, many: Mapping[str, list[str]], seen: float
) -> tuple[Use, ...]:
    """What an account uses by kind: values of its own from its sign-up on, others when seen."""
    made = []
    for kind in kinds().values():
        if kind.table == "accounts" and (value := own.get(kind.column)):
            made.append((kind.name, value, signup))
        elif kind.table in ("logins", "payments"):
            made += [(kind.name, value, seen) for value in many.get(kind.column, ())]
    return tuple(dict.fromkeys(made))


def _messages(said: Any) -> tuple[str, ...]:
    every = [said] if isinstance(said, str) else said or ()
    return tuple(text[:MAX_TEXT_CHARS] for part in every if (text := _text(part).strip()))


def _column(
    rows: Sequence[Row],
    name: str,
    kind: str,
    clean: Callable[[Iterable[str]], dict[str, Clean | None]],
    refused: list[list[dict[str, str]]],
) -> list[Clean | None]:
    """One cell of each row."""
    given = [_text(row.get(name)) for row in rows]
    known = clean({cell for cell in given if cell})
    for place, cell in enumerate(given):
        if cell and known[cell] is None:
            _refuse(refused[place], name, kind, cell)
    return [known[cell] if cell else None for cell in given]


def _phones(
    rows: Sequence[Row], countries: list[str | None], refused: list[list[dict[str, str]]]
) -> list[str | None]:
    given = [
        (number, country) if (number := _text(row.get("phone"))) else None
        for row, country in zip(rows, countries, strict=True)
    ]
    known = cells.clean_numbers({cell for cell in given if cell})
    for place, cell in enumerate(given):
        if cell and known[cell] is None:
            _refuse(refused[place], "phone", "phone", cell[0])
    return [known[cell] if cell else None for cell in given]


def _lists(rows: Sequence[Row], name: str, refused: list[list[dict[str, str]]]) -> list[list[str]]:
    """The cells of a column that may hold several."""
    kind, clean = _SEVERAL[name]
    given = [_several(row.get(name)) for row in rows]
    known = clean({cell for some in given for cell in some})
    made = []
    for place, some in enumerate(given):
        for cell in some:
            if known[cell] is None:
                _refuse(refused[place], name, kind, cell)
        made.append([value for cell in some if (value := known[cell])])
    return made


def _several(cell: Any) -> list[str]:
    parts = cell.split(";") if isinstance(cell, str) else cell or ()
    return [text for part in parts if (text := _text(part))]


def _times(
    rows: Sequence[Row], name: str, now: datetime, refused: list[list[dict[str, str]]]
) -> list[float]:
    """Days since 1970 of each row."""
    given = [_text(row.get(name)) for row in rows]
    if not any(given):
        return [days(now)] * len(rows)
    times = parse_times(pl.Series(name, given, dtype=pl.String))
    for place, (cell, time) in enumerate(zip(given, times, strict=True)):
        if cell and time is None:
            _refuse(refused[place], name, "time", cell)
    return [days(time or now) for time in times]


def _refuse(refused: list[dict[str, str]], column: str, kind: str, cell: str) -> None:
    if not cells.says_nothing(cell, kind):
        value, reason = cell.strip()[:MAX_VALUE_CHARS], REASONS[kind]
        refused.append({"column": column, "value": value, "reason": reason})


def _text(cell: str | None) -> str:
    """A cell as `ingest` reads it: NUL is no letter."""
    return (cell or "").replace("\0", "")
