"""Figures of account scores: how well risk ranks, and whether it means what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.integer] | NDArray[np.bool_]
Risks = NDArray[np.floating]


class Interval(NamedTuple):
    """A figure with its bootstrap interval."""

    value: float
    low: float
    high: float


def average_precision(labels: Labels, risk: Risks) -> float:
    """Mean precision over the ranks of the spam accounts, in [0, 1]; ties count as one rank.

    NaN without any spam account.
    """
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(labels, risk)) if np.any(labels) else float("nan")


def auroc(labels: Labels, risk: Risks) -> float:
    """Chance that a spam account ranks above an honest one, in [0, 1]; NaN with one class."""
    from sklearn.metrics import roc_auc_score

    both = np.any(labels) and not np.all(labels)
    return float(roc_auc_score(labels, risk)) if both else float("nan")


def precision_at(labels: Labels, risk: Risks, count: int) -> float:
    """Share of spam among the `count` riskiest accounts; ties in the order given."""
    top = np.argsort(-risk, kind="stable")[:count]
    return float(np.mean(labels[top])) if len(top) else float("nan")


def recall_at_k(labels: Labels, risk: Risks) -> float:
    """Share of the K spam accounts that are among the K riskiest (K = how many there are)."""
    return precision_at(labels, risk, int(np.sum(labels)))


def brier(labels: Labels, risk: Risks) -> float:
    """Mean squared distance between risk and label, in [0, 1]; 0 is best."""
    return float(np.mean((np.asarray(risk, dtype=np.float64) - labels) ** 2))


def calibration_error(labels: Labels, risk: Risks, bins: int = 15) -> float:
    """Expected calibration error: mean distance of risk and spam share over equal-width bins.

    Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian
    Binning", AAAI 2015. In [0, 1]; bins count by the number of accounts in them.
    """
    place = np.minimum((np.asarray(risk, dtype=np.float64) * bins).astype(int), bins - 1)
    risk_sum = np.bincount(place, weights=risk, minlength=bins)
    spam_sum = np.bincount(place, weights=labels, minlength=bins)
    return float(np.abs(risk_sum - spam_sum).sum() / max(len(risk), 1))


def interval(
    figure: Callable[[Labels, Risks], float],
    labels: Labels,
    risk: Risks,
    *,
    seed: int,
    rounds: int = 200,
    level: float = 0.95,
) -> Interval:
    """Give a figure with its percentile interval over resampled accounts (Efron's bootstrap).

    Resamples on which the figure does not exist (one class only) are left out.
    """
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, len(labels), (rounds, len(labels)))
    drawn = np.array([figure(labels[pick], risk[pick]) for pick in picks])
    drawn = drawn[~np.isnan(drawn)]
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail]) if len(drawn) else (np.nan, np.nan)
    return Interval(figure(labels, risk), float(low), float(high))


def account_figures(labels: Labels, risk: Risks) -> dict[str, float]:
    """All figures of account scores by name, on accounts whose label is known."""
    return {
        "average_precision": average_precision(labels, risk),
        "auroc": auroc(labels, risk),
        "recall_at_k": recall_at_k(labels, risk),
        "brier": brier(labels, risk),
        "calibration_error": calibration_error(labels, risk),
        "accounts": float(len(labels)),
        "spam": float(np.sum(labels)),
    }
