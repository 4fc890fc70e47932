"""Truth and result side by side, one row per account of the truth."""

from __future__ import annotations

import polars as pl


def match(truth: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """Join a result to the truth.

    Parameters
    ----------
    truth
        See `read_truth`.
    scores
        account_id, risk, ring_id.

    Returns
    -------
    DataFrame
        The truth with risk (0 for accounts that the result lacks), placed (ring of the result,
        null for none), true_size and found_size (accounts of the true and of the found ring, null
        for none) and common (accounts that have both in common with this one, itself included).
        A found ring of one account is no ring.
    """
    known = scores.select("account_id", "risk", placed="ring_id")
    both = truth.join(known, "account_id", "left", maintain_order="left").with_columns(
        pl.col("risk").fill_null(0.0)
    )
    company = pl.len().over("placed") > 1
    both = both.with_columns(placed=pl.when(company).then("placed"))
    sizes = {
        "true_size": pl.when(pl.col("ring").is_not_null()).then(pl.len().over("ring")),
        "found_size": pl.when(pl.col("placed").is_not_null()).then(pl.len().over("placed")),
    }
    in_both = pl.col("ring").is_not_null() & pl.col("placed").is_not_null()
    common = pl.when(in_both).then(pl.len().over("ring", "placed")).otherwise(1)
    return both.with_columns(**sizes, common=common)


def hit() -> pl.Expr:
    """Whether an account's found ring holds most of its true ring and is mostly that ring."""
    twice = 2 * pl.col("common")
    found = (twice > pl.col("true_size")) & (twice > pl.col("found_size"))
    return found.fill_null(False)
