"""How far a column's values have drifted: PSI of levels and of quantiles, and KS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import chi2

PSI_LIMIT = 0.25
"""Index from which a shift is called major, by custom; noise is added to it."""
KS_LIMIT = 0.1
"""Distance below which a shift is too small to tell, however certain."""
CERTAIN = 1e-6
"""Chance of a false alarm per column."""
STEP = 0.2
"""Part of the usual spread (5 % to 95 %) over which each value is smeared."""
BINS = 10
_LEAST = 1e-4

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Compared:
    """What a comparison came to.

    Attributes
    ----------
    psi, limit
        Population stability index, and what it must go beyond.
    ks
        Distance of Kolmogorov and Smirnov; None for levels.
    drifted
        Whether it is more than noise and more than little.
    words
        The figures in words.
    """

    psi: float
    limit: float
    ks: float | None
    drifted: bool
    words: str


def compare_levels(now: pl.DataFrame, past: pl.DataFrame) -> Compared:
    """Compare the levels of a text column with those of earlier nights.

    Parameters
    ----------
    now, past
        Rows of profiles with rows, missing, levels and shares: one for tonight, one per night.
    """
    share = _shares(now).rename({"share": "now"})
    usual = _shares(past).rename({"share": "then"})
    both = share.join(usual, "level", "full", coalesce=True).fill_null(0.0).sort("level")
    value = psi(both["now"].to_numpy(), both["then"].to_numpy())
    limit = PSI_LIMIT + _noise(both.height, _count(now), _count(past))
    moved = both.sort((pl.col("now") - pl.col("then")).abs(), "level", descending=[True, False])
    level, most, before = moved.select("level", "now", "then").row(0)
    words = f"{level!r} is {most:.0%} tonight and was {before:.0%} (PSI {value:.2f})"
    return Compared(round(value, 3), round(limit, 3), None, value > limit, words)


def compare_numbers(now: pl.DataFrame, past: pl.DataFrame) -> Compared:
    """Compare the quantiles of a column of numbers with those of earlier nights.

    Parameters
    ----------
    now, past
        Rows of profiles with rows, missing and quantiles: one for tonight, one per night.
    """
    tonight = np.asarray(now["quantiles"].to_list()[0])
    usual = np.concatenate([np.asarray(quantiles) for quantiles in past["quantiles"].to_list()])
    count, before = _count(now), _count(past)
    width = _width(usual)
    edges = np.unique(np.quantile(usual, np.linspace(0, 1, BINS + 1)[1:-1])) + width / 2
    value = psi(
        *(np.diff(_up_to(side, edges, width), prepend=0, append=1) for side in (tonight, usual))
    )
    limit = PSI_LIMIT + _noise(len(edges) + 1, count, before)
    ks = _distance(tonight, usual, width)
    sure = np.sqrt(-np.log(CERTAIN / 2) / 2 * (1 / count + 1 / before))
    drifted = value > limit and ks > max(KS_LIMIT, float(sure))
    middle, was = float(np.median(tonight)), float(np.median(usual))
    words = f"the median is {middle:.4g} tonight and was {was:.4g} (PSI {value:.2f}, KS {ks:.2f})"
    return Compared(round(value, 3), round(limit, 3), round(ks, 3), drifted, words)


def psi(now: Array, then: Array) -> float:
    """Population stability index of two lists of shares: the sum of (a - b) ln(a / b).

    Examples
    --------
    >>> round(psi(np.array([0.5, 0.5]), np.array([0.9, 0.1])), 2)
    0.88
    """
    a, b = np.maximum(now, _LEAST), np.maximum(then, _LEAST)
    return float(((a - b) * np.log(a / b)).sum())


def _shares(rows: pl.DataFrame) -> pl.DataFrame:
    """Mean share of each level over nights: level, share."""
    nights = rows.height
    spread = rows.select("levels", "shares").explode("levels", "shares")
    return spread.group_by(level="levels").agg(share=pl.col("shares").sum() / nights).sort("level")


def _count(rows: pl.DataFrame) -> int:
    """Values behind a comparison; nights of one growing table are not independent: the largest."""
    return int((rows["rows"].cast(pl.Int64) - rows["missing"].cast(pl.Int64)).to_numpy().max())


def _noise(bins: int, now: int, then: int) -> float:
    """What the index comes to by chance: chi-square of its bins over the numbers of values."""
    return float(chi2.ppf(1 - CERTAIN, max(bins - 1, 1)) * (1 / now + 1 / then))


def _width(usual: Array) -> float:
    """How far values are smeared: a small step of many equal values is no drift."""
    low, high = np.quantile(usual, [0.05, 0.95])
    spread = float(high - low) or float(np.ptp(usual)) or abs(float(low)) * 1e-6 or 1e-9
    return STEP * spread


def _up_to(values: Array, points: Array, width: float) -> Array:
    """Share of values up to each point, each value being smeared evenly over a width."""
    reached = np.clip((points[:, None] - values[None, :]) / width + 0.5, 0, 1)
    return np.asarray(reached.mean(axis=1), dtype=np.float64)


def _distance(one: Array, other: Array, width: float) -> float:
    """Greatest difference of two smeared distributions known by their quantiles."""
    known = np.quantile(np.concatenate([one, other]), np.linspace(0, 1, 4 * BINS + 1))
    points = np.unique(np.concatenate([known - width / 2, known, known + width / 2]))
    return float(np.abs(_up_to(one, points, width) - _up_to(other, points, width)).max())
