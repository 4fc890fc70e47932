"""Engagement as an array: accounts by time steps by metrics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

METRICS = ("views", "likes", "comments", "shares")
DAY = 86_400
SHORTEST, MOST_STEPS = 48, 4_096
MOST_CELLS = 20_000_000
"""Accounts times steps at most: longer steps are taken where there would be more."""
Values = NDArray[np.float32]


@dataclass(frozen=True)
class Series:
    """Counts of all accounts on one grid of time.

    Attributes
    ----------
    accounts
        Row numbers of the accounts that have a series, rising; shape (n,).
    start, step
        Second of the first step since 1970, and seconds from step to step.
    values
        Counts, shape (n, steps, metrics); NaN where there is no row or no count.
    metrics
        Names of the metrics that are known at all, in the order of METRICS.
    """

    accounts: NDArray[np.uint32]
    start: int
    step: int
    values: Values
    metrics: tuple[str, ...]

    @property
    def hours(self) -> NDArray[np.int64]:
        """Hour of the day (UTC) of each step, shape (steps,)."""
        return np.asarray(self.moments % DAY // 3_600)

    @property
    def moments(self) -> NDArray[np.int64]:
        """Second since 1970 of each step, shape (steps,)."""
        return self.start + self.step * np.arange(self.values.shape[1], dtype=np.int64)

    def part(self, accounts: slice, steps: slice = slice(None)) -> Series:
        """Some accounts, or a part of the time."""
        return Series(
            self.accounts[accounts],
            int(self.moments[steps][0]),
            self.step,
            self.values[accounts, steps],
            self.metrics,
        )


def series_of(engagement: pl.DataFrame) -> Series:
    """Lay the rows of the engagement table on a grid.

    The step is the most frequent distance between rows of an account, at least as long as gives
    4,096 steps (fewer for many accounts); rows of one step are added up. Accounts with fewer than
    48 steps from their first to their last row are left out.

    Parameters
    ----------
    engagement
        Clean table: account, ts, views, likes, comments, shares; sorted by account and ts.
    """
    metrics = tuple(m for m in METRICS if engagement[m].null_count() < engagement.height)
    rows = engagement.select("account", pl.col("ts").dt.epoch("s").alias("second"), *metrics)
    if not rows.height:
        return Series(np.zeros(0, np.uint32), 0, 3_600, np.zeros((0, 0, 0), np.float32), metrics)
    step = _step(rows)
    span = pl.col("second").max() - pl.col("second").min()
    kept = rows.filter((span >= (SHORTEST - 1) * step).over("account"))
    number = pl.col("second").floordiv(step)
    first = int(rows.select(number.min()).item())
    summed = kept.group_by("account", (number - first).alias("place")).agg(
        pl.when(pl.col(m).count() > 0).then(pl.col(m).sum()).alias(m) for m in metrics
    )
    accounts = summed["account"].unique().sort().to_numpy().astype(np.uint32)
    steps = int(rows.select(number.max()).item()) - first + 1
    values = np.full((len(accounts), steps, len(metrics)), np.nan, dtype=np.float32)
    where = np.searchsorted(accounts, summed["account"].to_numpy())
    values[where, summed["place"].to_numpy()] = summed.select(metrics).to_numpy()
    return Series(accounts, first * step, step, values, metrics)


def _step(rows: pl.DataFrame) -> int:
    same = pl.col("account") == pl.col("account").shift(1)
    gap = rows.select(pl.when(same).then(pl.col("second").diff()).alias("gap"))
    counted = gap.filter(pl.col("gap") > 0).group_by("gap").len()
    counted = counted.sort("len", "gap", descending=True)
    usual = int(counted["gap"][0]) if counted.height else 3_600
    span = int(rows.select(pl.col("second").max() - pl.col("second").min()).item())
    most = min(MOST_STEPS, max(2 * SHORTEST, MOST_CELLS // rows["account"].n_unique()))
    return max(usual, -(-span // most), 60)
