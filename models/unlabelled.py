"""Risk without any label: how odd an account is and how surprising the ring around it."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .stack import matrix_of

TREES = 200
ODDNESS_SHARE = 0.15
"""Weight of oddness among accounts; an odd account without a ring is rarely worth a look."""


def oddness(features: pl.DataFrame, *, seed: int) -> NDArray[np.float64]:
    """How easily an account is told apart from the others, in [0, 1] by rank.

    Isolation forest (Liu, Ting and Zhou, 2008) on features with missing values at the median.

    Parameters
    ----------
    features
        One row per account, numeric, null or NaN where missing.
    """
    from sklearn.ensemble import IsolationForest

    X = matrix_of(features, features.columns)
    X = X[:, ~np.isnan(X).all(axis=0)]
    if not X.size:
        return np.zeros(len(X))
    X = np.where(np.isnan(X), np.nanmedian(X, axis=0), X)
    forest = IsolationForest(n_estimators=TREES, random_state=seed).fit(X)
    return _rank(-forest.score_samples(X))


def unlabelled_risk(
    features: pl.DataFrame,
    surprise: NDArray[np.floating],
    propagated: NDArray[np.floating],
    *,
    seed: int,
) -> NDArray[np.float64]:
    """Rank accounts when no labels say what spam is.

    Parameters
    ----------
    features
        One row per account, numeric, null or NaN where missing.
    surprise
        -log10 of the chance that the account's ring came about by chance, 0 without a ring,
        shape (accounts,).
    propagated
        What reaches the account over links from surprising rings, in [0, 1], shape (accounts,).

    Returns
    -------
    risk in [0, 1], shape (accounts,). It orders accounts and is no probability: an account in a
    ring at surprise 6 gets at least .5 of the share that does not depend on oddness.
    """
    ring = np.asarray(surprise, dtype=np.float64)
    sure = ring / (ring + 6.0)
    linked = np.maximum(sure, np.clip(propagated, 0.0, 1.0) * sure.max(initial=0.0))
    odd = oddness(features, seed=seed)
    return np.asarray((1 - ODDNESS_SHARE) * linked + ODDNESS_SHARE * odd)


def _rank(values: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.stats import rankdata

    return np.asarray((rankdata(values) - 1) / max(len(values) - 1, 1))
