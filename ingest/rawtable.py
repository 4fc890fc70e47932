"""A table as read: text cells and row numbers, before anything is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from .errors import InputError
from .limits import MAX_COLUMNS, MAX_NAME_CHARS
from .quarantine import ROW


@dataclass(frozen=True)
class RawTable:
    """One input table as text.

    Attributes
    ----------
    name
        Table name in the contract.
    origin
        File or frame that it is from, for messages.
    frame
        String columns named as in the source, and `ROW` (UInt32, 1 = first data row).
    broken
        Lines that are not rows: `ROW`, value, reason.
    notes
        What had to be mended, in words.
    """

    name: str
    origin: str
    frame: pl.DataFrame
    broken: pl.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of the input, good or broken."""
        return self.frame.height + self.broken.height


NO_BROKEN = pl.DataFrame(schema={ROW: pl.UInt32, "value": pl.String, "reason": pl.String})
"""No broken line."""


def header_names(origin: str, names: Sequence[str]) -> list[str]:
    """Return usable column names: trimmed, unnamed ones numbered.

    Raises
    ------
    InputError
        Too many columns, or a name that occurs twice.
    """
    if len(names) > MAX_COLUMNS:
        raise InputError(
            f"{origin}: {len(names):,} columns, at most {MAX_COLUMNS:,} are read; "
            "leave out the ones that are not needed"
        )
    clean = []
    seen = set()
    for place, name in enumerate(names, start=1):
        trimmed = _mend(name).strip() or f"Unnamed: {place}"
        if len(trimmed) > MAX_NAME_CHARS:
            raise InputError(
                f"{origin}: the name of column {place} is longer than {MAX_NAME_CHARS} characters; "
                "is the first line a header?"
            )
        if trimmed in seen:
            raise InputError(
                f"{origin}: the column {trimmed[:80]!r} occurs twice; rename one of them"
            )
        seen.add(trimmed)
        clean.append(trimmed)
    return clean


def _mend(name: str) -> str:
    """Take away what no column name can hold: NULs, byte order marks, halves of surrogates."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\0", "").replace("\ufeff", "")
