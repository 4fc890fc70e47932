"""How long a model takes for one row, and for many."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .fitting import TableModel


class Latency(NamedTuple):
    """Milliseconds for one row (median, 95 % and 99 % quantile) and rows per second in bulk."""

    median_ms: float
    p95_ms: float
    p99_ms: float
    rows_per_second: float


def measure(model: TableModel, X: NDArray[np.float32], *, times: int = 100) -> Latency:
    """Time a model on rows of a table: one at a time, then all at once.

    Parameters
    ----------
    X
        At least one row; the first ones are scored one by one, again from the start if they are
        few.
    times
        Single rows to score.
    """
    model.risk(X[:1])
    spent = []
    for number in range(times):
        row = X[number % len(X)][None, :]
        start = time.perf_counter()
        model.risk(row)
        spent.append(1000 * (time.perf_counter() - start))
    start = time.perf_counter()
    model.risk(X)
    rate = len(X) / max(time.perf_counter() - start, 1e-9)
    median, p95, p99 = np.quantile(spent, [0.5, 0.95, 0.99])
    return Latency(float(median), float(p95), float(p99), rate)
