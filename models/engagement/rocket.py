"""Random convolutions: a strong and fast baseline for classifying time series.

The 84 kernels of length 9 with weights -1 and 2, dilated, with thresholds from the training data;
a feature is the share of a series above a threshold. After MiniRocket (Dempster, Schmidt and Webb,
"MiniRocket: A Very Fast (Almost) Deterministic Transform for Time Series Classification", 2021).
Several channels are added up by random subsets, as its authors do.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

DILATIONS = (1, 2, 4, 8, 16)
TAKEN = tuple(combinations(range(9), 3))
"""Places of the three weights 2 of each kernel; the other six are -1."""
LEVELS = (0.5, 0.8, 0.95)
SAMPLE = 100
Values = NDArray[np.float32]


@dataclass(frozen=True)
class Rocket:
    """A fitted transform.

    Attributes
    ----------
    channels
        Which channels each dilation adds up, shape (dilations, channels), 0 or 1.
    thresholds
        Per dilation, kernel and level, shape (dilations, 84, levels).
    """

    channels: Values
    thresholds: Values

    def transform(self, series: Values) -> Values:
        """Shares above the thresholds, shape (n, features), from (n, steps, channels)."""
        columns = []
        for place, dilation in enumerate(DILATIONS):
            mixed = series @ self.channels[place]
            for kernel, response in enumerate(_responses(mixed, dilation)):
                levels = self.thresholds[place, kernel]
                columns += [(response > level).mean(axis=1) for level in levels]
        return np.column_stack(columns).astype(np.float32)


def fit_rocket(series: Values, seed: int) -> Rocket:
    """Draw the channels and take thresholds from quantiles of the training series.

    Parameters
    ----------
    series
        Shape (n, steps, channels), without NaN.
    seed
        Same seed, same transform.
    """
    rng = np.random.default_rng(seed)
    size = series.shape[2]
    channels = (rng.random((len(DILATIONS), size)) < 0.5).astype(np.float32)
    channels[channels.sum(axis=1) == 0] = 1.0
    sample = series[rng.permutation(len(series))[:SAMPLE]]
    thresholds = np.zeros((len(DILATIONS), len(TAKEN), len(LEVELS)), dtype=np.float32)
    for place, dilation in enumerate(DILATIONS):
        for kernel, response in enumerate(_responses(sample @ channels[place], dilation)):
            thresholds[place, kernel] = np.quantile(response, LEVELS)
    return Rocket(channels, thresholds)


def _responses(series: Values, dilation: int) -> list[Values]:
    """Response of each kernel, shape (n, steps): minus the sum of nine shifts plus three of it."""
    reach = 4 * dilation
    padded = np.pad(series, ((0, 0), (reach, reach)))
    steps = series.shape[1]
    shifts = [padded[:, dilation * k : dilation * k + steps] for k in range(9)]
    base = -np.sum(shifts, axis=0)
    return [base + 3 * (shifts[a] + shifts[b] + shifts[c]) for a, b, c in TAKEN]
