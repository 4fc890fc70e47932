"""Stock phrases: texts that many use, at any time, without having anything to do with each other.

A phrase that defines its own template cannot be told from a kit by its words, since nobody outside
the template uses them. It can be told by time: those who run accounts create them in weeks, those
who copy a phrase sign up whenever people sign up.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

ENOUGH = 15
"""Senders with a sign-up time from which their times tell."""
WINDOW = 7.0
"""Days within which two sign-ups count as close."""
SURE = 3.0
"""Standard deviations by which close pairs have to exceed what any accounts would show."""
_DAY = 86_400e6


def stock_phrases(senders: pl.DataFrame, created_at: pl.Series) -> pl.Series:
    """Find the templates whose senders sign up like anybody else.

    The number of pairs of senders that signed up within `WINDOW` is compared with a Poisson law
    at the share of such pairs among all accounts.

    Parameters
    ----------
    senders
        template (UInt32), account; one row each.
    created_at
        Sign-up per account; null where unknown.

    Returns
    -------
    Series
        Numbers of the templates that are stock phrases, sorted.
    """
    times = created_at.drop_nulls().dt.epoch("us").to_numpy() / _DAY
    if len(times) < 2:
        return pl.Series("template", [], dtype=pl.UInt32)
    chance = _close(np.sort(times)) / (len(times) * (len(times) - 1) / 2)
    found = []
    days = pl.lit(created_at.dt.epoch("us") / _DAY).gather("account").alias("day")
    timed = senders.with_columns(days).drop_nulls("day")
    timed = timed.filter(pl.len().over("template") >= ENOUGH).sort("template", "day")
    for (template,), rows in timed.group_by(["template"], maintain_order=True):
        count = rows.height
        expected = chance * count * (count - 1) / 2
        if _close(rows["day"].to_numpy()) < expected + SURE * np.sqrt(expected):
            found.append(template)
    return pl.Series("template", found, dtype=pl.UInt32)


def _close(days: NDArray[np.float64]) -> int:
    """Pairs of sorted times that are at most `WINDOW` apart."""
    last = np.searchsorted(days, days + WINDOW, side="right")
    return int((last - np.arange(len(days)) - 1).sum())
