"""Poisoned labels: reports that were made to mislead."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest import Tables

from .tables import changed


def poison(
    tables: Tables, truth: pl.DataFrame, rng: np.random.Generator, *, share: float
) -> Tables:
    """Turn a share of all labels: half of them of spam, half of honest accounts.

    There are few labels of spam, so that hurts more than labels turned at random.
    """
    labels = tables.accounts.select("account_id", "label").with_row_index("row")
    known = labels.join(truth.select("account_id", "spam"), "account_id").drop_nulls("label")
    turned: list[int] = []
    for spam in (0, 1):
        right = known.filter((pl.col("spam") == spam) & (pl.col("label") == spam))["row"].sort()
        count = min(round(share * known.height / 2), right.len())
        turned += rng.choice(right.to_numpy(), count, replace=False).tolist()
    wrong = pl.int_range(pl.len()).is_in(sorted(turned))
    label = pl.when(wrong).then(1 - pl.col("label")).otherwise("label").cast(pl.Int8)
    return changed(tables, accounts=tables.accounts.with_columns(label=label))
