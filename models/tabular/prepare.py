"""Bring a table to what every model of the comparison can read: no gaps, one scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Preparation:
    """Medians, means and spreads of training rows.

    Attributes
    ----------
    median
        What a missing cell is taken for, shape (columns,).
    mean, spread
        Mean and standard deviation after filling, shape (columns,).
    """

    median: NDArray[np.float32]
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]

    def apply(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """Filled and scaled features, shape as given; no NaN."""
        filled = np.where(np.isnan(X), self.median, X)
        return np.ascontiguousarray((filled - self.mean) / self.spread, dtype=np.float32)


def fit_preparation(X: NDArray[np.float32]) -> Preparation:
    """Learn medians, means and spreads from training rows, shape (rows, columns).

    A column without any known value in these rows becomes 0.
    """
    known = ~np.isnan(X).all(axis=0)
    median = np.zeros(X.shape[1], np.float32)
    median[known] = np.nanmedian(X[:, known], axis=0)
    filled = np.where(np.isnan(X), median, X).astype(np.float64)
    spread = filled.std(axis=0)
    spread[spread < 1e-9] = 1.0
    return Preparation(median, filled.mean(axis=0).astype(np.float32), spread.astype(np.float32))
