"""What there is to see in a table before any model: balance, gaps, correlations, components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..forest import fit_forest
from .prepare import fit_preparation
from .table import Table

STRONG = 0.8
"""Correlation from which two columns say much the same."""
SAMPLE = 30_000
"""Rows that importances are learned from, at most."""
TREES = 60
BINS = 24
DOTS = 1500
"""Rows of each class in the picture of components, at most."""


@dataclass(frozen=True)
class Exploration:
    """What `explore` found.

    Attributes
    ----------
    spam, honest
        Rows of each class.
    missing
        Missing cells by column, only of columns that have some.
    pairs
        Strongly correlated columns: (first, second, correlation), strongest first.
    importances
        Share of each column in the decisions of a forest, falling.
    separation
        Chance, per column, that spam lies above an honest row, in [0, 1]; .5 says nothing.
    histograms
        Per column: low and high end, and share of honest and of spam rows by bin.
    components
        Explained shares of the first two principal components.
    honest_dots, spam_dots
        Some rows in their plane, shape (rows, 2).
    """

    spam: int
    honest: int
    missing: dict[str, int]
    pairs: list[tuple[str, str, float]]
    importances: dict[str, float]
    separation: dict[str, float]
    histograms: dict[str, tuple[float, float, list[float], list[float]]]
    components: tuple[float, float]
    honest_dots: NDArray[np.float64]
    spam_dots: NDArray[np.float64]


def explore(table: Table, *, seed: int, threads: int = 1) -> Exploration:
    """Look at a labelled table.

    Parameters
    ----------
    table
        Result of `table.labelled`.
    seed
        Seed of the rows that are drawn and of the forest.
    """
    rng = np.random.default_rng(seed)
    gaps = np.isnan(table.X).sum(axis=0)
    X = fit_preparation(table.X).apply(table.X)
    components, honest_dots, spam_dots = _plane(X, table.labels, rng)
    return Exploration(
        spam=int((table.labels == 1).sum()),
        honest=int((table.labels == 0).sum()),
        missing={name: int(n) for name, n in zip(table.columns, gaps, strict=True) if n},
        pairs=correlated(table),
        importances=_importances(X, table, rng, seed, threads),
        separation=_separation(table),
        histograms={name: _histogram(table, i) for i, name in enumerate(table.columns)},
        components=components,
        honest_dots=honest_dots,
        spam_dots=spam_dots,
    )


def correlated(table: Table, least: float = STRONG) -> list[tuple[str, str, float]]:
    """Pairs of columns with a Pearson correlation of at least `least`, strongest first."""
    X = fit_preparation(table.X).apply(table.X).astype(np.float64)
    matrix = X.T @ X / len(X)
    first, second = np.nonzero(np.triu(np.abs(matrix) >= least, k=1))
    found = [
        (table.columns[a], table.columns[b], round(float(matrix[a, b]), 4))
        for a, b in zip(first, second, strict=True)
    ]
    return sorted(found, key=lambda pair: (-abs(pair[2]), pair))


def _importances(
    X: NDArray[np.float32], table: Table, rng: np.random.Generator, seed: int, threads: int
) -> dict[str, float]:
    rows = np.arange(len(X))
    if len(X) > SAMPLE:
        rows = np.sort(rng.choice(len(X), SAMPLE, replace=False))
        if len(np.unique(table.labels[rows])) < 2:
            rows = np.arange(len(X))
    forest = fit_forest(
        X[rows], table.labels[rows].astype(np.int32), seed=seed, trees=TREES, threads=threads
    )
    shares = forest.model.feature_importances_
    order = np.argsort(-shares, kind="stable")
    return {table.columns[i]: round(float(shares[i]), 6) for i in order}


def _separation(table: Table) -> dict[str, float]:
    from scipy.stats import rankdata

    spam = table.labels == 1
    filled = np.where(np.isnan(table.X), np.nanmedian(table.X, axis=0), table.X)
    found = {}
    for i, name in enumerate(table.columns):
        ranks = rankdata(filled[:, i])
        count = int(spam.sum())
        wins = ranks[spam].sum() - count * (count + 1) / 2
        found[name] = float(wins / (count * (len(spam) - count)))
    return found


def _histogram(table: Table, place: int) -> tuple[float, float, list[float], list[float]]:
    values = table.X[:, place].astype(np.float64)
    known = ~np.isnan(values)
    low, high = np.quantile(values[known], [0.0, 0.995])
    if high <= low:
        high = float(values[known].max())
    bins = min(BINS, max(len(np.unique(values[known])), 2))
    shares = []
    for label in (0, 1):
        held = np.clip(values[known & (table.labels == label)], low, high)
        count = np.histogram(held, bins=bins, range=(low, high))[0]
        shares.append((count / max(count.sum(), 1)).round(5).tolist())
    return float(low), float(high), shares[0], shares[1]


def _plane(
    X: NDArray[np.float32], labels: NDArray[np.int8], rng: np.random.Generator
) -> tuple[tuple[float, float], NDArray[np.float64], NDArray[np.float64]]:
    """Principal components of scaled columns, and some rows of each class in their plane."""
    values, vectors = np.linalg.eigh(X.T.astype(np.float64) @ X / len(X))
    plane = vectors[:, [-1, -2]] if X.shape[1] > 1 else np.hstack([vectors, 0 * vectors])
    # The sign of an eigenvector is arbitrary: let its largest entry be positive.
    plane = plane * np.sign(plane[np.abs(plane).argmax(axis=0), range(plane.shape[1])])
    dots = []
    for label in (0, 1):
        rows = np.flatnonzero(labels == label)
        pick = np.sort(rng.choice(rows, min(DOTS, len(rows)), replace=False))
        dots.append((X[pick] @ plane).astype(np.float64))
    shares = values / max(values.sum(), 1e-12)
    second = float(shares[-2]) if len(shares) > 1 else 0.0
    return (float(shares[-1]), second), dots[0], dots[1]
