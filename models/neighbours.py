"""What the accounts around an account are like: aggregates of their features."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

WORDS = {
    "near_*.mean": "the accounts linked to it average {value:.2g} in {name}",
    "near_*.mean2": "the accounts two links away average {value:.2g} in {name}",
    "near_*.spread": "the accounts linked to it differ by {value:.2g} in {name}",
    "near_*.max": "the highest {name} among the accounts linked to it is {value:.2g}",
    "near_*.min": "the lowest {name} among the accounts linked to it is {value:.2g}",
}
"""Sentence per kind of column; see `models.features.words`."""


def neighbour_features(adjacency: csr_matrix, features: pl.DataFrame) -> pl.DataFrame:
    """Aggregate each feature over the accounts that an account is linked to.

    Parameters
    ----------
    adjacency
        Symmetric (accounts, accounts) weights of links, >= 0, empty diagonal.
    features
        One row per account, numeric, null or NaN where missing; missing values do not count.

    Returns
    -------
    Float32 columns of family "graph" for each feature `f` (a dot in the name becomes "_"):
    `near_f.mean` (weighted by link), `near_f.mean2` (mean of the neighbours' means, so two links
    away), `near_f.spread` (weighted standard deviation), `near_f.max` and `near_f.min`; null
    where no neighbour has a value.
    """
    weights, values = _matrices(adjacency, features)
    columns: dict[str, NDArray[np.float64]] = {}
    around = _Around(weights, values)
    means, spreads = around.means(), around.spreads()
    second = _Around(weights, means).means()
    for j, name in enumerate(features.columns):
        base = _base(name)
        high, low = _extremes(weights, values[:, j])
        columns |= {
            f"{base}.mean": means[:, j],
            f"{base}.mean2": second[:, j],
            f"{base}.spread": spreads[:, j],
            f"{base}.max": high,
            f"{base}.min": low,
        }
    return pl.DataFrame(columns).cast(pl.Float32).fill_nan(None)


def neighbour_means(adjacency: csr_matrix, features: pl.DataFrame) -> pl.DataFrame:
    """The columns `near_f.mean` of `neighbour_features` alone, at a fraction of their cost."""
    weights, values = _matrices(adjacency, features)
    means = _Around(weights, values).means()
    names = [f"{_base(name)}.mean" for name in features.columns]
    return pl.DataFrame(means, schema=names).cast(pl.Float32).fill_nan(None)


def _base(name: str) -> str:
    return "near_" + name.replace(".", "_")


def _matrices(
    adjacency: csr_matrix, features: pl.DataFrame
) -> tuple[csr_matrix, NDArray[np.float64]]:
    values = features.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return csr_matrix(adjacency, dtype=np.float64), values


class _Around:
    """Weighted moments over neighbours whose value is known."""

    def __init__(self, weights: csr_matrix, values: NDArray[np.float64]) -> None:
        present = ~np.isnan(values)
        self._weights = weights
        self._total = weights @ present.astype(np.float64)
        self._total[self._total == 0] = np.nan
        known = np.where(present, values, 0.0)
        self._center = known.sum(axis=0) / np.maximum(present.sum(axis=0), 1)
        # Against cancellation in the square.
        self._shifted = np.where(present, values - self._center, 0.0)
        self._mean = (weights @ self._shifted) / self._total

    def means(self) -> NDArray[np.float64]:
        """(accounts, features), NaN where nobody is known."""
        return np.asarray(self._mean + self._center)

    def spreads(self) -> NDArray[np.float64]:
        """Standard deviations, likewise."""
        square = (self._weights @ self._shifted**2) / self._total
        return np.asarray(np.sqrt(np.maximum(square - self._mean**2, 0.0)))


def _extremes(
    weights: csr_matrix, values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    linked = np.flatnonzero(np.diff(weights.indptr))
    high, low = np.full(len(values), np.nan), np.full(len(values), np.nan)
    if len(linked):
        near = values[weights.indices]
        starts = weights.indptr[linked]
        high[linked] = np.fmax.reduceat(near, starts)
        low[linked] = np.fmin.reduceat(near, starts)
    return high, low
