"""Bring features to one scale for models that are not trees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CLIP = 5.0
TAIL = 0.01
FLAGGED = 0.05


@dataclass(frozen=True)
class Scale:
    """Centre and spread per feature, learned once and applied to later tables.

    Attributes
    ----------
    columns
        Positions of the features that are used, shape (used,).
    center, spread
        Mean and standard deviation of a used feature without its outermost values, shape (used,).
    flagged
        Positions among the used features of those that were missing for many accounts (5 to
        95 %): they get a column that says so.
    """

    columns: NDArray[np.int64]
    center: NDArray[np.float32]
    spread: NDArray[np.float32]
    flagged: NDArray[np.int64]

    @property
    def width(self) -> int:
        """Columns of the result of `apply`."""
        return len(self.center) + len(self.flagged)

    def apply(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scaled features within ±5, 0 where missing, then one 0/1 column per flagged one."""
        X = X[:, self.columns]
        scaled = np.clip((X - self.center) / self.spread, -CLIP, CLIP)
        missing = np.isnan(X[:, self.flagged]).astype(np.float32)
        return np.hstack([np.nan_to_num(scaled, nan=0.0), missing])


def fit_scale(X: NDArray[np.float32], columns: NDArray[np.integer] | None = None) -> Scale:
    """Learn centre and spread; the outermost 1 % on each side do not count.

    Parameters
    ----------
    X
        Features, shape (accounts, features), NaN where missing.
    columns
        Positions of the features to use; all if None.
    """
    used = np.arange(X.shape[1]) if columns is None else np.asarray(columns, dtype=np.int64)
    X = X[:, used]
    missing = np.isnan(X)
    known = X[:, ~missing.all(axis=0)]
    center, spread = np.zeros(X.shape[1]), np.ones(X.shape[1])
    if known.size:
        low, high = np.nanquantile(known, [TAIL, 1 - TAIL], axis=0)
        inner = np.clip(known, low, high)
        present = np.flatnonzero(~missing.all(axis=0))
        center[present] = np.nanmean(inner, axis=0)
        deviation = np.nanstd(inner, axis=0)
        # A feature that hardly varies would be blown up to noise of size 1.
        spread[present] = np.where(deviation > 1e-6, deviation, 1.0)
    share = missing.mean(axis=0) if len(X) else np.zeros(X.shape[1])
    flagged = np.flatnonzero((share >= FLAGGED) & (share <= 1 - FLAGGED))
    return Scale(used, center.astype(np.float32), spread.astype(np.float32), flagged)
