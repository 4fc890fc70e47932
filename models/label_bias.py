"""Which features tell who was labelled: they are no guide to those who were not.

Labels often exist for one sort of accounts alone: old ones, those of one country, of one team. A
model that learns from them reads whatever marks the other sort as it likes. The remedy is to leave
out what the labelled and the others do not have in common (covariate shift, see Shimodaira,
"Improving Predictive Inference under Covariate Shift by Weighting the Log-Likelihood Function",
J. of Statistical Planning and Inference 90, 2000; where there is no overlap, no weight helps).
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import ks_2samp

APART = 0.35
"""Largest distance between two distribution functions (Kolmogorov and Smirnov) of a feature."""
FEWEST = 100
"""Accounts of either side below which distributions are not compared."""
NAMED = 5
"""Columns that a note names."""
COMPARED = 4000
"""Accounts of either side that are compared; more tell the same."""


def shared_columns(features: pl.DataFrame, labels: NDArray[np.integer], seed: int = 0) -> list[str]:
    """Columns in which accounts labelled honest are like the accounts without a label.

    Spam is labelled for what it does, so it is not compared; of the others nearly all are honest.

    Parameters
    ----------
    features
        One row per account, null where missing.
    labels
        1 spam, 0 honest, below 0 unknown, shape (accounts,).
    seed
        Seed of the draw of the accounts that are compared.

    Returns
    -------
    list of str
        In the order of the table; all columns where either side has too few accounts.
    """
    rng = np.random.default_rng(seed)
    sides = [np.flatnonzero(side) for side in (labels == 0, labels < 0)]
    if min(map(len, sides)) < FEWEST:
        return features.columns
    drawn = [rng.choice(side, min(COMPARED, len(side)), replace=False) for side in sides]
    # A missing value is one like any other: who has it may be what differs.
    values = features.fill_nan(None).fill_null(float("-inf"))
    one, other = (values[rows].to_numpy() for rows in drawn)
    apart = [
        ks_2samp(one[:, i], other[:, i], method="asymp").statistic for i in range(features.width)
    ]
    return [name for name, far in zip(features.columns, apart, strict=True) if far <= APART]


def bias_notes(left_out: object) -> tuple[str, ...]:
    """One sentence for people about columns that were left out; none if there are none."""
    if not isinstance(left_out, list) or not left_out:
        return ()
    named = ", ".join(str(name).replace("_", " ") for name in left_out[:NAMED])
    more = f" and {len(left_out) - NAMED} more" if len(left_out) > NAMED else ""
    return (f"Labels are of one sort of accounts; what tells that sort is not used: {named}{more}",)
