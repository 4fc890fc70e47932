"""Rows of either engine as one table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl


def table(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> pl.DataFrame:
    """Return rows as a frame; types are those of the values, text where there is no row."""
    if not rows:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return pl.DataFrame(rows, schema=list(columns), orient="row", infer_schema_length=None)
