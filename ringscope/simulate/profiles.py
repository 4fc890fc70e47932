"""Seven profiles of honest accounts, and what their engagement looks like hour by hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

METRICS = ("views", "likes", "comments", "shares")
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Profile:
    """One sort of account.

    Attributes
    ----------
    views
        Views per hour of the median account; accounts differ by a factor of about e^spread.
    spread
        Deviation of the logarithm of the level between accounts.
    noise
        Deviation of the logarithm of an hour's level, correlated from hour to hour.
    spikes
        Posts per week that take off: a jump that dies away within hours.
    height
        Size of such a jump, in multiples of the usual level.
    growth
        Growth over two weeks, as a factor.
    silent
        Share of days without a post.
    share
        Of all accounts.
    """

    views: float
    spread: float
    noise: float
    spikes: float
    height: float
    growth: tuple[float, float]
    silent: float
    share: float


PROFILES: dict[str, Profile] = {
    "regular": Profile(60, 0.6, 0.15, 0.5, 2.0, (0.9, 1.1), 0.0, 0.30),
    "impulsive": Profile(50, 0.7, 0.30, 3.0, 4.0, (0.8, 1.2), 0.10, 0.14),
    "dormant": Profile(6, 0.7, 0.30, 0.3, 3.0, (0.7, 1.1), 0.40, 0.12),
    "influencer": Profile(1_500, 0.8, 0.20, 2.0, 3.0, (0.9, 1.3), 0.0, 0.10),
    "new": Profile(10, 0.8, 0.30, 1.0, 4.0, (1.5, 6.0), 0.05, 0.10),
    "casual": Profile(20, 0.6, 0.25, 0.7, 2.5, (0.8, 1.2), 0.20, 0.16),
    "power": Profile(300, 0.7, 0.15, 1.5, 2.5, (0.9, 1.3), 0.0, 0.08),
}


@dataclass(frozen=True)
class Base:
    """What engagement would be without attacks.

    Attributes
    ----------
    views
        Expected views, shape (accounts, hours).
    rates
        Likes, comments and shares per view, shape (accounts, hours, 3).
    """

    views: Numbers
    rates: Numbers


def draw_base(
    rng: np.random.Generator, names: NDArray[np.str_], hours: int, moments: NDArray[np.int64]
) -> Base:
    """Draw expected engagement.

    Parameters
    ----------
    names
        Profile of each account.
    hours
        Length.
    moments
        Hour of the week of each step (0 is Monday midnight), shape (hours,).
    """
    size = len(names)
    kinds = [PROFILES[str(name)] for name in names]

    def of(field: str) -> Numbers:
        return np.array([getattr(kind, field) for kind in kinds], dtype=np.float64)

    level = of("views") * np.exp(of("spread") * rng.normal(size=size))
    low, high = np.array([kind.growth for kind in kinds]).T
    growth = np.log(rng.uniform(low, high))[:, None] * np.linspace(-0.5, 0.5, hours)
    log_views = np.log(level)[:, None] + growth + _cycles(rng, size, moments)
    log_views += of("noise")[:, None] * correlated(rng, (size, hours), 0.8)
    log_views += _together(rng, size, hours)
    views = np.exp(log_views) * _take_offs(rng, of("spikes"), of("height"), hours)
    views *= _silences(rng, of("silent"), hours)
    usual = np.array([0.08, 0.012, 0.006]) * np.exp(0.4 * rng.normal(size=(size, 3)))
    mood = np.stack([0.15 * correlated(rng, (size, hours), 0.7) for _ in range(3)], axis=2)
    return Base(views, usual[:, None, :] * np.exp(mood))


def correlated(rng: np.random.Generator, shape: tuple[int, int], memory: float) -> Numbers:
    """Normal noise, each step correlated with the one before; deviation 1."""
    noise = rng.normal(size=shape)
    for step in range(1, shape[1]):
        noise[:, step] = memory * noise[:, step - 1] + np.sqrt(1 - memory**2) * noise[:, step]
    return noise


def _cycles(rng: np.random.Generator, size: int, moments: NDArray[np.int64]) -> Numbers:
    """Log of the daily and weekly cycle: audiences of different time zones, busier weekends."""
    peak = rng.normal(20, 1.5, (size, 1)) + rng.choice([0, 0, 0, -6, 5], (size, 1))
    depth = rng.uniform(0.5, 1.3, (size, 1))
    hour = moments % 24
    daily = depth * np.cos((hour - peak) * 2 * np.pi / 24)
    daily += 0.25 * np.cos((hour - peak + 7) * 4 * np.pi / 24)
    weekend = rng.normal(0.15, 0.2, (size, 1)) * (moments >= 120)
    return np.asarray(daily + weekend)


def _together(rng: np.random.Generator, size: int, hours: int) -> Numbers:
    """Events that move many accounts at once: a match, a holiday, an outage."""
    effect = np.zeros((size, hours))
    for _ in range(max(1, hours // 84)):
        begin, length = int(rng.integers(0, hours)), int(rng.integers(3, 9))
        touched = rng.random((size, 1)) < 0.5
        effect[:, begin : begin + length] += touched * rng.choice([0.6, 0.4, -0.8])
    return effect


def _silences(rng: np.random.Generator, share: Numbers, hours: int) -> Numbers:
    """Factors of days without posts: engagement fades out over half a day, and comes back so."""
    days = np.repeat(rng.random((len(share), hours // 24 + 2)) < share[:, None], 24, axis=1)
    total = np.cumsum(days, axis=1, dtype=np.float64)
    faded = (total[:, 12:] - total[:, :-12])[:, :hours] / 12
    return np.asarray(np.exp(np.log(0.25) * faded), dtype=np.float64)


def _take_offs(rng: np.random.Generator, weekly: Numbers, height: Numbers, hours: int) -> Numbers:
    """Factors of posts that take off and die away with a half-life of some hours."""
    starts = rng.random((len(weekly), hours)) < weekly[:, None] / 168
    jump = starts * height[:, None] * rng.lognormal(0, 0.5, starts.shape)
    fade = np.exp(-np.log(2) / rng.uniform(2, 8, len(weekly)))
    total = np.zeros_like(jump)
    total[:, 0] = jump[:, 0]
    for step in range(1, hours):
        total[:, step] = total[:, step - 1] * fade + jump[:, step]
    return 1 + total
