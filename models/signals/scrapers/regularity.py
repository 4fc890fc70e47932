"""Regularity that survives jitter: spread and entropy of gaps, and the beat of a clock.

The document's rules ask for gaps that are equal or nearly so; a program that waits a random
moment between searches passes them. Its gaps still spread less than a person's, whose pauses run
from seconds to minutes, and a program that is started by a timer still keeps the timer's beat.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...features.frames import entropy, in_account_order

PAUSE = 1_800
"""Seconds without an action that end a session."""
FEWEST = 20
"""Gaps that have to be there before their shape means anything."""
PERIODS = (10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1_200, 1_800, 3_600)
"""Seconds between two runs of a timer, as people set them."""
SPREAD_OUT = 0.5
"""A beat needs different ticks for at least this share of the actions."""


def gap_shape(searches: pl.DataFrame, accounts: int) -> pl.DataFrame:
    """How the gaps within sessions are spread.

    Parameters
    ----------
    searches
        Gaps between searches, from `gaps_of`.

    Returns
    -------
    pl.DataFrame
        One row per account in account order: gap_spread (distance of the quartiles by the
        median: about 0 for a program, above 1 for people) and gap_bits (entropy of the gaps on a
        logarithmic scale of four bins per doubling, in bits); null below 20 gaps.
    """
    inner = searches.filter(pl.col("gap") < PAUSE).select("account", "gap")
    inner = inner.filter(pl.len().over("account") >= FEWEST)
    gap = pl.col("gap")
    quartile = [gap.quantile(share, "linear") for share in (0.25, 0.75)]
    spread = (quartile[1] - quartile[0]) / gap.median().clip(1)
    shape = inner.group_by("account").agg(gap_spread=spread)
    binned = inner.with_columns(bin=(4 * (gap + 1).log(2)).floor().cast(pl.Int16))
    bits = entropy(binned, "account", "bin", "gap_bits")
    return in_account_order(shape.join(bits, on="account"), accounts)


def clock_beat(searches: pl.DataFrame, accounts: int) -> pl.DataFrame:
    """How closely the searches keep to the beat of a round period.

    For each period the times become angles; the length R of their mean vector is 1 where all are
    at the same point of the period and about 1 / sqrt(n) where they fall anyhow (Rayleigh's test;
    n R^2 is exponential then, and R^2 the periodogram at that period; Mardia and Jupp,
    "Directional Statistics", 2000). A burst within one period would also give R near 1, so a
    period counts only where the searches fall into different ones.

    Returns
    -------
    pl.DataFrame
        One row per account in account order: beat (R in [0, 1]), beat_odds (-log10 of the chance
        of so large an R at any of the periods, at least 0), beat_period (seconds); null below 20
        searches.
    """
    kept = searches.filter(pl.len().over("account") >= FEWEST)
    starts = np.flatnonzero(np.diff(kept["account"].to_numpy(), prepend=-1.0))
    counts = np.diff(np.append(starts, kept.height))
    moments = kept["second"].to_numpy()
    best = np.zeros(len(starts))
    period = np.zeros(len(starts), dtype=np.int64)
    for length in PERIODS if len(starts) else ():
        found = _resultant(moments, starts, counts, length)
        better = found > best
        best[better], period[better] = found[better], length
    odds = np.maximum(counts * best**2 / np.log(10) - np.log10(len(PERIODS)), 0.0)
    own = pl.DataFrame(
        {
            "account": kept["account"].gather(starts),
            "beat": best,
            "beat_odds": odds,
            "beat_period": period,
        }
    )
    return in_account_order(own, accounts)


def _resultant(
    moments: NDArray[np.int64],
    starts: NDArray[np.intp],
    counts: NDArray[np.intp],
    length: int,
) -> NDArray[np.float64]:
    """Length of the mean vector at one period, shape (accounts,); 0 for bursts."""
    tick, rest = np.divmod(moments, length)
    angle = rest * (2 * np.pi / length)
    cosine = np.add.reduceat(np.cos(angle), starts)
    sine = np.add.reduceat(np.sin(angle), starts)
    is_new = np.diff(tick, prepend=tick[0] - 1) != 0
    is_new[starts] = True
    ticks = np.add.reduceat(is_new.astype(np.int64), starts)
    return np.where(ticks >= SPREAD_OUT * counts, np.hypot(cosine, sine) / counts, 0.0)


def session_figures(log: pl.DataFrame, accounts: int) -> pl.DataFrame:
    """Sessions: actions that follow one another within half an hour.

    Returns
    -------
    pl.DataFrame
        One row per account in account order: sessions, longest_session (seconds), largest_session
        (actions), night_searches (share of its searches between midnight and 5 UTC, in [0, 1]);
        null where there is nothing to measure.
    """
    acts = log.filter(pl.col("kind") != "signup").select("account", "second", "kind")
    gap = pl.col("second").diff().over("account")
    numbered = acts.with_columns(session=(gap.is_null() | (gap >= PAUSE)).cum_sum().cast(pl.UInt32))
    moment = pl.col("second")
    each = numbered.group_by("account", "session").agg(
        length=moment.max() - moment.min(), actions=pl.len()
    )
    own = each.group_by("account").agg(
        sessions=pl.len(),
        longest_session=pl.col("length").max(),
        largest_session=pl.col("actions").max(),
    )
    hour = moment.floordiv(3_600) % 24
    night = (
        acts.filter(pl.col("kind") == "search")
        .group_by("account")
        .agg(night_searches=(hour < 5).mean())
    )
    return in_account_order(own.join(night, on="account", how="left"), accounts)
