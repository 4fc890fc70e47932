"""What a team finds that reviews so many rings in a day, the riskiest first."""

from __future__ import annotations

import polars as pl

from .matched import hit

A_DAY = (5, 10, 20, 50, 100)
"""Rings that teams of several sizes can review in a day."""


def review_curve(both: pl.DataFrame) -> pl.DataFrame:
    """Follow the review of one ring after the other, by falling mean risk of their accounts.

    Parameters
    ----------
    both
        See `matched.match`.

    Returns
    -------
    DataFrame
        One row per number of reviewed rings: rings, ring_id (the last one), guilty (share of them
        of which most accounts are spam), accounts (in them), spam, honest (of the accounts), found
        (true rings of which one of them holds most and little else).
    """
    rings = (
        both.drop_nulls("placed")
        .with_columns(hit=hit())
        .group_by(ring_id="placed")
        .agg(
            pl.col("risk").mean(),
            pl.len().alias("accounts"),
            pl.col("spam").sum().cast(pl.Int64),
            found=pl.col("hit").any().cast(pl.Int64),
        )
        .sort("risk", "ring_id", descending=[True, False])
    )
    guilty = (2 * pl.col("spam") > pl.col("accounts")).cast(pl.Int64).cum_sum()
    number = pl.int_range(1, pl.len() + 1)
    return rings.select(
        rings=number,
        ring_id="ring_id",
        guilty=guilty / number,
        accounts=pl.col("accounts").cum_sum(),
        spam=pl.col("spam").cum_sum(),
        honest=(pl.col("accounts").cast(pl.Int64) - pl.col("spam")).cum_sum(),
        found=pl.col("found").cum_sum(),
    )


def in_a_day(curve: pl.DataFrame) -> pl.DataFrame:
    """The rows of the curve for teams of several sizes, and for all rings."""
    return curve.filter(pl.col("rings").is_in(A_DAY) | (pl.col("rings") == pl.len()))
