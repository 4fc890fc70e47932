"""Numbers out of text."""

from __future__ import annotations

import polars as pl


def parse_numbers(values: pl.Series) -> pl.Series:
    """Parse text to Float64; null where the cell is blank, not a number or not finite."""
    numbers = values.str.strip_chars().cast(pl.Float64, strict=False)
    return pl.select(pl.when(numbers.is_finite()).then(numbers)).to_series().alias(values.name)


def parse_counts(values: pl.Series) -> pl.Series:
    """Parse text to Float64 of at least 0; null where it is not that."""
    numbers = parse_numbers(values)
    return pl.select(pl.when(numbers >= 0).then(numbers)).to_series().alias(values.name)


def parse_within(values: pl.Series, limit: float) -> pl.Series:
    """Parse text to Float64 in [-limit, limit]; null where it is not that."""
    numbers = parse_numbers(values)
    return pl.select(pl.when(numbers.abs() <= limit).then(numbers)).to_series().alias(values.name)
