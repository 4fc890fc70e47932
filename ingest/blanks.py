"""Cells that say nothing."""

from __future__ import annotations

import polars as pl

WORDS = (
    "",
    "na",
    "n/a",
    "#n/a",
    "nan",
    "nat",
    "null",
    "none",
    "nil",
    "undefined",
    "unknown",
    "-",
    "?",
)
"""Cells that count as blank in optional columns, whatever their case."""


def trim(values: pl.Series) -> pl.Series:
    """Strip white space at both ends; an empty cell becomes null."""
    stripped = values.str.strip_chars()
    return pl.select(pl.when(stripped != "").then(stripped)).to_series().alias(values.name)


def blank_to_null(values: pl.Series) -> pl.Series:
    """Strip white space and make cells that say nothing (`WORDS`) null."""
    stripped = values.str.strip_chars()
    says_nothing = stripped.str.to_lowercase().is_in(WORDS)
    return pl.select(pl.when(~says_nothing).then(stripped)).to_series().alias(values.name)
