"""Synchrony: how alike the sudden changes of an account are to those of another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK, MOST = 1_000, 20_000
CLIP = 6.0
CLOSEST = 4
Values = NDArray[np.float32]


def synchrony(jumps: Values, metrics: int) -> dict[str, Values]:
    """Correlation of positive jumps with the most alike other accounts.

    What all accounts do at once is taken away first, so two accounts are alike by what the others
    do not do.

    Parameters
    ----------
    jumps
        From `residuals`, shape (n, steps, channels); the first `metrics` channels are used.

    Returns
    -------
    dict
        synchrony.closest and synchrony.several (mean over the four most alike), in [-1, 1], shape
        (n,); 0 where there are fewer than five accounts or more than 20,000.
    """
    n = len(jumps)
    closest, several = np.zeros(n, dtype=np.float32), np.zeros(n, dtype=np.float32)
    if CLOSEST < n <= MOST:
        rows = np.clip(jumps[:, :, :metrics], 0, CLIP).reshape(n, -1)
        rows = rows - rows.mean(axis=0)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        for begin in range(0, n, BLOCK):
            alike = rows[begin : begin + BLOCK] @ rows.T
            own = np.arange(len(alike))
            alike[own, begin + own] = -1
            top = np.partition(alike, n - CLOSEST, axis=1)[:, -CLOSEST:]
            closest[begin : begin + BLOCK] = top.max(axis=1)
            several[begin : begin + BLOCK] = top.mean(axis=1)
    return {"synchrony.closest": closest, "synchrony.several": several}
