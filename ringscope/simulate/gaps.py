"""Gaps between the searches of one go: people's, and those of several kinds of programs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Numbers]


def human(rng: np.random.Generator, size: int) -> Numbers:
    """Seconds between the actions of a person: a median of 40, from a few to many minutes."""
    return rng.lognormal(np.log(40), 1.1, size)


def burst(rng: np.random.Generator, size: int) -> Numbers:
    """About 20 seconds, give or take 5: hundreds of pages in one go."""
    return rng.normal(20, 5, size).clip(1)


def constant(rng: np.random.Generator, size: int) -> Numbers:
    """The same whole number of seconds each time."""
    return np.repeat(np.float64(rng.integers(2, 61)), size)


def arithmetic(rng: np.random.Generator, size: int) -> Numbers:
    """One or two seconds more each time."""
    first, more = float(rng.integers(1, 10)), float(rng.integers(1, 3))
    return np.asarray(first + more * np.arange(size), dtype=np.float64)


def timer(rng: np.random.Generator, size: int) -> Numbers:
    """A round period; each start is late by up to a tenth, which does not add up."""
    period = float(rng.choice([30, 60, 120, 300]))
    late = rng.uniform(0, 0.1 * period, size + 1)
    return period + np.diff(late)


def jitter(rng: np.random.Generator, size: int) -> Numbers:
    """A wait of any length within a quarter of the usual one."""
    return float(rng.uniform(8, 90)) * rng.uniform(0.75, 1.25, size)


def quick(rng: np.random.Generator, size: int) -> Numbers:
    """A few seconds: a person's spread, but too fast."""
    return rng.lognormal(np.log(3), 0.5, size)
