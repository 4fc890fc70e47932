"""Engagement waves: accounts whose engagement jumps at the same moments, again and again.

A seller of engagement serves its customers by one job, so their bursts begin together. Two
accounts that share more beginnings than chance allows are linked. Chance knows in which hours
many accounts jump anyway: an hour counts by how rare a beginning in it is.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, triu
from scipy.sparse.csgraph import connected_components
from scipy.stats import poisson

from .expected import Residuals
from .series import Series

BURST = 3.0
FEWEST = 3
"""Common beginnings that a pair needs."""
CROWD = 0.1
"""Moments at which a larger share of all accounts jumps say nothing."""
LARGEST_CROWD = 200
CHANCE = 0.01
"""Pairs that may be found by chance among all pairs."""


def engagement_waves(series: Series, found: Residuals) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Find pairs and groups of accounts in step.

    With n_i beginnings of account i, and the share q_t of the beginnings of all other accounts that
    fall on step t, two accounts have n_i n_j sum(q_t^2) common beginnings by chance; more are
    tested by Poisson and the number of pairs (Bonferroni).

    Returns
    -------
    pairs
        a, b (row numbers, a < b), common (beginnings), expected, surprise (-log10 of the chance,
        before the number of pairs), first, last (moments of the common beginnings).
    members
        wave (from 0), account; waves are connected by pairs, the largest first.
    """
    starts = _beginnings(found, len(series.metrics))
    crowd = starts.sum(axis=0)
    starts[:, crowd > max(FEWEST, min(CROWD * len(starts), LARGEST_CROWD))] = False
    matrix = csr_matrix(starts, dtype=np.int32)
    common = triu(matrix @ matrix.T, k=1).tocoo()
    often = common.data >= FEWEST
    a, b, times = common.row[often], common.col[often], common.data[often]
    expected = _by_chance(starts, a, b, times)
    surprise = -poisson.logsf(times - 1, expected) / np.log(10)
    pairs = max(len(starts) * (len(starts) - 1) / 2, 1)
    sure = surprise > np.log10(pairs / CHANCE)
    a, b, times, expected, surprise = (x[sure] for x in (a, b, times, expected, surprise))
    first, last = _moments(starts, a, b, series.moments)
    frame = pl.DataFrame(
        {
            "a": series.accounts[a], "b": series.accounts[b], "common": times,
            "expected": expected, "surprise": surprise, "first": first, "last": last,
        }
    ).sort("a", "b")  # fmt: skip
    frame = frame.with_columns(pl.from_epoch(pl.col("first", "last"), "s").cast(pl.Datetime("us")))
    return frame, _groups(series, a, b)


def _by_chance(
    starts: NDArray[np.bool_],
    a: NDArray[np.integer],
    b: NDArray[np.integer],
    common: NDArray[np.integer],
) -> NDArray[np.float64]:
    """Expected common beginnings of each pair, by when the other accounts begin."""
    crowd = starts.sum(axis=0).astype(np.float64)
    own, among = starts.sum(axis=1).astype(np.float64), starts @ crowd
    others = (crowd**2).sum() - 2 * (among[a] + among[b]) + own[a] + own[b] + 2 * common
    total = np.maximum(crowd.sum() - own[a] - own[b], 1)
    meeting = np.maximum(others / total**2, 1 / starts.shape[1])
    return np.asarray(own[a] * own[b] * meeting)


def _beginnings(found: Residuals, metrics: int) -> NDArray[np.bool_]:
    """Steps at which any metric jumps and none did the step before, shape (n, steps)."""
    burst = np.asarray(np.any(found.jumps[:, :, :metrics] > BURST, axis=2))
    before = np.zeros_like(burst)
    before[:, 1:] = burst[:, :-1]
    return np.asarray(burst & ~before)


def _moments(
    starts: NDArray[np.bool_],
    a: NDArray[np.integer],
    b: NDArray[np.integer],
    moments: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last common beginning of each pair."""
    both = starts[a] & starts[b]
    last = both.shape[1] - 1 - both[:, ::-1].argmax(axis=1) if len(a) else both.argmax(axis=1)
    return moments[both.argmax(axis=1)], moments[last]


def _groups(series: Series, a: NDArray[np.integer], b: NDArray[np.integer]) -> pl.DataFrame:
    n = len(series.accounts)
    _, group = connected_components(csr_matrix((np.ones(len(a)), (a, b)), shape=(n, n)), False)
    frame = pl.DataFrame({"group": group, "account": series.accounts})
    frame = frame.filter(pl.len().over("group") > 1)
    order = frame.group_by("group").agg(pl.len().alias("size"), pl.col("account").min())
    order = order.sort("size", "account", descending=[True, False]).with_row_index("wave")
    return (
        frame.join(order.select("group", "wave"), on="group")
        .select("wave", "account")
        .sort("wave", "account")
    )
