"""What each account's engagement is expected to be, and how far it is off, hour by hour.

The expectation of a metric is the account's own daily cycle (a trimmed mean per hour of the day,
so that an attack on a few days does not enter it), times its trend and its weekend. Residuals are
differences between transformed counts and transformed expectations, in units of the account's own
deviation: that of its level and that of counting small numbers. So accounts of any size and temper
compare. A second set asks for interactions given views. What moves many
accounts in one hour (a match, an outage) is divided out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .series import DAY, Series

TRIM = 0.25
"""Share of the days, the busiest ones and as many of the others, that the cycle leaves out."""
LEAST_SPREAD, LEAST_WIDTH = 0.05, 0.7
LARGEST = 15.0
ENOUGH = 50
"""Accounts from which on an hour is compared over accounts."""
Values = NDArray[np.float32]


@dataclass(frozen=True)
class Residuals:
    """How far series are off.

    Attributes
    ----------
    z
        Deviations from what is expected, shape (n, steps, channels), in [-15, 15]; 0 where
        nothing is known.
    jumps
        What of z the hour before does not explain (z minus its own memory), in the same form.
    channels
        Names: the metrics, then `<metric>|views`.
    expected
        Expected counts of each channel, shape (n, steps, channels).
    cycle
        Expected counts over one day, shape (n, steps of a day, metrics).
    spread, memory
        Deviation of the logarithm of the level, and correlation from step to step, shape
        (n, channels).
    trend, weekend
        Growth over the whole series and weekend against weekday, as logarithms, shape
        (n, metrics).
    """

    z: Values
    jumps: Values
    channels: tuple[str, ...]
    expected: Values
    cycle: Values
    spread: Values
    memory: Values
    trend: Values
    weekend: Values


def residuals(series: Series) -> Residuals:
    """Compare every account with its own usual days."""
    values = series.values
    expected, cycle, trend, weekend = _expect(series)
    counts, wanted, channels = values, expected, list(series.metrics)
    if "views" in series.metrics and len(series.metrics) > 1:
        others = [i for i, name in enumerate(series.metrics) if name != "views"]
        views = values[..., [series.metrics.index("views")]]
        rate = _usual_rate(values[..., others], views)
        counts = np.concatenate([counts, values[..., others]], axis=2)
        wanted = np.concatenate([wanted, views * rate[:, None, :]], axis=2)
        channels += [f"{series.metrics[i]}|views" for i in others]
    z, spread = _deviations(counts, wanted)
    z = _without_common(z)
    clipped = np.clip(z, -3, 3)
    memory = (clipped[:, 1:] * clipped[:, :-1]).mean(axis=1) / np.maximum(
        (clipped**2).mean(axis=1), 1e-6
    )
    memory = np.clip(memory, 0, 0.95)
    jumps = z.copy()
    jumps[:, 1:] -= memory[:, None, :] * z[:, :-1]
    jumps = _without_common(jumps / np.sqrt(1 - memory[:, None, :] ** 2))
    return Residuals(
        np.clip(z, -LARGEST, LARGEST), np.clip(jumps, -LARGEST, LARGEST), tuple(channels),
        np.nan_to_num(wanted).astype(np.float32), cycle, spread, memory, trend, weekend,
    )  # fmt: skip


def _deviations(counts: Values, wanted: Values) -> tuple[Values, Values]:
    """Deviations of transformed counts, and the spread of the level; shapes as in Residuals.

    The transformation is the one that gives counts of a spread level the variance 1: asinh of
    the root (negative binomial; Anscombe 1948).
    """
    counts, wanted = _said(counts), _said(wanted)
    busy = wanted >= np.nanmedian(wanted, axis=1, keepdims=True)
    ratio = _said(np.where(busy, np.log((counts + 0.5) / (wanted + 0.5)), np.nan))
    off = np.abs(ratio - np.nanmedian(ratio, axis=1, keepdims=True))
    counting = np.nanmean(np.where(busy, 1 / (wanted + 1), np.nan), axis=1)
    usual = (1.4826 * np.nanmedian(off, axis=1)) ** 2
    spread = np.sqrt(np.maximum(np.nan_to_num(usual - counting), LEAST_SPREAD**2))
    by = spread[:, None, :]
    z = _said(_steady(counts, by) - _steady(wanted, by))
    z -= np.nanmedian(z, axis=1, keepdims=True)
    width = 1.4826 * np.nanmedian(np.abs(z), axis=1, keepdims=True)
    z = np.nan_to_num(z / np.maximum(np.nan_to_num(width), LEAST_WIDTH))
    return z.astype(np.float32), spread.astype(np.float32)


def _said(values: Values) -> Values:
    """Take 0 throughout where nothing at all is known of an account's channel."""
    return np.asarray(np.where(np.isnan(values).all(axis=1, keepdims=True), 0, values))


def _steady(counts: Values, spread: Values) -> Values:
    return np.asarray(2 / spread * np.arcsinh(spread * np.sqrt(counts + 0.375)))


