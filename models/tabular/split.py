"""Which rows train, which choose, which judge."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Split(NamedTuple):
    """Row numbers, ascending.

    Models are fitted on `train`, get calibration and threshold on `validation`, and are judged on
    `test`.
    """

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


def stratified(labels: NDArray[np.integer], *, seed: int) -> Split:
    """Split rows 60/20/20, each part with the same share of spam.

    Parameters
    ----------
    labels
        1 spam, 0 honest, shape (rows,).
    seed
        Same seed and labels, same split.
    """
    rng = np.random.default_rng(seed)
    parts: tuple[list[NDArray[np.int64]], ...] = ([], [], [])
    for label in (0, 1):
        rows = rng.permutation(np.flatnonzero(labels == label))
        ends = [round(0.6 * len(rows)), round(0.8 * len(rows))]
        for part, piece in zip(parts, np.split(rows, ends), strict=True):
            part.append(piece)
    return Split(*(np.sort(np.concatenate(part)) for part in parts))
