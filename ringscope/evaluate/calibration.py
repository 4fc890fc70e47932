"""Does a risk of .7 mean that seven of ten are spam?"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

BINS = 15
"""As many as `models.metrics.calibration_error` counts with."""
Z = 1.96


def calibration_bins(both: pl.DataFrame) -> pl.DataFrame:
    """Risk beside the share of spam, for accounts that carried no label.

    Parameters
    ----------
    both
        See `matched.match`.

    Returns
    -------
    DataFrame
        from, to (risk), accounts, risk (mean), spam (share), low, high (Wilson's interval of the
        share at 95 %); one row per bin that holds an account.
    """
    place = (pl.col("risk") * BINS).floor().clip(0, BINS - 1).cast(pl.Int64)
    found = (
        both.filter(pl.col("labelled") == 0)
        .group_by(bin=place)
        .agg(pl.len().alias("accounts"), pl.col("risk").mean(), pl.col("spam").mean())
        .sort("bin")
    )
    low, high = wilson(found["spam"].to_numpy(), found["accounts"].to_numpy())
    return found.select(
        (pl.col("bin") / BINS).alias("from"),
        ((pl.col("bin") + 1) / BINS).alias("to"),
        "accounts",
        "risk",
        "spam",
        low=pl.Series(low, dtype=pl.Float64),
        high=pl.Series(high, dtype=pl.Float64),
    )


def wilson(
    share: NDArray[np.float64], count: NDArray[np.integer]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Interval of a share at 95 % (Wilson, "Probable Inference", JASA 22, 1927)."""
    wide = 1 + Z**2 / count
    centre = (share + Z**2 / (2 * count)) / wide
    half = Z * np.sqrt(share * (1 - share) / count + Z**2 / (4 * count**2)) / wide
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
