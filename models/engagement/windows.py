"""When and how large: the windows in which an account gets more than it should."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.engagement import Residuals, Series

RAISED, PEAK = 2.0, 4.0
"""A window is made of steps above the first, and reaches the second at least once."""
BRIDGE = 2
"""Steps between two windows that are bridged."""


def anomaly_windows(series: Series, found: Residuals) -> pl.DataFrame:
    """Find the windows of all accounts.

    A step counts where the strongest metric is raised.

    Returns
    -------
    pl.DataFrame
        account (row number), begin, end (first and last step, Datetime), metric (the channel that
        stands out most; `likes|views` means likes given the views), factor (its count by what was
        expected), excess (count above what was expected), height (largest deviation); sorted by
        account and begin.
    """
    top = found.z.max(axis=2)
    raised = _bridged(top > RAISED)
    edge = np.diff(np.pad(raised.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, begin = np.nonzero(edge == 1)
    end = np.nonzero(edge == -1)[1] - 1
    height = np.array([top[r, b : e + 1].max() for r, b, e in zip(row, begin, end, strict=True)])
    kept = height >= PEAK if len(height) else np.zeros(0, dtype=bool)
    row, begin, end, height = row[kept], begin[kept], end[kept], height[kept]
    channel = _strongest(found, row, begin, end)
    seen, wanted = _sums(series, found, row, begin, end, channel)
    moments = series.moments
    frame = pl.DataFrame(
        {
            "account": series.accounts[row],
            "begin": moments[begin],
            "end": moments[end],
            "metric": [found.channels[c] for c in channel.tolist()],
            "factor": (seen + 0.5) / (wanted + 0.5),
            "excess": seen - wanted,
            "height": height.astype(np.float64),
        },
        schema_overrides={"metric": pl.String, "height": pl.Float64},
    )
    return frame.with_columns(pl.from_epoch(pl.col("begin", "end"), "s").cast(pl.Datetime("us")))


def _bridged(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Close gaps of up to two steps between true values."""
    steps = flags.shape[1]
    place = np.arange(steps)[None, :]
    last = np.maximum.accumulate(np.where(flags, place, -steps), axis=1)
    back = np.where(flags, place, 2 * steps)[:, ::-1]
    following = np.minimum.accumulate(back, axis=1)[:, ::-1]
    return flags | (following - last <= BRIDGE + 1)


def _strongest(
    found: Residuals, row: NDArray[np.intp], begin: NDArray[np.intp], end: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Channel with the largest sum of deviations in each window."""
    total = np.cumsum(np.pad(found.z.astype(np.float64), ((0, 0), (1, 0), (0, 0))), axis=1)
    return np.asarray((total[row, end + 1] - total[row, begin]).argmax(axis=1))


def _sums(
    series: Series,
    found: Residuals,
    row: NDArray[np.intp],
    begin: NDArray[np.intp],
    end: NDArray[np.intp],
    channel: NDArray[np.intp],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts in each window and what was expected, of the metric of the channel."""
    names = [name.partition("|")[0] for name in found.channels]
    metric = np.array([series.metrics.index(name) for name in names], dtype=np.intp)[channel]

    def summed(values: NDArray[np.float32], place: NDArray[np.intp]) -> NDArray[np.float64]:
        known = np.nan_to_num(values).astype(np.float64)
        total = np.cumsum(np.pad(known, ((0, 0), (1, 0), (0, 0))), axis=1)
        return np.asarray(total[row, end + 1, place] - total[row, begin, place])

    return summed(series.values, metric), summed(found.expected, channel)
