"""Further columns of the accounts table: numbers become features, few-valued text categories."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from .blanks import blank_to_null, trim
from .cells import REASONS
from .contract import ACCOUNTS, DERIVED
from .limits import MAX_ID_CHARS, MAX_LEVELS, NUMERIC_SHARE
from .numbers import parse_numbers
from .quarantine import ROW, ROW_KEPT, Quarantine


@dataclass(frozen=True)
class Extras:
    """The extra columns that are of use, and a sentence about those that are not."""

    frame: pl.DataFrame
    features: tuple[str, ...]
    categories: tuple[str, ...]
    notes: tuple[str, ...]


def clean_extras(frame: pl.DataFrame, quarantine: Quarantine) -> Extras:
    """Sort the extra columns of the accounts table into features, categories and the rest.

    A column is numeric when at least `NUMERIC_SHARE` of its filled cells are numbers; the other
    cells become null and are reported. A text column with at most `MAX_LEVELS` different values,
    none over `MAX_ID_CHARS`, is a category.
    """
    columns: list[pl.Series] = []
    features, categories = [], []
    ignored: dict[str, list[str]] = {}
    names = sorted(set(frame.columns) - {ROW, *ACCOUNTS.names})
    for name in names:
        why = _why_ignored(name, frame[name])
        if why:
            ignored.setdefault(why, []).append(name)
        elif (numbers := _numeric(name, frame, quarantine)) is not None:
            columns.append(numbers)
            features.append(name)
        elif _is_category(trim(frame[name])):
            columns.append(trim(frame[name]))
            categories.append(name)
        else:
            ignored.setdefault(f"more than {MAX_LEVELS} values, or long text", []).append(name)
    notes = [
        f"accounts: ignored {', '.join(repr(name[:60]) for name in some)} ({why})."
        for why, some in sorted(ignored.items())
    ]
    return Extras(pl.DataFrame(columns), tuple(features), tuple(categories), tuple(notes))


def _why_ignored(name: str, values: pl.Series) -> str:
    if name in DERIVED or name == "account":
        return "ringscope computes a column of this name"
    if name.startswith("Unnamed: "):
        return "no name"
    return "" if blank_to_null(values).count() else "blank"


def _is_category(values: pl.Series) -> bool:
    levels = values.drop_nulls().unique()
    return len(levels) <= MAX_LEVELS and bool((levels.str.len_chars() <= MAX_ID_CHARS).all())


def _numeric(name: str, frame: pl.DataFrame, quarantine: Quarantine) -> pl.Series | None:
    """Return the column as numbers, or None where it is not numeric."""
    cells = blank_to_null(frame[name])
    numbers = parse_numbers(cells)
    if numbers.count() < NUMERIC_SHARE * cells.count():
        return None
    lost = cells.is_not_null() & numbers.is_null()
    rows = pl.DataFrame({ROW: frame[ROW], "value": cells}).filter(lost)
    reason = pl.lit(REASONS["number"] + ROW_KEPT)
    quarantine.add("accounts", name, rows.with_columns(reason=reason))
    return numbers
