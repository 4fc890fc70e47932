"""Rules about when: speed of searching, and gaps that are constant, in progression or regular."""

from __future__ import annotations

import polars as pl

from ...features.frames import in_account_order
from .log import gaps_of
from .master import DAY

FAST = 100.0
"""Searches per day between the first and the last, above which an account searches fast."""
MANY = 0.97
"""An account searches much if it has more searches than this quantile of all accounts."""
FEWEST_GAPS = 3
NEAR_MODE, STEADY = 0.1, 60.0


def search_velocity(searches: pl.DataFrame, accounts: int) -> pl.DataFrame:
    """How fast each account searches, and whether that is fast and much.

    Parameters
    ----------
    searches
        Gaps between searches, from `gaps_of`.

    Returns
    -------
    pl.DataFrame
        One row per account in account order: velocity (searches per day between first and last;
        infinite where all are in one second, null without searches), fast (Boolean).
    """
    moment = pl.col("second")
    span = (moment.max() - moment.min()).truediv(DAY)
    own = searches.group_by("account").agg(
        searches=pl.len().cast(pl.Int64), velocity=pl.len().truediv(span)
    )
    many = own["searches"].quantile(MANY, "linear")
    fast = (pl.col("velocity") > FAST) & (pl.col("searches") > (many or 0.0))
    frame = in_account_order(own.with_columns(fast=fast), accounts)
    return frame.select("velocity", pl.col("fast").fill_null(value=False))


def progressions(searches: pl.DataFrame, fast: pl.Series) -> pl.DataFrame:
    """Rules on the gaps of fast searchers: all equal, or each following from the one before.

    Returns
    -------
    pl.DataFrame
        One row per account in account order, Boolean: constant_gap, arithmetic_progression
        (gaps grow by a constant), geometric_progression (by a constant ratio),
        fractional_progression (by a constant share). As in the document an account has at most
        one of the three progressions, the first that fits. At least three gaps are needed.
    """
    chosen = fast.arg_true().cast(pl.UInt32)
    gaps = searches.filter(pl.col("account").is_in(chosen.implode())).drop_nulls("gap")
    before = pl.col("gap").shift(1).over("account")
    steps = gaps.with_columns(
        step=pl.col("gap") - before,
        ratio=(pl.col("gap") / before).fill_nan(None),
        share=((pl.col("gap") / before) - 1).fill_nan(None),
    )
    one = {
        name: pl.col(column).drop_nulls().n_unique() == 1
        for name, column in {
            "constant": "gap",
            "arithmetic": "step",
            "geometric": "ratio",
            "fractional": "share",
        }.items()
    }
    enough = pl.len() >= FEWEST_GAPS
    found = steps.group_by("account").agg((enough & is_one).alias(n) for n, is_one in one.items())
    arithmetic, geometric = pl.col("arithmetic"), pl.col("geometric")
    named = found.select(
        "account",
        constant_gap="constant",
        arithmetic_progression=arithmetic,
        geometric_progression=~arithmetic & geometric,
        fractional_progression=~arithmetic & ~geometric & pl.col("fractional"),
    )
    return in_account_order(named, len(fast)).select(pl.all().fill_null(value=False))


def regular_gap(log: pl.DataFrame, kind: str, accounts: int) -> pl.Series:
    """Rule: the mean gap within 10 % of the most frequent gap, and a deviation below 60 s.

    At least three gaps are needed. Of gaps that are equally frequent the smallest counts.
    """
    gaps = gaps_of(log, kind).drop_nulls("gap")
    times = gaps.group_by("account", "gap").len().sort("len", "gap", descending=[True, False])
    mode = times.group_by("account", maintain_order=True).agg(pl.col("gap").first().alias("mode"))
    gap = pl.col("gap")
    own = gaps.group_by("account").agg(
        gap.sum().truediv(pl.len()).alias("mean"), gap.std().alias("spread"), pl.len().alias("n")
    )
    off = (pl.col("mean") - pl.col("mode")).abs() / pl.col("mode")
    steady = (off < NEAR_MODE) & (pl.col("spread") < STEADY) & (pl.col("n") >= FEWEST_GAPS)
    judged = own.join(mode, on="account").select(
        "account", (steady & (pl.col("mode") > 0)).alias(kind)
    )
    return in_account_order(judged, accounts)[kind].fill_null(value=False)
