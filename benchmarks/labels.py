"""Few labels, none, wrong ones, and labels of old accounts alone: what is found, who is harmed.

A platform's labels are never the neat sample of a study. Each change takes labels away or turns
them; everything else of the world stays. The mark is the limit that a run holds by default.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import polars as pl
from _attacks.tables import changed
from _variants import Change, compare_variants

from ingest import Tables
from models.ring_scores import MAX_INNOCENTS_PER_1000


def few(tables: Tables, _: pl.DataFrame, rng: np.random.Generator, *, count: int) -> Tables:
    """Keep so many labels, drawn from those that there are."""
    known = tables.accounts["label"].is_not_null().arg_true().to_numpy()
    left = rng.choice(known, min(count, len(known)), replace=False)
    return _only(tables, pl.int_range(pl.len()).is_in(np.sort(left)))


def wrong(tables: Tables, _: pl.DataFrame, rng: np.random.Generator, *, share: float) -> Tables:
    """Turn each label with this probability."""
    turned = pl.lit(pl.Series(rng.random(tables.accounts.height) < share))
    label = pl.when(turned).then(1 - pl.col("label")).otherwise("label").cast(pl.Int8)
    return changed(tables, accounts=tables.accounts.with_columns(label=label))


def of_old_accounts(tables: Tables, _: pl.DataFrame, rng: np.random.Generator) -> Tables:
    """Keep the labels of accounts that signed up in the first half of all sign-ups."""
    del rng
    return _only(tables, pl.col("created_at") <= pl.col("created_at").median())


def none(tables: Tables, _: pl.DataFrame, rng: np.random.Generator) -> Tables:
    """Keep no label."""
    del rng
    return _only(tables, pl.lit(value=False))


def _only(tables: Tables, kept: pl.Expr) -> Tables:
    """The tables with the labels of some accounts."""
    label = pl.when(kept).then("label").otherwise(None).alias("label")
    return changed(tables, accounts=tables.accounts.with_columns(label))


CHANGES: dict[str, Change] = {
    "200 labels": partial(few, count=200),
    "no labels": none,
    "5% of the labels are wrong": partial(wrong, share=0.05),
    "labels of the older half alone": of_old_accounts,
}


def main() -> None:
    """Print the figures of each world and change; keep them as JSON."""
    compare_variants(__doc__, CHANGES, MAX_INNOCENTS_PER_1000)


if __name__ == "__main__":
    main()
