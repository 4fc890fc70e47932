"""Checks on what people type when they decide."""

from __future__ import annotations

from datetime import UTC, datetime

from ingest.errors import SettingsError

LONGEST = 2000
"""Characters of a name or reason."""


def text(value: str) -> str:
    """Return a reason on one line.

    Raises
    ------
    SettingsError
        It is too long.
    """
    plain = " ".join(value.split())
    if len(plain) > LONGEST:
        raise SettingsError(f"a text of {len(plain):,} characters; use at most {LONGEST:,}")
    return plain


def named(who: str) -> str:
    """Return the name of whoever decides.

    Raises
    ------
    SettingsError
        It is blank or too long.
    """
    if not who.strip():
        raise SettingsError("who decides? give a name")
    return text(who)


def now() -> str:
    """Return the time as decisions hold it: UTC, ISO 8601 to the second."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
