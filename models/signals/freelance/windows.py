"""How much happens within a time that moves along."""

from __future__ import annotations

import numpy as np
import polars as pl


def most_within(account: pl.Series, ts: pl.Series, seconds: int) -> pl.DataFrame:
    """Most rows of an account within any window of this length.

    Parameters
    ----------
    account, ts
        Sorted by account, then time.
    seconds
        Length of the window; rows exactly this far apart are not in one window. Times count to the
        millisecond.

    Returns
    -------
    pl.DataFrame
        account and most, for the accounts that occur.
    """
    if not len(ts):
        return pl.DataFrame({"account": account, "most": pl.Series(dtype=pl.UInt32)})
    moment = ts.dt.epoch("ms").to_numpy()
    length = seconds * 1_000
    # accounts one after another on a single time line, further apart than any window
    place = account.rle_id().to_numpy().astype(np.int64)
    line = moment - moment.min() + place * (int(np.ptp(moment)) + length)
    first = np.searchsorted(line, line - length, side="right")
    inside = np.arange(1, len(line) + 1) - first
    rows = pl.DataFrame({"account": account, "most": inside})
    return rows.group_by("account").agg(pl.col("most").max())
