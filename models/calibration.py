"""Calibration: turn a score into a probability that means what it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ENOUGH_FOR_STEPS = 1000
"""Spam accounts from which on the shape of the curve is learned and not only its slope."""
CAP = 30.0


def log_odds(p: NDArray[np.floating]) -> NDArray[np.float64]:
    """Log-odds of probabilities; 0 and 1 give -14 and 14 (one in a million)."""
    safe = np.clip(np.asarray(p, dtype=np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(safe / (1 - safe)))


def probability(odds: NDArray[np.floating]) -> NDArray[np.float64]:
    """Probability of log-odds; the inverse of `log_odds`."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -CAP, CAP))), dtype=np.float64)


def mean_risk(risks: NDArray[np.floating]) -> NDArray[np.float64]:
    """What several models say together, (accounts,) of (models, accounts): by mean log-odds."""
    return probability(log_odds(risks).mean(axis=0))


@dataclass(frozen=True)
class Calibrator:
    """A rising curve from score to probability.

    Attributes
    ----------
    slope, offset
        Of the log-odds.
    knots, levels
        Steps of the isotonic part in log-odds and probability; empty when the curve is Platt's.
    """

    slope: float
    offset: float
    knots: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()

    def apply(self, p: NDArray[np.floating]) -> NDArray[np.float64]:
        """Calibrated probability in (0, 1); never changes the order of two scores.

        The isotonic part has flat steps, which would tie accounts that differ; it is averaged
        with Platt's curve, which keeps them apart.
        """
        odds = log_odds(p)
        platt = probability(self.slope * odds + self.offset)
        if not self.knots:
            return platt
        return np.asarray(0.5 * platt + 0.5 * np.interp(odds, self.knots, self.levels))


def fit_calibrator(p: NDArray[np.floating], labels: NDArray[np.integer]) -> Calibrator:
    """Learn the curve from scores of accounts that the model was not fitted on.

    Platt's curve with his targets, which keep it finite on few accounts (Platt, "Probabilistic
    Outputs for Support Vector Machines", 1999); from 1,000 spam accounts on averaged with an
    isotonic one (Zadrozny and Elkan, 2002).

    Parameters
    ----------
    p
        Scores in [0, 1], shape (accounts,).
    labels
        1 spam, 0 honest, shape (accounts,); both must occur.
    """
    from sklearn.isotonic import IsotonicRegression

    slope, offset = _platt(log_odds(p), np.asarray(labels, dtype=np.float64))
    if min(labels.sum(), len(labels) - labels.sum()) < ENOUGH_FOR_STEPS:
        return Calibrator(slope, offset)
    steps = IsotonicRegression(y_min=0.0, y_max=1.0).fit(log_odds(p), labels)
    knots, levels = steps.X_thresholds_.tolist(), steps.y_thresholds_.tolist()
    return Calibrator(slope, offset, tuple(knots), tuple(levels))


def _platt(odds: NDArray[np.float64], labels: NDArray[np.float64]) -> tuple[float, float]:
    from scipy.optimize import minimize

    spam = labels.sum()
    honest = len(labels) - spam
    target = np.where(labels > 0, (spam + 1) / (spam + 2), 1 / (honest + 2))

    def loss(x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = x[0] * odds + x[1]
        gap = probability(z) - target
        value = np.logaddexp(0, z) - target * z
        return float(value.mean()), np.array([(gap * odds).mean(), gap.mean()])

    start = np.array([1.0, np.log((spam + 1) / (honest + 1)) - odds.mean()])
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(1e-3, None), (None, None)])
    return float(best.x[0]), float(best.x[1])
