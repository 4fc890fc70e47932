"""Bring features to normal scores, so that distance counts ranks and not units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KNOTS = 513
"""Quantiles that stand for a feature's distribution."""
OUTERMOST = 1e-3
"""Ranks are cut at this share from either end: ±3.1 standard deviations."""


@dataclass(frozen=True)
class NormalScores:
    """Distribution of each feature, learned once and applied to later tables.

    Attributes
    ----------
    columns
        Positions of the features that are used, shape (used,).
    knots
        Quantiles of the known values at even shares, shape (`KNOTS`, used).
    center, spread
        Mean and standard deviation of the scores over the known values, shape (used,).
    """

    columns: NDArray[np.int64]
    knots: NDArray[np.float32]
    center: NDArray[np.float32]
    spread: NDArray[np.float32]

    def apply(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scores of mean 0 and variance 1 where fitted, 0 where missing; (accounts, used)."""
        scaled = (_scores(X[:, self.columns], self.knots) - self.center) / self.spread
        return np.where(np.isnan(scaled), np.float32(0), scaled)


def fit_normal_scores(
    X: NDArray[np.float32], columns: NDArray[np.integer] | None = None
) -> NormalScores:
    """Learn the distribution of each feature.

    Rank-based inverse normal transformation (van der Waerden scores); equal values share the
    middle of their ranks.

    Parameters
    ----------
    X
        Features, shape (accounts, features), NaN where missing.
    columns
        Positions of the features to use; all if None.
    """
    used = np.arange(X.shape[1]) if columns is None else np.asarray(columns, dtype=np.int64)
    X, width = X[:, used], len(used)
    shares = np.linspace(0, 1, KNOTS)
    knots = np.zeros((KNOTS, width), dtype=np.float32)
    center, spread = np.zeros(width, np.float32), np.ones(width, np.float32)
    for j, column in enumerate(X.T):
        known = column[~np.isnan(column)]
        if not len(known):
            continue
        knots[:, j] = np.quantile(known, shares)
        scores = _scores(known[:, None], knots[:, j : j + 1])
        center[j] = scores.mean()
        deviation = scores.std()
        # A feature that hardly varies would be blown up to noise of size 1.
        spread[j] = deviation if deviation > 1e-6 else 1.0
    return NormalScores(used, knots, center, spread)


def _scores(X: NDArray[np.float32], knots: NDArray[np.float32]) -> NDArray[np.float32]:
    from scipy.special import ndtri

    shares = np.linspace(0, 1, len(knots))
    result = np.empty(X.shape, dtype=np.float32)
    for j, (column, grid) in enumerate(zip(X.T, knots.T, strict=True)):
        # From below and from above: a value that fills several knots gets the middle of its ranks.
        low = np.interp(column, grid, shares)
        high = 1 - np.interp(-column, -grid[::-1], shares)
        result[:, j] = ndtri(np.clip((low + high) / 2, OUTERMOST, 1 - OUTERMOST))
    return result
