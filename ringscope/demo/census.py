"""The census: how many accounts of which kind, in which innocent group or ring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest import SettingsError

from .clock import Ints

RING_KINDS = (
    "device_farm",
    "proxy_kit",
    "alias_mail",
    "shared_card",
    "reused_phone",
    "burst_subnet",
    "careful_chain",
    "slow_aged",
    "mixed",
)
LARGEST = "mixed"  # an operation of hundreds uses several means
# kind: share of the honest accounts, smallest and largest group
INNOCENT_KINDS = {
    "household": (0.44, 2, 5),
    "kin": (0.022, 2, 4),
    "campus": (0.05, 60, 500),
    "office": (0.05, 4, 60),
    "carrier": (0.13, 1, 1),
    "vpn": (0.04, 1, 1),
    "cafe": (0.035, 10, 90),
    "school": (0.025, 15, 80),
    "agency": (0.014, 5, 45),
    "course": (0.022, 8, 70),
}
RING_PART = 0.75
TAIL = 1.15  # exponent of the Pareto law of ring sizes
SMALLEST_WORLD = 200


@dataclass(frozen=True)
class Census:
    """One entry per account: its kind, its innocent group and its ring (-1: none)."""

    kind: NDArray[np.str_]
    group: Ints
    ring: Ints


def ring_sizes(rng: np.random.Generator, budget: int) -> list[int]:
    """Split `budget` accounts into rings of 3 and more, heavy-tailed; one per kind if it can."""
    largest = max(12, int(0.22 * budget))
    sizes = [min(budget, int(largest * rng.uniform(0.85, 1.0)))]
    below = 1 - (3 / (0.5 * largest)) ** TAIL  # the other rings stay below half of the largest
    while (left := budget - sum(sizes)) >= 3:
        size = int(3 * (1 - rng.random() * below) ** (-1 / TAIL))
        spare = left - 3 * max(len(RING_KINDS) - len(sizes) - 1, 0)
        sizes.append(max(min(size, spare), 3))
    sizes[0] += budget - sum(sizes)
    return sizes


def group_sizes(rng: np.random.Generator, budget: int, low: int, high: int) -> list[int]:
    """Split `budget` accounts into groups of `low` to `high`, small ones more often."""
    sizes: list[int] = []
    while budget >= low:
        sizes.append(min(int(low * (high / low) ** (rng.random() ** 1.5)), budget))
        budget -= sizes[-1]
    return sizes


def take_census(rng: np.random.Generator, accounts: int, spam_share: float) -> Census:
    """Allot accounts to kinds, groups and rings, in an order that says nothing.

    Raises
    ------
    SettingsError
        If `accounts` is below 200 or `spam_share` is outside 0.02 to 0.5.
    """
    if accounts < SMALLEST_WORLD:
        raise SettingsError(f"accounts={accounts}: a demo world needs {SMALLEST_WORLD} or more")
    if not 0.02 <= spam_share <= 0.5:
        raise SettingsError(f"spam_share={spam_share}: give a share from 0.02 to 0.5")
    spam = round(accounts * spam_share)
    in_rings = max(round(spam * RING_PART), 3)
    kinds: list[str] = []
    groups: list[int] = []
    rings: list[int] = []
    deal = [LARGEST, *rng.permutation([kind for kind in RING_KINDS if kind != LARGEST])]
    for number, size in enumerate(ring_sizes(rng, in_rings)):
        kinds += [str(deal[number % len(deal)])] * size
        groups += [-1] * size
        rings += [number] * size
    kinds += ["lone"] * (spam - in_rings)
    groups += [-1] * (spam - in_rings)
    honest = accounts - spam
    group = 0
    for kind, (share, low, high) in INNOCENT_KINDS.items():
        for size in group_sizes(rng, round(share * honest), low, high):
            kinds += [kind] * size
            groups += [group] * size
            group += 1
    kinds += ["single"] * (accounts - len(kinds))
    groups += [-1] * (accounts - len(groups))
    rings += [-1] * (accounts - len(rings))
    order = rng.permutation(accounts)
    return Census(
        np.array(kinds)[order],
        np.array(groups, dtype=np.int64)[order],
        np.array(rings, dtype=np.int64)[order],
    )
