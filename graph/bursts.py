"""Sign-up bursts: more accounts from one subnet in a short time than its own rate explains."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import poisson

from ingest import Tables

WINDOWS = (1 / 24, 0.25, 1.0, 2.0)
"""Days; each window is tested at each sign-up."""
MIN_ACCOUNTS = 3
MIN_SURPRISE = 3.0
"""-log10 of the chance, corrected for the windows tried in the subnet."""
_DAY = 86_400e6


def find_bursts(tables: Tables) -> pl.DataFrame:
    """Find sign-up bursts by a scan over each subnet's sign-ups.

    An account signs up from the subnet of its first login. In each window the number of sign-ups
    is compared with a Poisson law at the subnet's own rate outside the window (scan statistic,
    Kulldorff 1997, with the Bonferroni correction in place of a simulation). The most surprising
    windows that do not overlap are kept.

    Returns
    -------
    DataFrame
        account (UInt32), ts (sign-up), burst (text: subnet and first hour).
    """
    first = tables.logins.drop_nulls("subnet").sort("account", "ts", "subnet")
    first = first.unique("account", keep="first").select("account", "subnet")
    signups = (
        tables.accounts.select(
            pl.int_range(pl.len(), dtype=pl.UInt32).alias("account"), "created_at"
        )
        .join(first, "account")
        .drop_nulls()
        .sort("subnet", "created_at", "account")
    )
    if signups.is_empty():
        return _frame([])
    days = signups["created_at"].dt.epoch("us").to_numpy() / _DAY
    span = max(float(days.max() - days.min()), 1.0)
    subnets = signups["subnet"].rle_id().to_numpy()
    starts = np.searchsorted(subnets, np.arange(subnets[-1] + 2))
    found = []
    for begin, end in itertools.pairwise(starts.tolist()):
        if end - begin >= MIN_ACCOUNTS:
            for low, high in _scan(days[begin:end], span):
                found.append(_named(signups[begin + low : begin + high]))
    return _frame(found)


def _scan(days: NDArray[np.float64], span: float) -> list[tuple[int, int]]:
    """Return the surprising, disjoint runs [low, high) of one subnet's sorted sign-up days."""
    count = len(days)
    low = np.arange(count)
    candidates = []
    for window in WINDOWS:
        high = np.searchsorted(days, days + window, side="right")
        inside = high - low
        expected = np.maximum(count - inside, 0.5) * window / span
        # A window begins at a sign-up: only the others in it are a surprise.
        surprise = -poisson.logsf(inside - 2, expected) / np.log(10)
        surprise -= np.log10(count * len(WINDOWS))
        found = np.flatnonzero((surprise >= MIN_SURPRISE) & (inside >= MIN_ACCOUNTS))
        candidates += [(-float(surprise[i]), int(i), int(high[i])) for i in found]
    taken = np.zeros(count, dtype=bool)
    kept = []
    for _, begin, end in sorted(candidates):
        if not taken[begin:end].any():
            taken[begin:end] = True
            kept.append((begin, end))
    return kept


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    name = pl.format("{} from {}", "subnet", pl.col("created_at").min().dt.strftime("%Y-%m-%d %Hh"))
    return rows.select("account", ts="created_at", burst=name)


def _frame(found: list[pl.DataFrame]) -> pl.DataFrame:
    if found:
        return pl.concat(found)
    return pl.DataFrame(
        schema={"account": pl.UInt32(), "ts": pl.Datetime("us"), "burst": pl.String()}
    )
