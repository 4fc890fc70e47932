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

LEVELS = (3.0, 4.0, 5.0)
"""Deviations from which a rise counts: low ones show weak waves, high ones leave less to chance."""
FEWEST = 3
"""Common beginnings that a pair needs."""
CROWD = 0.1
"""Moments at which a larger share of all accounts begins say nothing."""
LARGEST_CROWD = 1_000
CHANCE = 0.01
"""Pairs that may be found by chance among all pairs."""
BLOCK = 1_000
"""Accounts that are compared with all others at a time, so that memory stays small."""
Starts = NDArray[np.bool_]
Pairs = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.integer]]


def beginnings(found: Residuals) -> Starts:
    """Steps at which any metric rises above a level and none did the step before.

    Returns
    -------
    ndarray
        Shape (levels, n, steps).
    """
    metrics = [place for place, name in enumerate(found.channels) if "|" not in name]
    height = found.jumps[:, :, metrics].max(axis=2, initial=0)
    burst = np.stack([height > level for level in LEVELS])
    before = np.zeros_like(burst)
    before[..., 1:] = burst[..., :-1]
    return np.asarray(burst & ~before)


def engagement_waves(series: Series, starts: Starts) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Find pairs and groups of accounts in step.

    With n_i beginnings of account i, and the share q_t of the beginnings of all other accounts that
    fall on step t (drawn a little towards equal shares), two accounts have n_i n_j sum(q_t^2)
    common beginnings by chance; more are tested by Poisson and the number of pairs and levels
    (Bonferroni). Steps at which too many begin are left out.

    Parameters
    ----------
    series
        Series of the accounts.
    starts
        Their `beginnings`.

    Returns
    -------
    pairs
        a, b (row numbers, a < b), common (beginnings), expected, surprise (-log10 of the chance,
        before the number of pairs), first, last (of the common beginnings), moments (all of them);
        at the level that surprises most; sorted.
    members
        wave (from 0), account; waves are connected by pairs, the largest first.
    """
    found = pl.concat([_pairs(series, _uncrowded(level)) for level in starts])
    pairs = found.sort("a", "b", "surprise", descending=[False, False, True])
    pairs = pairs.unique(["a", "b"], keep="first", maintain_order=True)
    pairs = pairs.with_columns(
        first=pl.col("moments").list.first(), last=pl.col("moments").list.last()
    )
    pairs = pairs.select(pl.exclude("moments"), "moments")
    return pairs, _groups(series, pairs)


def _uncrowded(starts: Starts) -> Starts:
    few = starts.sum(axis=0) <= max(FEWEST, min(CROWD * len(starts), LARGEST_CROWD))
    return np.asarray(starts & few)


def _pairs(series: Series, starts: Starts) -> pl.DataFrame:
    """Pairs in step by the beginnings of one level, shape (n, steps)."""
    a, b, times = _often_together(starts)
    expected = _by_chance(starts, a, b, times)
    surprise = -poisson.logsf(times - 1, expected) / np.log(10)
    tested = max(len(starts) * (len(starts) - 1) / 2, 1) * len(LEVELS)
    sure = surprise > np.log10(tested / CHANCE)
    a, b, times, expected, surprise = (x[sure] for x in (a, b, times, expected, surprise))
    steps = (np.flatnonzero(both) for both in starts[a] & starts[b])
    moments = pl.Series([series.moments[at].tolist() for at in steps], dtype=pl.List(pl.Int64))
    return pl.DataFrame(
        {
            "a": series.accounts[a], "b": series.accounts[b], "common": times,
            "expected": expected, "surprise": surprise,
        }
    ).with_columns(
        moments=moments.list.eval(pl.from_epoch(pl.element(), "s").cast(pl.Datetime("us")))
    )  # fmt: skip


def _often_together(starts: Starts) -> Pairs:
    """Pairs with at least `FEWEST` common beginnings, a < b, and how many these are."""
    matrix = csr_matrix(starts, dtype=np.int32)
    parts = []
    for begin in range(0, len(starts), BLOCK):
        common = triu(matrix[begin : begin + BLOCK] @ matrix.T, k=begin + 1).tocoo()
        often = common.data >= FEWEST
        parts.append((common.row[often] + begin, common.col[often], common.data[often]))
    a, b, times = (np.concatenate(part) for part in zip(*parts, strict=True))
    return a, b, times


def _by_chance(
    starts: Starts,
    a: NDArray[np.integer],
    b: NDArray[np.integer],
    common: NDArray[np.integer],
) -> NDArray[np.float64]:
    """Expected common beginnings of each pair, by when the other accounts begin.

    Each account adds one beginning at no particular time: where few begin at all, those few do not
    tell when one begins.
    """
    n, steps = starts.shape
    crowd = starts.sum(axis=0).astype(np.float64)
    own, among = starts.sum(axis=1).astype(np.float64), starts @ crowd
    others = (crowd**2).sum() - 2 * (among[a] + among[b]) + own[a] + own[b] + 2 * common
    total = crowd.sum() - own[a] - own[b]
    meeting = (others + (2 * total + n) * n / steps) / (total + n) ** 2
    return np.asarray(own[a] * own[b] * meeting)


def _groups(series: Series, pairs: pl.DataFrame) -> pl.DataFrame:
    n = len(series.accounts)
    ends = [np.searchsorted(series.accounts, pairs[end].to_numpy()) for end in ("a", "b")]
    joined = csr_matrix((np.ones(pairs.height), tuple(ends)), shape=(n, n))
    _, group = connected_components(joined, False)
    frame = pl.DataFrame({"group": group, "account": series.accounts})
    frame = frame.filter(pl.len().over("group") > 1)
    order = frame.group_by("group").agg(pl.len().alias("size"), pl.col("account").min())
    order = order.sort("size", "account", descending=[True, False]).with_row_index("wave")
    return (
        frame.join(order.select("group", "wave"), on="group")
        .select("wave", "account")
        .sort("wave", "account")
    )