def _without_common(z: Values) -> Values:
    """Divide out what moves the accounts of one hour together; needs 50 accounts."""
    if len(z) < ENOUGH:
        return z
    low, middle, high = np.quantile(z, [0.16, 0.5, 0.84], axis=0)
    width = np.maximum((high - low) / 2, 0.5 * np.median(high - low, axis=0))
    return np.asarray((z - middle) / np.maximum(width, 0.3), dtype=np.float32)


def _expect(series: Series) -> tuple[Values, Values, Values, Values]:
    """Expected counts and their daily cycle, with the logarithms of trend and weekend."""
    values = series.values
    n, steps, metrics = values.shape
    per_day = max(1, DAY // series.step)
    offset = int(series.start % DAY // series.step)
    days = -(-(steps + offset) // per_day)
    grid = np.full((n, days * per_day, metrics), np.nan, dtype=np.float32)
    grid[:, offset : offset + steps] = values
    grid = grid.reshape(n, days, per_day, metrics)
    trend = _trend(grid)
    shape = np.linspace(-0.5, 0.5, days, dtype=np.float32)[None, :, None]
    log_day = trend[:, None, :] * shape
    weekday = ((series.start // DAY + np.arange(days) + 3) % 7 >= 5)[None, :, None]
    cycle = _trimmed(grid / np.exp(log_day)[:, :, None, :], axis=1)
    weekend = _weekend(grid, cycle, log_day, weekday[0, :, 0])
    log_day = log_day + weekend[:, None, :] * weekday
    smooth = 0.25 * np.roll(cycle, 1, axis=1) + 0.5 * cycle + 0.25 * np.roll(cycle, -1, axis=1)
    whole = np.exp(log_day)[:, :, None, :] * smooth[:, None]
    expected = whole.reshape(n, days * per_day, metrics)[:, offset : offset + steps]
    return np.nan_to_num(expected).astype(np.float32), cycle, trend, weekend


def _trimmed(values: Values, axis: int) -> Values:
    """Mean without the highest quarter and as many of the lowest; unknown values do not count."""
    ordered = np.sort(values, axis=axis)  # NaN last
    known = np.sum(~np.isnan(values), axis=axis, keepdims=True)
    shape = [-1 if i == axis else 1 for i in range(values.ndim)]
    place = np.arange(values.shape[axis]).reshape(shape)
    drop = np.floor(TRIM * known)
    kept = (place >= drop) & (place < known - drop)
    total = np.sum(np.where(kept, ordered, 0), axis=axis)
    return np.asarray(total / np.maximum(np.sum(kept, axis=axis), 1), dtype=np.float32)


def _trend(grid: Values) -> Values:
    """Log of the growth from the first to the last day, from the medians of the outer thirds."""
    days = grid.shape[1]
    if days < 6:
        return np.zeros((grid.shape[0], grid.shape[3]), dtype=np.float32)
    daily = _daily(grid)
    third = days // 3
    first, last = (_median(daily[:, part]) for part in (slice(0, third), slice(-third, None)))
    growth = np.log((last + 1) / (first + 1)) * days / (days - third)
    return np.asarray(np.clip(growth, -3, 3), dtype=np.float32)


def _daily(grid: Values) -> Values:
    """Mean per step of each day, 0 where nothing is known; shape (n, days, metrics)."""
    known = np.sum(~np.isnan(grid), axis=2)
    return np.asarray(np.nansum(grid, axis=2) / np.maximum(known, 1), dtype=np.float32)


def _median(values: Values) -> Values:
    return np.asarray(np.median(values, axis=1), dtype=np.float32)


def _weekend(grid: Values, cycle: Values, log_day: Values, weekday: NDArray[np.bool_]) -> Values:
    """Log of weekend days against what the cycle and the trend give, shrunk for few counts."""
    if not weekday.any() or weekday.all():
        return np.zeros((grid.shape[0], grid.shape[3]), dtype=np.float32)
    usual = np.mean(cycle, axis=1)[:, None] * np.exp(log_day)
    ratio = (_daily(grid) + 0.5) / (usual + 0.5)
    weekend, week = _median(ratio[:, weekday]), _median(ratio[:, ~weekday])
    return np.asarray(np.clip(np.log(weekend / week), -0.7, 0.7), dtype=np.float32)


def _usual_rate(counts: Values, views: Values) -> Values:
    """Interactions per view in the middle half of the days' worth of steps, shape (n, metrics)."""
    size = 24
    steps = counts.shape[1] // size * size or counts.shape[1]
    size = min(size, steps)
    shape = (counts.shape[0], steps // size, size, -1)
    both = np.isnan(counts) | np.isnan(views)
    top = np.where(both, 0, counts)[:, :steps].reshape(shape).sum(axis=2)
    seen = np.where(both, 0, np.broadcast_to(views, counts.shape))[:, :steps].reshape(shape)
    below = seen.sum(axis=2)
    return _trimmed(np.where(below > 0, top / np.maximum(below, 1e-9), np.nan), axis=1)
