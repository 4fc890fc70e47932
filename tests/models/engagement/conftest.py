"""Series from arrays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from ingest import Tables, read_tables

START = datetime(2026, 3, 2)
METRICS = ("views", "likes", "comments", "shares")


def table(values: NDArray[np.float64], step: int = 3_600) -> Tables:
    """Tables with the counts of `values`, shape (accounts, steps, metrics)."""
    accounts, steps, metrics = values.shape
    names = [f"a{i:03d}" for i in range(accounts)]
    times = [START + timedelta(seconds=step * i) for i in range(steps)]
    columns = {METRICS[k]: values[:, :, k].ravel() for k in range(metrics)}
    ids = np.repeat(np.array(names), steps)
    rows = pl.DataFrame({"account_id": ids, "ts": times * accounts, **columns})
    return read_tables({"accounts": pl.DataFrame({"account_id": names}), "engagement": rows})


def usual(accounts: int, days: int = 14, seed: int = 3, metrics: int = 2) -> NDArray[np.float64]:
    """Counts of people: a daily cycle and chance; likes are a tenth of views."""
    rng = np.random.default_rng(seed)
    hour = np.arange(24 * days) % 24
    level = rng.uniform(50, 150, (accounts, 1)) * np.exp(0.8 * np.cos((hour - 20) * np.pi / 12))
    rate = np.array([1.0, 0.1, 0.02, 0.01])[:metrics]
    return rng.poisson(level[:, :, None] * rate).astype(np.float64)


@pytest.fixture
def make_series() -> Callable[..., Tables]:
    """Give the builder of tables with an engagement table."""
    return table


@pytest.fixture
def people() -> Callable[..., NDArray[np.float64]]:
    """Give ordinary counts."""
    return usual
