"""Labels: what a platform knows about an account."""

from __future__ import annotations

import polars as pl

SPAM = ("1", "1.0", "true", "t", "yes", "y", "spam", "spammer", "bad", "banned", "fraud")
"""Cells that mean spam, whatever their case."""

HONEST = ("0", "0.0", "false", "f", "no", "n", "ham", "honest", "good", "ok", "legit")
"""Cells that mean honest, whatever their case."""


def parse_labels(values: pl.Series) -> pl.Series:
    """Parse text to 1 (spam), 0 (honest) or null (blank or not a label)."""
    words = values.str.strip_chars().str.to_lowercase()
    meaning = dict.fromkeys(SPAM, 1) | dict.fromkeys(HONEST, 0)
    return words.replace_strict(meaning, default=None, return_dtype=pl.Int8).alias(values.name)
