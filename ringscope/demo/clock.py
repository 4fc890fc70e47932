"""The demo's clock: whole seconds since the first observed midnight."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ORIGIN = datetime(2025, 2, 3)
MINUTE, HOUR, DAY = 60, 3600, 86400
WEEK = 7 * DAY
WEEKS = 24
SPAN = WEEKS * WEEK
FOREVER = 10 * SPAN


def as_datetime(seconds: Ints) -> pl.Series:
    """Turn seconds since `ORIGIN` into naive UTC `Datetime("us")`."""
    start = np.datetime64(ORIGIN, "us")
    return pl.Series(start + seconds.astype("timedelta64[s]"))


def waking_hours(rng: np.random.Generator, peak: Floats) -> Ints:
    """Draw a second of the day around each person's `peak` hour (any real number of hours)."""
    hours = rng.normal(peak, 3.6)
    return (np.mod(hours, 24.0) * HOUR).astype(np.int64)
