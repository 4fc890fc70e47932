"""Temporal features of residuals: bursts, runs, rolling levels, memory, rhythm, entropy, trend."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from graph.engagement import Residuals, Series, residuals

BLOCK = 2_000
"""Accounts that are worked on at a time, so that memory stays small."""
BURST, RAISED = 3.0, 1.5
ECHOES = (*range(4, 23), *range(26, 37))
"""Lags at which honest engagement has no echo: a day is left out."""
WINDOW = 96
Values = NDArray[np.float32]
Figures = dict[str, Values]


def temporal_features(series: Series) -> tuple[Values, list[str]]:
    """Features of every account of a series.

    Returns
    -------
    matrix of shape (n, features), NaN where nothing can be said, and names such as
    `likes|views.longest_run`.
    """
    blocks = [
        features_of(part, residuals(part))
        for begin in range(0, len(series.accounts), BLOCK)
        for part in [series.part(slice(begin, begin + BLOCK))]
    ]
    if not blocks:
        return np.zeros((0, 0), dtype=np.float32), []
    names = list(blocks[0])
    return np.vstack([np.column_stack([b[name] for name in names]) for b in blocks]), names


def features_of(series: Series, found: Residuals) -> Figures:
    """Features of the accounts of one block, each of shape (n,)."""
    figures: Figures = {}
    quiet = quiet_hours(found)
    per_day = found.cycle.shape[1]
    for place, channel in enumerate(found.channels):
        own = channel_figures(found.z[:, :, place], found.jumps[:, :, place], quiet, per_day)
        figures |= {f"{channel}.{name}": value for name, value in own.items()}
        figures[f"{channel}.spread"] = np.log(found.spread[:, place])
        figures[f"{channel}.memory"] = found.memory[:, place]
    figures |= dict(_across(found))
    for place, metric in enumerate(series.metrics):
        level = found.expected[:, :, place].mean(axis=1)
        figures[f"{metric}.level"] = np.log1p(level)
        figures[f"{metric}.trend"] = found.trend[:, place]
        figures[f"{metric}.weekend"] = found.weekend[:, place]
        figures |= {f"{metric}.{name}": value for name, value in _cycle(found.cycle[:, :, place])}
    return {name: value.astype(np.float32) for name, value in figures.items()}


def channel_figures(z: Values, jumps: Values, quiet: NDArray[np.bool_], per_day: int) -> Figures:
    """Figures of one channel, each of shape (n,).

    Parameters
    ----------
    z, jumps
        Residuals of the channel, shape (n, steps).
    quiet
        Where each account expects the least, shape (n, steps); see `quiet_hours`.
    per_day
        Steps of a day.
    """
    bursts = {f"jumps.{name}": value for name, value in _bursts(jumps, quiet)}
    return dict(_levels(z, quiet)) | bursts | dict(_days(z, per_day))


def _levels(z: Values, quiet: NDArray[np.bool_]) -> Iterator[tuple[str, Values]]:
    """Figures of raised levels; `z` and `quiet` have the shape (n, steps)."""
    steps = z.shape[1]
    high = np.sort(z, axis=1)[:, ::-1]
    yield "highest", high[:, 0]
    yield "top_share", high[:, : max(1, steps // 20)].mean(axis=1)
    yield "lowest", high[:, -max(1, steps // 50) :].mean(axis=1)
    yield "skew", _moment(z, 3)
    yield "tails", np.log1p(_moment(z, 4))
    yield "longest_run", np.log1p(_longest_run(z > RAISED))
    for width in (3, 6, 12, 24, 72):
        rolled = _rolling_sum(z, width)
        usual = 1.4826 * np.median(np.abs(rolled - np.median(rolled, axis=1)[:, None]), axis=1)
        yield f"rolling_{width}.highest", rolled.max(axis=1) / np.sqrt(width)
        yield f"rolling_{width}.odd", rolled.max(axis=1) / np.maximum(usual, 1)
    for lag in (3, 24):
        yield f"memory_{lag}", _autocorrelation(z, lag)
    yield "entropy", _entropy(np.maximum(z, 0) ** 2)
    yield "drift", (z * np.linspace(-1, 1, steps)).mean(axis=1)
    at_night = np.where(quiet, z, 0).sum(axis=1) / np.maximum(quiet.sum(axis=1), 1)
    yield "quiet_hours", at_night - z.mean(axis=1)


def _bursts(jumps: Values, quiet: NDArray[np.bool_]) -> Iterator[tuple[str, Values]]:
    """Figures of sudden starts and ends."""
    ordered = np.sort(jumps, axis=1)
    yield "highest", ordered[:, -1]
    yield "top_ten", ordered[:, -10:].mean(axis=1)
    yield "lowest", ordered[:, 0]
    yield "bottom_ten", ordered[:, :10].mean(axis=1)
    yield "skew", _moment(jumps, 3)
    yield "tails", np.log1p(_moment(jumps, 4))
    burst = jumps > BURST
    yield "bursts", np.log1p(burst.sum(axis=1))
    yield "ends", np.log1p((jumps < -BURST).sum(axis=1))
    yield "quiet_bursts", np.log1p((burst & quiet).sum(axis=1))
    swing = jumps[:, :-1] - jumps[:, 1:]
    yield "pulses", np.sort(swing, axis=1)[:, -10:].mean(axis=1)
    yield "echo", np.max([_autocorrelation(jumps, lag) for lag in ECHOES], axis=0)
    yield from _rhythm(jumps)


def _days(z: Values, per_day: int) -> Iterator[tuple[str, Values]]:
    """Figures of what recurs at an hour of the day for some days and not on others."""
    days = z.shape[1] // per_day
    by_day = z[:, : days * per_day].reshape(len(z), days, per_day)
    wide = np.concatenate([by_day, by_day[:, :, :2]], axis=2)
    bands = wide[:, :, :-2] + wide[:, :, 1:-1] + wide[:, :, 2:]
    run = min(5, days)
    summed = np.cumsum(np.pad(bands, ((0, 0), (1, 0), (0, 0))), axis=1)
    rolled = (summed[:, run:] - summed[:, :-run]) / np.sqrt(3 * run)
    yield "same_hour.highest", rolled.max(axis=(1, 2))
    yield "same_hour.lowest", rolled.min(axis=(1, 2))
    spread = by_day.std(axis=1)
    yield "same_hour.uneven", spread.max(axis=1) / np.maximum(np.median(spread, axis=1), 0.1)
    totals = by_day.mean(axis=2)
    yield "days.highest", totals.max(axis=1)
    yield "days.spread", totals.std(axis=1)


def _cycle(cycle: Values) -> Iterator[tuple[str, Values]]:
    """Figures of the daily cycle: how deep it is, and how rough where people's are smooth."""
    level = np.log(cycle + 0.5)
    ordered = np.sort(level, axis=1)
    quarter = max(1, level.shape[1] // 4)
    yield "cycle.depth", ordered[:, -quarter:].mean(axis=1) - ordered[:, :quarter].mean(axis=1)
    bend = np.abs(np.roll(level, 1, axis=1) - 2 * level + np.roll(level, -1, axis=1))
    yield "cycle.rough", bend.max(axis=1)
    step = np.abs(np.diff(level, axis=1, append=level[:, :1]))
    yield "cycle.steep", step.max(axis=1) - np.median(step, axis=1)


def _moment(z: Values, order: int) -> Values:
    centred = z - z.mean(axis=1, keepdims=True)
    return np.asarray((centred**order).mean(axis=1) / np.maximum(z.std(axis=1), 1e-6) ** order)


def _longest_run(flags: NDArray[np.bool_]) -> Values:
    """Length of the longest run of true values per row."""
    place = np.arange(flags.shape[1])
    last_false = np.maximum.accumulate(np.where(flags, -1, place[None, :]), axis=1)
    return np.asarray(np.where(flags, place - last_false, 0).max(axis=1), dtype=np.float32)


def _rolling_sum(z: Values, width: int) -> Values:
    """Sums over windows; one window where the series is shorter."""
    width = min(width, z.shape[1])
    total = np.cumsum(np.pad(z.astype(np.float64), ((0, 0), (1, 0))), axis=1)
    return np.asarray(total[:, width:] - total[:, :-width], dtype=np.float32)


def _autocorrelation(z: Values, lag: int) -> Values:
    if z.shape[1] <= lag + 2:
        return np.zeros(len(z), dtype=np.float32)
    clipped = np.clip(z, -BURST, BURST)
    centred = clipped - clipped.mean(axis=1, keepdims=True)
    product = (centred[:, lag:] * centred[:, :-lag]).mean(axis=1)
    return np.asarray(product / np.maximum((centred**2).mean(axis=1), 1e-6))


def _rhythm(jumps: Values) -> Iterator[tuple[str, Values]]:
    """How much of the jumps keeps one period, in all and in the most rhythmic four days."""
    kept, power = _spectrum(jumps)
    share = power / np.maximum(power.sum(axis=1, keepdims=True), 1e-6)
    yield "rhythm.peak", np.log(np.maximum(share.max(axis=1) * share.shape[1], 1e-6))
    yield "rhythm.entropy", _entropy(share)
    yield "rhythm.period", np.log(kept[share.argmax(axis=1)])
    best = np.zeros(len(jumps), dtype=np.float32)
    for begin in range(0, max(1, jumps.shape[1] - WINDOW + 1), WINDOW // 4):
        _, part = _spectrum(jumps[:, begin : begin + WINDOW])
        best = np.maximum(best, part.max(axis=1) / np.maximum(np.median(part, axis=1), 1e-6))
    yield "rhythm.window", np.log(np.maximum(best, 1e-6))


def _spectrum(jumps: Values) -> tuple[Values, Values]:
    """Periods of 3 to 20 steps and the power at each; shapes (periods,) and (n, periods)."""
    clipped = np.clip(jumps, -BURST, BURST)
    power = np.abs(np.fft.rfft(clipped - clipped.mean(axis=1, keepdims=True), axis=1)) ** 2
    period = jumps.shape[1] / np.maximum(np.arange(power.shape[1]), 1)
    kept = (period >= 3) & (period <= 20)
    return period[kept], power[:, kept]


def _entropy(weight: Values) -> Values:
    """Entropy of non-negative weights as a share of the greatest possible."""
    share = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
    bits = -(share * np.log(np.maximum(share, 1e-12))).sum(axis=1)
    return np.asarray(bits / np.log(max(weight.shape[1], 2)))


def quiet_hours(found: Residuals) -> NDArray[np.bool_]:
    """Steps at which an account expects the least views: the lowest quarter of its day."""
    level = found.expected[:, :, 0]
    return np.asarray(level <= np.quantile(level, 0.25, axis=1, keepdims=True))


def _across(found: Residuals) -> Iterator[tuple[str, Values]]:
    """How the metrics move together: correlations of levels and of jumps."""
    metrics = [i for i, name in enumerate(found.channels) if "|" not in name]
    for at, i in enumerate(metrics):
        for j in metrics[at + 1 :]:
            names = f"{found.channels[i]}~{found.channels[j]}"
            yield f"{names}.together", _correlation(found.z[:, :, i], found.z[:, :, j])
            yield f"{names}.jumps", _correlation(found.jumps[:, :, i], found.jumps[:, :, j])


def _correlation(x: Values, y: Values) -> Values:
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    below = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    return np.asarray((x * y).sum(axis=1) / np.maximum(below, 1e-6))
