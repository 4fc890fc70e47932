"""Combine the scores of several models into one: logistic regression on log-odds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calibration import Calibrator, fit_calibrator, log_odds, probability

EXTREME = 0.002
"""A forest can say 0 or 1; log-odds beyond this are cut."""
PULL = 20.0
"""Strength of the pull towards equal weights, in accounts."""


@dataclass(frozen=True)
class Stacker:
    """Weights of the models, an offset, and the calibration of the sum.

    Attributes
    ----------
    weights
        One per model, >= 0.
    offset
        Added to the weighted log-odds.
    calibrator
        Makes the result a probability that means what it says.
    """

    weights: tuple[float, ...]
    offset: float
    calibrator: Calibrator

    def apply(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Risk in [0, 1], shape (accounts,), from scores of shape (accounts, models)."""
        return self.calibrator.apply(self._combined(scores))

    def spread(self, used: NDArray[np.bool_]) -> Stacker:
        """The same stacker among more models, of which those not `used` get weight 0."""
        weights = np.zeros(len(used))
        weights[used] = self.weights
        return Stacker(tuple(weights.tolist()), self.offset, self.calibrator)

    def _combined(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        return probability(_odds(scores) @ np.asarray(self.weights) + self.offset)


def fit_stacker(scores: NDArray[np.float64], labels: NDArray[np.integer]) -> Stacker:
    """Learn the weights from scores of accounts that the models were not fitted on.

    Wolpert, "Stacked Generalization", 1992, with weights >= 0 (Breiman, "Stacked Regressions",
    1996) that are pulled towards equal ones: on few labels the models are averaged, on many the
    better ones count more.

    Parameters
    ----------
    scores
        Scores in [0, 1], shape (accounts, models).
    labels
        1 spam, 0 honest, shape (accounts,); both must occur.
    """
    from scipy.optimize import minimize

    odds, truth = _odds(scores), np.asarray(labels, dtype=np.float64)
    models = odds.shape[1]
    pull = PULL / len(truth)

    def loss(x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = odds @ x[:-1] + x[-1]
        gap = (probability(z) - truth) / len(truth)
        away = x[:-1] - 1 / models
        value = float((np.logaddexp(0, z) - truth * z).mean() + pull * away @ away)
        return value, np.append(odds.T @ gap + 2 * pull * away, gap.sum())

    start = np.append(np.full(models, 1 / models), 0.0)
    bounds = [(0.0, None)] * models + [(None, None)]
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    sums = probability(odds @ best[:-1] + best[-1])
    return Stacker(tuple(best[:-1].tolist()), float(best[-1]), fit_calibrator(sums, labels))


def crossfitted_risk(
    scores: NDArray[np.float64], labels: NDArray[np.integer], folds: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Risk of each account by a stacker that has not seen the labels of its fold."""
    risk = np.empty(len(labels))
    for fold in np.unique(folds):
        held = folds == fold
        risk[held] = fit_stacker(scores[~held], labels[~held]).apply(scores[held])
    return risk


def _odds(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return log_odds(np.clip(scores, EXTREME, 1 - EXTREME))
