"""How the cells of each kind of column are cleaned, and what is said about those that fail."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import polars as pl

from .addresses import clean_addresses
from .blanks import blank_to_null, trim
from .countries import clean_countries
from .devices import clean_devices
from .emails import clean_emails
from .labels import parse_labels
from .limits import MAX_AGENT_CHARS, MAX_ID_CHARS, MAX_TEXT_CHARS
from .numbers import parse_counts, parse_within
from .quarantine import ROW, ROW_KEPT, Quarantine
from .timestamps import parse_times
from .usernames import username_skeleton

REASONS = {
    "id": f"longer than {MAX_ID_CHARS} characters",
    "account": "no such account",
    "time": "not a time stamp (ISO 8601 or epoch seconds or milliseconds, 1971 to 2099)",
    "email": "not an email address",
    "username": f"longer than {MAX_ID_CHARS} characters",
    "phone": "not a phone number (without country code and country, a number has no meaning)",
    "country": "not a country",
    "label": "not a label (1 or spam, 0 or honest, blank for unknown)",
    "ip": "not an IP address",
    "device": "a placeholder or too long",
    "agent": f"longer than {MAX_AGENT_CHARS:,} characters",
    "text": f"longer than {MAX_TEXT_CHARS:,} characters",
    "token": f"longer than {MAX_ID_CHARS} characters",
    "count": "not a number of at least 0",
    "latitude": "not a number of degrees from -90 to 90",
    "longitude": "not a number of degrees from -180 to 180",
    "number": "not a number",
}
"""Reason in the quarantine per kind of column, for a cell that is filled but not valid."""

BLANK = "blank"
"""Reason for a required cell that is blank."""


def prepare(kind: str, values: pl.Series) -> pl.Series:
    """Strip white space and make blank cells null, as the kind understands blank."""
    if kind in ("country", "username", "text", "id", "account"):
        return trim(values)
    return blank_to_null(values)


def clean_kind(kind: str, name: str, values: pl.Series) -> pl.DataFrame:
    """Clean the prepared cells of one column.

    Parameters
    ----------
    kind
        Kind of the column (see `ingest.contract`); phones are cleaned apart, they need a country.
    name
        Contract name: the first column of the result.

    Returns
    -------
    Clean column and the columns derived from it; null in the first where the cell is not valid.
    """
    if kind == "email":
        return clean_emails(values)
    if kind == "ip":
        return clean_addresses(values)
    clean = _CLEANERS[kind](values).alias(name)
    if kind == "username":
        return pl.DataFrame([clean, username_skeleton(clean).alias("username_skeleton")])
    return pl.DataFrame([clean])


def report_cells(
    quarantine: Quarantine, table: str, column: str, kind: str, rows: pl.DataFrame
) -> None:
    """Report cells that are emptied while their row is kept.

    Parameters
    ----------
    rows
        `ROW` and value (the cell as it was) of the cells that failed.
    """
    reason = pl.lit(REASONS[kind] + ROW_KEPT)
    quarantine.add(table, column, rows.select(ROW, "value", reason=reason))


def _short(limit: int) -> Callable[[pl.Series], pl.Series]:
    """Refuse cells over a length."""

    def clean(values: pl.Series) -> pl.Series:
        fits = values.str.len_chars() <= limit
        return pl.select(pl.when(fits).then(values)).to_series()

    return clean


def _cut(limit: int) -> Callable[[pl.Series], pl.Series]:
    """Cut cells to a length."""

    def clean(values: pl.Series) -> pl.Series:
        return values.str.slice(0, limit)

    return clean


def _token(values: pl.Series) -> pl.Series:
    return _short(MAX_ID_CHARS)(values.str.to_lowercase())


_CLEANERS: dict[str, Callable[[pl.Series], pl.Series]] = {
    "id": _short(MAX_ID_CHARS),
    "account": _short(MAX_ID_CHARS),
    "time": parse_times,
    "username": _short(MAX_ID_CHARS),
    "country": clean_countries,
    "label": parse_labels,
    "device": clean_devices,
    "agent": _cut(MAX_AGENT_CHARS),
    "text": _cut(MAX_TEXT_CHARS),
    "token": _token,
    "count": parse_counts,
    "latitude": partial(parse_within, limit=90.0),
    "longitude": partial(parse_within, limit=180.0),
}
