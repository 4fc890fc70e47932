"""Kernel machine that learns how much each feature counts when accounts are compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
"""Accounts to learn from, a sample where there are more: memory grows with their square."""
NEAREST = 0.03
"""Distances below this, in reaches, count as this much where slopes are measured."""
EXACT = 1e-5
"""Relative error at which solving for the weights stops."""
BLOCK = 1024
"""Accounts compared at once."""
GRID = 2.0**20
"""Places of accounts are rounded to one part in so many. Products of such numbers add up exactly in
double precision (up to 90 from the middle), in whatever order a library adds them: a score does not
depend on who else is asked."""

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
        What each feature counts, shape (fits, features), the reach included; 0 if it is not read.
    weights
        Of the accounts learned from, shape (fits, learned).
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
            read = lengths > 0
            learned = _on_grid(self.points[:, read] * lengths[read])
            places = _on_grid(asked[:, read] * lengths[read])
            for rows in _blocks(len(asked)):
                near = np.exp(-_distances(places[rows], learned))
                said[rows] += (near * weights).sum(axis=1)
        # The fit is the first Newton step of a logistic one from the prior.
        step = self.prior * (1 - self.prior) * len(self.weights)
        return probability(log_odds(np.array(self.prior)) + said / step)


def fit_kernel(
    X: Array,
    labels: NDArray[np.integer],
    scores: NormalScores,
    *,
    seed: int,
    averaged: int = 1,
    reads: Sequence[NDArray[np.integer]] = (),
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
    reads
        Positions of features that `scores` uses: rounds are fitted to each, and all are averaged.
        All features at once if empty.
    """
    if len(X) > MOST:
        chosen = np.sort(np.random.default_rng(seed).permutation(len(X))[:MOST])
        X, labels = X[chosen], labels[chosen]
    points, prior = scores.apply(X), float(labels.mean())
    surplus = (labels - prior).astype(np.float32)
    lengths, weights = [], []
    for read in reads or (scores.columns,):
        columns = np.searchsorted(scores.columns, read)
        for counts, weighed in _rounds(points[:, columns], surplus)[-averaged:]:
            lengths.append(np.zeros(points.shape[1], dtype=np.float32))
            lengths[-1][columns] = counts
            weights.append(weighed)
    return Kernel(scores, points, np.array(lengths), np.array(weights), prior)


def _rounds(points: Array, surplus: Array) -> list[tuple[Array, Array]]:
    """What each feature counts, and the weights of the points, by round."""
    factors = np.ones(points.shape[1], dtype=np.float32)
    fits = []
    for number in range(ROUNDS):
        reach, near = _compared(points * factors)
        weights = _solved(near, surplus)
        lengths = factors / reach
        fits.append((lengths, weights))
        if number < ROUNDS - 1:
            factors = _slopes(points * lengths, weights, near) * lengths
            factors /= np.sqrt(np.mean(factors**2)) or 1.0
    return fits


def _compared(points: Array) -> tuple[np.float32, Array]:
    """The reach, and the kernel between all points."""
    near = np.empty((len(points), len(points)), dtype=np.float32)
    for rows in _blocks(len(points)):
        near[rows] = _distances(points[rows], points)
    reach = np.float32(WIDTH * near.mean(dtype=np.float64)) or np.float32(1.0)
    return reach, np.exp(np.divide(near, -reach, out=near), out=near)


def _solved(near: Array, surplus: Array) -> Array:
    """Weights of the points, by conjugate gradients: less work than a factorisation."""
    from scipy.sparse.linalg import LinearOperator, cg

    ridge = np.float32(RIDGE)
    held = LinearOperator(near.shape, matvec=lambda x: near @ x + ridge * x, dtype=near.dtype)
    return np.asarray(cg(held, surplus, rtol=EXACT)[0], dtype=np.float32)


def _slopes(points: Array, weights: Array, near: Array) -> Array:
    """Root mean square slope of the fit along each feature of `points`, over the points."""
    total = np.zeros(points.shape[1])
    for rows in _blocks(len(points)):
        with np.errstate(divide="ignore"):
            apart = -np.log(near[rows])
        # Where two accounts are the same the slope is not defined; nearly there it is noise.
        pull = near[rows] * weights / np.maximum(apart, np.float32(NEAREST))
        slope = pull.sum(axis=1)[:, None] * points[rows] - pull @ points
        total += (slope.astype(np.float64) ** 2).sum(axis=0)
    return np.asarray(np.sqrt(total / len(points)), dtype=np.float32)


def _blocks(count: int) -> Iterator[slice]:
    for start in range(0, count, BLOCK):
        yield slice(start, start + BLOCK)


def _on_grid(points: Array) -> NDArray[np.float64]:
    return np.asarray(np.rint(points.astype(np.float64) * GRID) / GRID)


def _distances(a: NDArray[np.floating], b: NDArray[np.floating]) -> Array:
    squares = (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1) - 2 * (a @ b.T)
    return np.asarray(np.sqrt(np.maximum(squares, 0.0, out=squares)), dtype=np.float32)
