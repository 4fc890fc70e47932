"""Points of curves, few enough to draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .thresholds import counts

POINTS = 120


def precision_recall(labels: NDArray[np.integer], risk: NDArray[np.float64]) -> list[list[float]]:
    """Pairs (recall, precision), from the highest threshold down."""
    table = counts(labels, risk)
    caught, accused = table.caught[1:], table.accused[1:]
    recall = caught / max(int((labels == 1).sum()), 1)
    return _thin(recall, caught / (caught + accused))


def roc(labels: NDArray[np.integer], risk: NDArray[np.float64]) -> list[list[float]]:
    """Pairs (share of honest rows accused, recall)."""
    table = counts(labels, risk)
    spam, honest = int((labels == 1).sum()), int((labels == 0).sum())
    return _thin(table.accused / max(honest, 1), table.caught / max(spam, 1))


def calibration_points(
    labels: NDArray[np.integer], risk: NDArray[np.float64], bins: int = 10
) -> list[list[float]]:
    """Triples (mean risk, share of spam, rows) over bins of equal width that hold rows."""
    place = np.minimum((risk * bins).astype(int), bins - 1)
    rows = np.bincount(place, minlength=bins)
    risks = np.bincount(place, weights=risk, minlength=bins)
    spam = np.bincount(place, weights=labels == 1, minlength=bins)
    held = rows > 0
    columns = (risks[held] / rows[held], spam[held] / rows[held], rows[held].astype(float))
    return np.round(np.column_stack(columns), 6).tolist()  # type: ignore[no-any-return]


def _thin(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[list[float]]:
    """At most `POINTS` points, evenly spread along x."""
    wanted = np.searchsorted(x, np.linspace(0, x[-1], POINTS)) if len(x) else np.zeros(0, int)
    pick = np.unique(np.minimum(wanted, len(x) - 1))
    return np.round(np.column_stack([x[pick], y[pick]]), 6).tolist()  # type: ignore[no-any-return]
