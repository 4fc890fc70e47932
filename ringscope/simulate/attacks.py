"""Twelve ways to fake engagement: each multiplies what an honest account would get, for a while.

A plan says in which hours what is multiplied by how much. Accounts of one campaign run by one
plan, each some minutes late, as a seller of engagement serves several customers by one job.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .profiles import METRICS

Numbers = NDArray[np.float64]
Window = tuple[int, int]


@dataclass(frozen=True)
class Plan:
    """What one campaign does.

    Attributes
    ----------
    factors
        What each metric is multiplied by, hour by hour, shape (hours, 4); 1 where nothing is done.
    windows
        First and last hour of each part, both included.
    """

    factors: Numbers
    windows: list[Window]


Attack = Callable[[np.random.Generator, int], Plan]


def boost_progressive(rng: np.random.Generator, hours: int) -> Plan:
    """Grows step by step to a multiple over one to four days, like a success that is made."""
    length = int(rng.integers(24, 97))
    window = _place(rng, hours, length)
    ramp = 1 + rng.uniform(2, 6) * np.linspace(0, 1, window[1] - window[0] + 1)
    return _plan(hours, [(window, ramp)])


def bursts_small(rng: np.random.Generator, hours: int) -> Plan:
    """Many small bursts of an hour or two at odd times."""
    parts = [
        (_place(rng, hours, int(rng.integers(1, 3))), rng.uniform(2.5, 6))
        for _ in range(int(rng.integers(8, 20)))
    ]
    return _plan(hours, parts)


def wave_spam(rng: np.random.Generator, hours: int) -> Plan:
    """Waves that rise and fall with a fixed period, as networks of bots send them."""
    period, swing = float(rng.integers(5, 12)), rng.uniform(1.5, 4)
    window = _place(rng, hours, int(rng.integers(48, 145)))
    wave = 1 + swing * (1 + np.sin(2 * np.pi * np.arange(window[1] - window[0] + 1) / period)) / 2
    return _plan(hours, [(window, wave)])


def single_spike(rng: np.random.Generator, hours: int) -> Plan:
    """One massive spike that ends as suddenly as it began."""
    return _plan(hours, [(_place(rng, hours, int(rng.integers(1, 5))), rng.uniform(8, 30))])


def off_peak_bursts(rng: np.random.Generator, hours: int) -> Plan:
    """Bursts between 2 and 5 in the morning of several nights."""
    nights = rng.choice(hours // 24, size=min(hours // 24, int(rng.integers(3, 9))), replace=False)
    parts: list[tuple[Window, Numbers | float]] = []
    for night in np.sort(nights).tolist():
        begin = 24 * night + int(rng.integers(2, 5))
        parts.append(((begin, begin + int(rng.integers(0, 2))), rng.uniform(4, 11)))
    return _plan(hours, parts)


def plateau(rng: np.random.Generator, hours: int) -> Plan:
    """A level that jumps to a multiple for half a day to three days, then falls back."""
    window = _place(rng, hours, int(rng.integers(12, 73)))
    return _plan(hours, [(window, rng.uniform(2.5, 6))])


def like_flood(rng: np.random.Generator, hours: int) -> Plan:
    """Likes without views: an order of likes is delivered within hours."""
    parts = [
        (_place(rng, hours, int(rng.integers(3, 13))), rng.uniform(4, 11))
        for _ in range(int(rng.integers(1, 5)))
    ]
    return _plan(hours, parts, ("likes",))


def comment_pod(rng: np.random.Generator, hours: int) -> Plan:
    """A pod that comments and shares at the same hour every day for a week or more."""
    hour, length = int(rng.integers(0, 22)), int(rng.integers(1, 4))
    first = int(rng.integers(0, max(1, hours // 24 - 7)))
    days = range(first, min(hours // 24, first + int(rng.integers(7, 13))))
    strength = rng.uniform(5, 13)
    parts: list[tuple[Window, Numbers | float]] = [
        ((24 * day + hour, 24 * day + hour + length - 1), strength) for day in days
    ]
    return _plan(hours, parts, ("comments", "shares"))


def view_farm(rng: np.random.Generator, hours: int) -> Plan:
    """Views without interest: views are bought, nobody likes or comments."""
    window = _place(rng, hours, int(rng.integers(24, 121)))
    return _plan(hours, [(window, rng.uniform(2.5, 7))], ("views",))


def metronome(rng: np.random.Generator, hours: int) -> Plan:
    """A pulse of one hour at every so many hours, as a timer sends it."""
    period = int(rng.integers(5, 20))
    begin, end = _place(rng, hours, int(rng.integers(120, 241)))
    strength = rng.uniform(3, 7)
    parts: list[tuple[Window, Numbers | float]] = [
        ((hour, hour), strength) for hour in range(begin, end + 1, period)
    ]
    return _plan(hours, parts)


def night_fill(rng: np.random.Generator, hours: int) -> Plan:
    """A drip through the night: the quiet hours of several days are filled up."""
    strength = rng.uniform(3, 7)
    first = int(rng.integers(0, max(1, hours // 24 - 6)))
    days = range(first, min(hours // 24, first + int(rng.integers(5, 10))))
    return _plan(hours, [((24 * day, 24 * day + 6), strength) for day in days])


def stop_and_go(rng: np.random.Generator, hours: int) -> Plan:
    """Blocks of some hours switched on and off at random: a budget that is spent in turns."""
    begin, end = _place(rng, hours, int(rng.integers(72, 169)))
    parts: list[tuple[Window, Numbers | float]] = []
    hour = begin
    while hour <= end:
        length = int(rng.integers(3, 9))
        parts.append(((hour, min(hour + length - 1, end)), rng.uniform(2.5, 5.5)))
        hour += length + int(rng.integers(4, 13))
    return _plan(hours, parts)


ATTACKS: dict[str, Attack] = {
    attack.__name__: attack
    for attack in (
        boost_progressive, bursts_small, wave_spam, single_spike, off_peak_bursts, plateau,
        like_flood, comment_pod, view_farm, metronome, night_fill, stop_and_go,
    )
}  # fmt: skip
"""All attacks by name: the five that the document names, then seven more."""


def _place(rng: np.random.Generator, hours: int, length: int) -> Window:
    """Put a window of this length anywhere."""
    length = min(length, hours)
    begin = int(rng.integers(0, hours - length + 1))
    return begin, begin + length - 1


def _plan(
    hours: int,
    parts: Sequence[tuple[Window, Numbers | float]],
    metrics: tuple[str, ...] = METRICS,
) -> Plan:
    factors = np.ones((hours, len(METRICS)))
    windows = []
    chosen = [METRICS.index(name) for name in metrics]
    for (begin, end), factor in sorted(parts, key=lambda part: part[0]):
        end = min(end, hours - 1)
        span = np.broadcast_to(factor, (end - begin + 1,))
        for metric in chosen:
            factors[begin : end + 1, metric] = np.maximum(factors[begin : end + 1, metric], span)
        windows.append((begin, end))
    return Plan(factors, windows)
