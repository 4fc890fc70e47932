"""Whether two groups of accounts are run by one hand, told by habits and sign-up times.

How much the accounts of one hand differ, and how much hands differ, is learned from groups that
links found, so that no label is needed: the two-covariance model of probabilistic linear
discriminant analysis (Ioffe, ECCV 2006), by which two sets of recordings are told to be of one
speaker or of two (Brümmer and de Villiers, The speaker partitioning problem, Odyssey 2010). Some
operations sign up in a night and some in a year: how long one takes is averaged over, so that the
same week is much evidence for the first and little for the second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DIRECTIONS = 8
"""Most directions in which hands are told apart."""
SHRINK = 0.9
"""How far the covariances within a group are drawn to none: they are learned from few accounts."""
OUTLIER = -1.5
"""Least log odds in one direction: one odd habit does not outweigh all others."""
NARROWEST = 1e-4
"""Least variance of the sign-ups of one hand, in normal scores of all."""
WIDTHS = 9
"""Variances of sign-ups that are averaged over."""


@dataclass
class Hands:
    """Groups of accounts, summed up; `absorb` changes them in place.

    Attributes
    ----------
    between
        (directions,) variance of hands, in units of the variance within one hand.
    size, mean
        Accounts, (groups,), and their mean in each direction, (groups, directions).
    known, time, spread
        Accounts with a known sign-up, the mean of it as a normal score, and the sum of squares
        about that mean; (groups,).
    widths
        Variances of sign-ups that groups have, all equally likely.
    center, wide
        Mean and variance of the mean sign-ups.
    """

    between: Floats
    size: Floats
    mean: Floats
    known: Floats
    time: Floats
    spread: Floats
    widths: Floats
    center: float
    wide: float

    def log_odds(self, x: int, others: Ints) -> Floats:
        """Log odds, (others,), that group x and each other one are of one hand and not of two."""
        return self._habits(x, others) + self._times(x, others)

    def absorb(self, x: int, y: int) -> None:
        """Add group y to x."""
        self.mean[x] += (self.mean[y] - self.mean[x]) * self.size[y] / (self.size[x] + self.size[y])
        self.size[x] += self.size[y]
        time, spread = self._pooled(x, np.array([y]))
        self.time[x], self.spread[x] = time[0], spread[0]
        self.known[x] += self.known[y]

    def _habits(self, x: int, others: Ints) -> Floats:
        """By the density of both means under one hand and under two, in each direction."""
        b, here, there = self.between, self.mean[x], self.mean[others]
        own, other = 1 / self.size[x] + b, 1 / self.size[others, None] + b
        rest = own * other - b**2
        two = here**2 / own + there**2 / other + np.log(own * other)
        one = other * here**2 - 2 * b * here * there + own * there**2
        one = one / rest + np.log(rest)
        odds: Floats = np.maximum((two - one) / 2, OUTLIER).sum(axis=1)
        return odds

    def _times(self, x: int, others: Ints) -> Floats:
        both = self._density(self.known[x] + self.known[others], *self._pooled(x, others))
        one, two = (
            self._density(self.known[i], self.time[i], self.spread[i]) for i in ([x], others)
        )
        odds: Floats = both - one - two
        return odds

    def _pooled(self, x: int, others: Ints) -> tuple[Floats, Floats]:
        """Mean, and sum of squares about it, of the sign-ups of x with those of each other one."""
        gap = self.time[others] - self.time[x]
        part = self.known[others] / np.maximum(self.known[x] + self.known[others], 1)
        apart = self.known[x] * part * gap**2
        return self.time[x] + part * gap, self.spread[x] + self.spread[others] + apart

    def _density(self, known: Floats, time: Floats, spread: Floats) -> Floats:
        """Log density of the sign-ups of one hand, over all centers and widths that it may have."""
        n, w = np.maximum(known, 1)[:, None], self.widths
        reach = self.wide + w / n
        fit = spread[:, None] / w + (time[:, None] - self.center) ** 2 / reach
        scale = (n - 1) * np.log(2 * np.pi * w) + np.log(2 * np.pi * n * reach)
        each = -(fit + scale) / 2
        peak = each.max(axis=1)
        density: Floats = peak + np.log(np.exp(each - peak[:, None]).mean(axis=1))
        return np.where(known > 0, density, 0.0)


def learn_hands(habits: Floats, times: Floats, group: Ints) -> Hands:
    """Learn from groups in what hands differ, and sum the groups up.

    Parameters
    ----------
    habits
        (accounts, features) in any units, NaN where missing; ranks count.
    times
        (accounts,) sign-ups, NaN where unknown; ranks count.
    group
        (accounts,) group of each account, numbered from 0; of two accounts or more each.
    """
    from scipy.linalg import eigh

    size = np.bincount(group)
    habits, times = np.nan_to_num(normal_scores(habits)), normal_scores(times[:, None])

    def summed(values: Floats) -> Floats:
        return np.stack([np.bincount(group, column, len(size)) for column in values.T], axis=1)

    mean = summed(habits) / size[:, None]
    inner = habits - mean[group]
    within = inner.T @ inner / (len(inner) - len(size))
    # A habit in which no fragment varies would tell hands apart without bound.
    within = (1 - SHRINK) * within + np.diag(SHRINK * np.diag(within) + 1e-3)
    between = np.atleast_2d(np.cov(mean.T)) - within * (1 / size).mean()
    variance, axes = eigh(between, within)
    chosen = [i for i in np.argsort(-variance)[:DIRECTIONS] if variance[i] > 0]

    seen = ~np.isnan(times)
    known = summed(seen.astype(np.float64))[:, 0]
    filled = np.nan_to_num(times)
    time = summed(filled)[:, 0] / np.maximum(known, 1)
    spread = summed(np.where(seen, filled - time[group, None], 0.0) ** 2)[:, 0]
    timed = known > 1
    variances = np.maximum(spread[timed] / (known[timed] - 1), NARROWEST)
    widths = np.quantile(variances, np.linspace(0, 1, WIDTHS)) if timed.any() else np.ones(1)
    center, wide = (time[timed].mean(), time[timed].var()) if timed.any() else (0.0, 1.0)
    return Hands(
        variance[chosen],
        size.astype(np.float64),
        (mean - mean.mean(axis=0)) @ axes[:, chosen],
        known,
        time,
        spread,
        widths,
        float(center),
        float(wide),
    )


def normal_scores(values: NDArray[np.floating]) -> Floats:
    """Rank-based normal scores of each column, NaN where missing; (rows, columns)."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    known = np.maximum((~np.isnan(values)).sum(axis=0), 1)
    scores: Floats = ndtri((rankdata(values, axis=0, nan_policy="omit") - 0.5) / known)
    return scores
