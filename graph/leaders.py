"""Groups around leaders: no member is far from the one that stands for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .near import Pairs


def lead(count: int, pairs: Pairs, *, seed: int = 0) -> NDArray[np.int64]:
    """Cover similar items by stars: a leader and items similar to it.

    Connected components would chain unrelated texts through boilerplate; in a star (Aslam,
    Pelekhov and Rus, 2004) each member is similar to the leader itself. Items with most
    neighbours lead; an item between two leaders joins the more similar.

    Parameters
    ----------
    count
        Number of items.
    pairs
        Similar pairs of items.

    Returns
    -------
    ndarray
        (count,) int64: the leader of each item; a leader, or an item alone, has its own number.
    """
    source = np.concatenate([pairs.a, pairs.b])
    target = np.concatenate([pairs.b, pairs.a])
    degree = np.bincount(source, minlength=count)
    tie = np.random.default_rng(seed).permutation(count)
    priority = np.empty(count, dtype=np.int64)
    priority[np.lexsort((tie, degree))] = np.arange(count)
    leads = _independent(count, source, target, priority)
    likeness = np.concatenate([pairs.similarity, pairs.similarity])
    to_leader = leads[target] & ~leads[source]
    source, target, likeness = source[to_leader], target[to_leader], likeness[to_leader]
    label = np.arange(count)
    best_last = np.lexsort((priority[target], likeness, source))
    label[source[best_last]] = target[best_last]
    return label


def _independent(
    count: int,
    source: NDArray[np.int64],
    target: NDArray[np.int64],
    priority: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Pick leaders by falling priority such that no two of them are similar (Luby, 1986)."""
    leads = np.zeros(count, dtype=bool)
    open_ = np.ones(count, dtype=bool)
    while open_.any():
        strongest = np.full(count, -1, dtype=np.int64)
        np.maximum.at(strongest, source, priority[target])
        new = open_ & (priority > strongest)
        leads |= new
        open_ &= ~new
        open_[target[new[source]]] = False
        live = open_[source] & open_[target]
        source, target = source[live], target[live]
    return leads
