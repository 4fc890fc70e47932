"""Figures of one model on rows that it has not seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..metrics import auroc, average_precision, brier, calibration_error
from .thresholds import Costs

OWN = 0.5
"""Score from which a model decides for spam by itself."""


def decisions(labels: NDArray[np.integer], called: NDArray[np.bool_]) -> dict[str, float]:
    """Accuracy, precision, recall and F1 of decisions, in [0, 1]; 0 where nothing is called."""
    spam = labels == 1
    hit = int((spam & called).sum())
    return {
        "accuracy": float((spam == called).mean()),
        "precision": hit / max(int(called.sum()), 1),
        "recall": hit / max(int(spam.sum()), 1),
        "f1": 2 * hit / max(int(called.sum() + spam.sum()), 1),
    }


def figures(
    labels: NDArray[np.integer],
    raw: NDArray[np.float64],
    risk: NDArray[np.float64],
    threshold: float,
    costs: Costs | None = None,
) -> dict[str, float]:
    """All figures by name.

    Parameters
    ----------
    labels
        1 spam, 0 honest, shape (rows,).
    raw, risk
        The model's own scores and the calibrated ones, shape (rows,).
    threshold
        Risk from which a row is called spam.

    Returns
    -------
    dict
        `own_...` at .5 of the model's own scores, as the source document counts; `half_...` at
        .5 of the calibrated risk; `chosen_...` at the threshold; roc_auc, average_precision,
        brier and calibration_error of the risk; cost per row where costs are given.
    """
    found = {f"own_{name}": value for name, value in decisions(labels, raw >= OWN).items()}
    found |= {f"half_{name}": value for name, value in decisions(labels, risk >= OWN).items()}
    called = risk >= threshold
    found |= {f"chosen_{name}": value for name, value in decisions(labels, called).items()}
    found |= {
        "roc_auc": auroc(labels, risk),
        "average_precision": average_precision(labels, risk),
        "brier": brier(labels, risk),
        "calibration_error": calibration_error(labels, risk),
    }
    return found | ({"cost": cost_per_row(labels, called, costs)} if costs else {})


def cost_per_row(labels: NDArray[np.integer], called: NDArray[np.bool_], costs: Costs) -> float:
    """Cost of the mistakes of decisions, per row."""
    missed, accused = ((labels == 1) & ~called).sum(), ((labels == 0) & called).sum()
    return float((costs.missed * missed + costs.false_alarm * accused) / max(len(labels), 1))
