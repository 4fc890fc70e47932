"""Cells of new accounts, cleaned as `ingest` cleans them, without a table for each cell.

A cell that is plain enough that cleaning cannot but leave it (or lower its case) is taken at once;
all others go through the cleaners of `ingest`, together. Tests hold the short way to the long one.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

import polars as pl

from ingest.blanks import WORDS
from ingest.cells import clean_kind, prepare
from ingest.devices import PLACEHOLDERS
from ingest.emails import DOTS_IGNORED, SAME_MAILBOX
from ingest.phones import clean_phones

_ID = re.compile(r"[A-Za-z0-9._:@=+-]{1,256}")
_PART = r"[a-z0-9]{1,30}(?:-[a-z0-9]{1,30})?"
_EMAIL = re.compile(rf"[a-z0-9._+-]{{1,64}}@((?:{_PART}\.){{1,4}}[a-z]{{2,20}})")
_DEVICE = re.compile(r"[a-z0-9._:-]{4,200}")
_NUMBER = r"(?:[1-9]?[0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])"
_ADDRESS = re.compile(rf"{_NUMBER}(?:\.{_NUMBER}){{3}}")
_ADDRESS_6 = re.compile(r"[0-9A-Fa-f:]{2,39}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_NO_SIGN = re.compile(r"[^a-z0-9]")


class Mail(NamedTuple):
    """A mail address: as it is, its mailbox, its domain, and whether the provider is throw-away."""

    email: str
    mailbox: str
    domain: str
    disposable: bool


def clean_ids(cells: Iterable[str]) -> dict[str, str | None]:
    """Names of accounts and of payment instruments."""
    return _cleaned(cells, lambda cell: cell if _ID.fullmatch(cell) else None, "id")


def clean_names(cells: Iterable[str]) -> dict[str, str | None]:
    """User names."""
    return _cleaned(cells, lambda cell: cell if _ID.fullmatch(cell) else None, "username")


def clean_devices(cells: Iterable[str]) -> dict[str, str | None]:
    """Device identifiers."""
    return _cleaned(cells, _device, "device")


def clean_addresses(cells: Iterable[str]) -> dict[str, str | None]:
    """IP addresses."""
    return _cleaned(cells, _address, "ip")


def clean_countries(cells: Iterable[str]) -> dict[str, str | None]:
    """Countries."""
    return _cleaned(cells, _country, "country")


def clean_numbers(
    cells: Iterable[tuple[str, str | None]],
) -> dict[tuple[str, str | None], str | None]:
    """Phone numbers, each with the country that it is from if it does not say so."""
    found: dict[tuple[str, str | None], str | None] = {}
    rest = []
    for cell in set(cells):
        if _PHONE.fullmatch(cell[0]):
            found[cell] = _phone(cell[0])
        else:
            rest.append(cell)
    if rest:
        values, countries = zip(*rest, strict=True)
        text = pl.Series("phone", values, dtype=pl.String)
        regions = pl.Series("country", countries, dtype=pl.String)
        clean = clean_phones(prepare("phone", text), regions)
        found |= dict(zip(rest, clean, strict=True))
    return found


def clean_mails(cells: Iterable[str]) -> dict[str, Mail | None]:
    """Mail addresses."""
    found: dict[str, Mail | None] = {}
    rest = []
    for cell in set(cells):
        low = cell.lower() if cell.isascii() else ""
        plain = _EMAIL.fullmatch(low)
        if plain:
            found[cell] = _mail(low, plain[1])
        else:
            rest.append(cell)
    if rest:
        text = pl.Series("email", rest, dtype=pl.String)
        rows = clean_kind("email", "email", prepare("email", text)).iter_rows()
        found |= {
            cell: None if row[0] is None else Mail(*row)
            for cell, row in zip(rest, rows, strict=True)
        }
    return found


def says_nothing(cell: str, kind: str) -> bool:
    """Whether a cell counts as blank, which is no fault."""
    cell = cell.strip()
    # As `ingest.cells.prepare` has it.
    named = kind in ("country", "username", "text", "id")
    return not cell or (not named and cell.lower() in WORDS)


def _cleaned(
    cells: Iterable[str], plain: Callable[[str], str | None], kind: str
) -> dict[str, str | None]:
    found: dict[str, str | None] = {cell: plain(cell) for cell in set(cells)}
    rest = [cell for cell, clean in found.items() if clean is None]
    if rest:
        text = pl.Series(kind, rest, dtype=pl.String)
        found |= zip(rest, clean_kind(kind, kind, prepare(kind, text))[kind], strict=True)
    return found


def _device(cell: str) -> str | None:
    low = cell.lower() if cell.isascii() else ""
    core = _NO_SIGN.sub("", low)
    if not _DEVICE.fullmatch(low) or len(set(core)) < 2 or core in PLACEHOLDERS or low in WORDS:
        return None
    return low


def _address(cell: str) -> str | None:
    if _ADDRESS.fullmatch(cell):
        return cell
    if ":" not in cell or not _ADDRESS_6.fullmatch(cell):
        return None
    try:
        address = ipaddress.IPv6Address(cell)
    except ValueError:
        return None
    return str(address.ipv4_mapped or address)


def _country(cell: str) -> str | None:
    plain = len(cell) == 2 and cell.isascii() and cell.isalpha() and cell.upper() != "UK"
    return cell.upper() if plain else None


def _phone(cell: str) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(cell, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _mail(email: str, domain: str) -> Mail:
    local = email[: -len(domain) - 1]
    home = SAME_MAILBOX.get(domain, domain)
    box = local[: local.index("+", 1)] if "+" in local[1:] and local[0] != "+" else local
    if home in DOTS_IGNORED:
        box = box.replace(".", "")
    parent = domain.partition(".")[2]
    listed = _throw_away()
    return Mail(email, f"{box}@{home}", domain, domain in listed or parent in listed)


@cache
def _throw_away() -> frozenset[str]:
    from disposable_email_domains import blocklist

    return frozenset(blocklist)
