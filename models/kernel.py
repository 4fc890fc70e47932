"""Kernel machine that learns how much each feature counts when accounts are compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calibration import log_odds, probability
from .normal_scores import NormalScores

ROUNDS = 4
"""Times that the machine is fitted, each time with what the last taught about the features."""
WIDTH = 0.7
"""Reach of the kernel, in mean distances between accounts."""
RIDGE = 1.0
"""Noise of a label, in units of what the kernel explains."""
MOST = 9000
"""Accounts to learn from, a sample where there are more: time grows with their cube."""
NEAREST = 0.03
"""Distances below this, in reaches, count as this much where slopes are measured."""
BLOCK = 1024
"""Accounts compared at once. Blocks are filled up, so that sums do not depend on who is asked."""

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Kernel:
    """Fitted kernel machine.

    Attributes
    ----------
    scores
        Makes features comparable.
    points
        Normal scores of the accounts learned from, shape (learned, features).
    lengths
        What each feature counts, shape (averaged, features), the reach included.
    weights
        Of the accounts learned from, shape (averaged, learned).
    prior
        Share of spam among them.
    """

    scores: NormalScores
    points: Array
    lengths: Array
    weights: Array
    prior: float

    def predict(self, X: Array) -> NDArray[np.float64]:
        """Probability of spam, in [0, 1], shape (accounts,); missing values count as middling."""
        return self.of(self.scores.apply(X))

    def of(self, asked: Array) -> NDArray[np.float64]:
        """The same from normal scores."""
        said = np.zeros(len(asked))
        for lengths, weights in zip(self.lengths, self.weights, strict=True):
            points = self.points * lengths
            for rows, block in _blocks(asked * lengths):
                near = np.exp(-_distances(block, points))
                said[rows] += (near * weights).sum(axis=1)[: rows.stop - rows.start]
        # The fit is the first Newton step of a logistic one from the prior.
        step = self.prior * (1 - self.prior) * len(self.weights)
        return probability(log_odds(np.array(self.prior)) + said / step)


def fit_kernel(
    X: Array, labels: NDArray[np.integer], scores: NormalScores, *, seed: int, averaged: int = 1
) -> Kernel:
    """Fit kernel ridge regression to labels while learning what features count.

    Recursive feature machine (Radhakrishnan et al., "Mechanism for feature learning in neural
    networks and backpropagation-free machine learning models", Science 2024) with a Laplace kernel
    and one factor per feature: after each fit, a feature counts by the mean square slope of the
    fit along it. The first round, in which all features count alike, only teaches the others.

    Parameters
    ----------
    X
        Features, shape (accounts, features), NaN where missing.
    labels
        1 spam, 0 honest, shape (accounts,); both must occur.
    scores
        Learned on these accounts or more.
    seed
        Chooses the accounts where there are more than `MOST`.
    averaged
        How many of the last rounds speak, 1 to `ROUNDS` - 1; scoring takes so many times as long.
    """
    if len(X) > MOST:
        chosen = np.sort(np.random.default_rng(seed).permutation(len(X))[:MOST])
        X, labels = X[chosen], labels[chosen]
    points, prior = scores.apply(X), float(labels.mean())
    surplus = (labels - prior).astype(np.float32)
    factors = np.ones(points.shape[1], dtype=np.float32)
    fits = []
    for number in range(ROUNDS):
        lengths, weights = _fit(points * factors, surplus)
        fits.append((factors * lengths, weights))
        if number < ROUNDS - 1:
            factors = _slopes(points * fits[-1][0], weights) * fits[-1][0]
            factors /= np.sqrt(np.mean(factors**2)) or 1.0
    kept = fits[-averaged:]
    return Kernel(
        scores, points, np.array([f for f, _ in kept]), np.array([w for _, w in kept]), prior
    )


def _fit(points: Array, surplus: Array) -> tuple[np.float32, Array]:
    """One over the reach, and the weights of the points."""
    from scipy.linalg import cho_factor, cho_solve

    near = np.empty((len(points), len(points)), dtype=np.float32)
    for rows, block in _blocks(points):
        near[rows] = _distances(block, points)[: rows.stop - rows.start]
    reach = np.float32(WIDTH * near.mean(dtype=np.float64)) or np.float32(1.0)
    np.exp(np.divide(near, -reach, out=near), out=near)
    near[np.diag_indices_from(near)] += np.float32(RIDGE)
    # The transpose is the same matrix in the order in which LAPACK works without a copy.
    factor = cho_factor(near.T, lower=True, overwrite_a=True, check_finite=False)
    return 1 / reach, cho_solve(factor, surplus, check_finite=False)


def _slopes(points: Array, weights: Array) -> Array:
    """Root mean square slope of the fit along each feature of `points`, over the points."""
    total = np.zeros(points.shape[1])
    for rows, block in _blocks(points):
        apart = _distances(block, points)
        # Where two accounts are the same the slope is not defined; nearly there it is noise.
        pull = np.exp(-apart) * weights / np.maximum(apart, NEAREST)
        slope = pull.sum(axis=1)[:, None] * block - pull @ points
        total += (slope[: rows.stop - rows.start].astype(np.float64) ** 2).sum(axis=0)
    return np.asarray(np.sqrt(total / len(points)), dtype=np.float32)


def _blocks(points: Array) -> Iterator[tuple[slice, Array]]:
    """Rows and points of each block; the last is filled up with zeros."""
    for start in range(0, len(points), BLOCK):
        rows = slice(start, min(start + BLOCK, len(points)))
        block = np.zeros((BLOCK, points.shape[1]), dtype=np.float32)
        block[: rows.stop - start] = points[rows]
        yield rows, block


def _distances(a: Array, b: Array) -> Array:
    squares = (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1) - 2 * (a @ b.T)
    return np.asarray(np.sqrt(np.maximum(squares, 0.0, out=squares), out=squares))
