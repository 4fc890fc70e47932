"""Put columns that say much the same into groups and make one column of each group.

After P. Mishra, "Correlated Feature Selection for Tweet Spam Classification" (2019): features are
grouped by Pearson correlation (equation 7) and each group becomes the product of its members. The
paper prints neither the rule of grouping nor any scaling; here groups come from average linkage on
1 - |correlation|, and members are brought to [0, 1] and turned to rise together before they are
multiplied, or a product of two opposite columns would say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .prepare import Preparation

GROUPS = 11
"""Groups of the paper."""


@dataclass(frozen=True)
class Grouping:
    """Groups of columns, learned from training rows.

    Attributes
    ----------
    members
        Places of the columns of each group.
    falls
        Whether a column falls when the first of its group rises, shape (columns,).
    median, low, span
        Filling and scaling of each column, shape (columns,).
    """

    members: tuple[tuple[int, ...], ...]
    falls: NDArray[np.bool_]
    median: NDArray[np.float64]
    low: NDArray[np.float64]
    span: NDArray[np.float64]

    def apply(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """Product of each group, in [0, 1]; shape (rows, groups)."""
        unit = np.clip((np.where(np.isnan(X), self.median, X) - self.low) / self.span, 0, 1)
        unit = np.where(self.falls, 1 - unit, unit)
        products = [unit[:, list(group)].prod(axis=1) for group in self.members]
        return np.column_stack(products).astype(np.float32)


@dataclass(frozen=True)
class Products:
    """Products of groups, scaled: what a model on products reads in place of the columns."""

    grouping: Grouping
    scale: Preparation

    def apply(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scaled product of each group; shape (rows, groups), no NaN."""
        return self.scale.apply(self.grouping.apply(X))


def fit_grouping(X: NDArray[np.float32], groups: int = GROUPS) -> Grouping:
    """Learn groups from training rows.

    Parameters
    ----------
    X
        Features, shape (rows, columns), NaN where missing.
    groups
        Groups at most; no more than there are columns.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    known = ~np.isnan(X).all(axis=0)
    median = np.zeros(X.shape[1])
    median[known] = np.nanmedian(X[:, known], axis=0)
    filled = np.where(np.isnan(X), median, X).astype(np.float64)
    matrix = correlation(filled)
    if X.shape[1] > 1:
        distance = squareform(np.clip(1 - np.abs(matrix), 0, 1), checks=False)
        place = fcluster(linkage(distance, "average"), groups, "maxclust")
    else:
        place = np.ones(1, dtype=int)
    found = [tuple(np.flatnonzero(place == number).tolist()) for number in np.unique(place)]
    members = tuple(sorted(found))
    falls = np.zeros(X.shape[1], dtype=bool)
    for group in members:
        falls[list(group)] = matrix[group[0], list(group)] < 0
    low = filled.min(axis=0)
    span = filled.max(axis=0) - low
    return Grouping(members, falls, median, low, np.where(span > 0, span, 1.0))


def correlation(X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pearson correlations, shape (columns, columns); 0 where a column is constant."""
    centred = X - X.mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    scaled = centred / np.where(size > 0, size, 1.0)
    matrix = scaled.T @ scaled
    np.fill_diagonal(matrix, 1.0)
    return np.asarray(np.clip(matrix, -1, 1))
