"""Has the table changed since a model was trained? Population stability and largest gap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MODERATE, STRONG = 0.1, 0.25
"""Population stability index from which a column has moved, and has moved much (usual limits)."""
FLOOR = 1e-4
"""Least share of a bin, so that an empty one does not make the index infinite."""
BINS = 10


class Drift(NamedTuple):
    """How far one column, or the risk, has moved from training.

    Attributes
    ----------
    psi
        Population stability index over ten bins of equal training share, or over levels; missing
        cells are a bin of their own. 0 = the same.
    ks
        Largest gap between the two cumulative distributions, in [0, 1].
    missing_then, missing_now
        Share of missing cells.
    median_then, median_now
        NaN where nothing is known.
    """

    column: str
    psi: float
    ks: float
    missing_then: float
    missing_now: float
    median_then: float
    median_now: float

    @property
    def state(self) -> str:
        """In a word: stable, moved, or moved much."""
        if self.psi >= STRONG:
            return "moved much"
        return "moved" if self.psi >= MODERATE else "stable"


def table_drift(
    profile: Mapping[str, Any],
    X: NDArray[np.float32],
    columns: tuple[str, ...],
    risk: NDArray[np.float64],
) -> list[Drift]:
    """Drift of the risk (first), then of each column, largest index first.

    Parameters
    ----------
    profile
        Result of `profile.load_profile`.
    X
        Rows of today, shape (rows, columns).
    risk
        Their risk by the model.
    """
    found = [
        column_drift(name, profile["columns"][name], X[:, i]) for i, name in enumerate(columns)
    ]
    found.sort(key=lambda one: (-one.psi, one.column))
    return [column_drift("risk", profile["risk"], risk), *found]


def column_drift(name: str, then: Mapping[str, Any], values: NDArray[np.floating]) -> Drift:
    """Drift of one column against its profile."""
    now = np.asarray(values, dtype=np.float64)
    known = np.sort(now[~np.isnan(now)])
    missing = 1 - len(known) / max(len(now), 1)
    if then["levels"]:
        levels = np.array(then["levels"])
        shares = np.array(then["counts"]) / np.sum(then["counts"])
        steps = np.cumsum(shares)
        median_then = float(levels[np.searchsorted(steps, 0.5)])
        edges, expected = _between(levels), shares
        gap = np.abs(_up_to(known, levels) - steps)
    else:
        grid = np.array(then["quantiles"])
        if not len(grid):
            return Drift(name, 0.0 if not len(known) else STRONG, float(len(known) > 0),
                         then["missing"], missing, float("nan"), _median(known))  # fmt: skip
        median_then = float(grid[len(grid) // 2])
        inner = np.unique(grid[:: (len(grid) - 1) // BINS][1:-1])
        under = np.searchsorted(grid, inner, side="left") / len(grid)
        edges, expected = inner, np.diff(np.concatenate([[0], under, [1]]))
        gap = np.abs(_up_to(known, grid) - _up_to(grid, grid))
    observed = np.histogram(known, bins=np.concatenate([[-np.inf], edges, [np.inf]]))[0]
    observed = observed / max(len(known), 1)
    psi = _psi(_with(expected, then["missing"]), _with(observed, missing))
    ks = float(gap.max()) if len(known) else 0.0
    return Drift(name, psi, ks, then["missing"], missing, median_then, _median(known))


def _between(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    return (levels[1:] + levels[:-1]) / 2


def _up_to(ordered: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of ordered values up to each place."""
    return np.asarray(np.searchsorted(ordered, at, side="right") / max(len(ordered), 1))


def _with(shares: NDArray[np.float64], missing: float) -> NDArray[np.float64]:
    return np.append(shares * (1 - missing), missing)


def _psi(expected: NDArray[np.float64], observed: NDArray[np.float64]) -> float:
    held = (expected > 0) | (observed > 0)
    e, o = np.maximum(expected[held], FLOOR), np.maximum(observed[held], FLOOR)
    return float(((o - e) * np.log(o / e)).sum())


def _median(known: NDArray[np.float64]) -> float:
    return float(np.median(known)) if len(known) else float("nan")
