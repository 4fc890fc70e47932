"""Folds for honest figures: whole groups stay together; late accounts are held out together."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

NO_FOLD = -1


def group_folds(
    groups: NDArray[np.integer], labels: NDArray[np.integer], folds: int, seed: int
) -> NDArray[np.int8]:
    """Deal labelled accounts into folds so that no group is split and spam is spread evenly.

    The largest groups are dealt first, each to the fold that has the least spam so far (then the
    fewest accounts), which keeps the folds balanced without splitting a ring.

    Parameters
    ----------
    groups
        Group (ring or component) of each account, shape (accounts,). A negative group means
        that the account is on its own.
    labels
        1 spam, 0 honest, below 0 unknown, shape (accounts,).
    folds
        Number of folds, 2 to 100.
    seed
        Decides between groups that are alike.

    Returns
    -------
    fold of each account, 0 to folds - 1; -1 for accounts without a label.

    Raises
    ------
    ValueError
        If `folds` is out of range or the shapes differ.
    """
    if not 2 <= folds <= 100:
        raise ValueError(f"folds must be 2 to 100, not {folds}")
    if groups.shape != labels.shape:
        raise ValueError(f"groups has shape {groups.shape}, labels {labels.shape}")
    known = np.flatnonzero(labels >= 0)
    alone = groups[known] < 0
    names = groups[known].astype(np.int64)
    names[alone] = names.max(initial=0) + 1 + np.arange(int(alone.sum()))
    _, group = np.unique(names, return_inverse=True)
    spam = np.bincount(group, weights=labels[known]).astype(np.int64)
    size = np.bincount(group)
    fold_of_group = _deal(spam, size, folds, np.random.default_rng(seed))
    result = np.full(len(labels), NO_FOLD, dtype=np.int8)
    result[known] = fold_of_group[group]
    return result


def _deal(
    spam: NDArray[np.int64], size: NDArray[np.int64], folds: int, rng: np.random.Generator
) -> NDArray[np.int8]:
    order = np.lexsort((rng.permutation(len(size)), -size, -spam))
    heap = [(0, 0, fold) for fold in range(folds)]
    result = np.zeros(len(size), dtype=np.int8)
    for group in order.tolist():
        guilty, accounts, fold = heapq.heappop(heap)
        result[group] = fold
        heapq.heappush(heap, (guilty + int(spam[group]), accounts + int(size[group]), fold))
        if spam[group] == 0 and guilty:
            # From here on all groups are honest: only the number of accounts is left to balance.
            heap = [(0, accounts, fold) for _, accounts, fold in heap]
            heapq.heapify(heap)
    return result


def time_split(
    times: NDArray[np.datetime64], share: float = 0.3
) -> tuple[np.datetime64, NDArray[np.bool_]]:
    """Hold out the newest accounts.

    Parameters
    ----------
    times
        When each account was created, shape (accounts,); NaT where unknown (never held out).
    share
        Share of the dated accounts to hold out, above 0 and below 1. Accounts of the same moment
        stay together, so the held-out share can be a little larger.

    Returns
    -------
    the cut, and which accounts were created at or after it.

    Raises
    ------
    ValueError
        If no account has a date.
    """
    dated = np.sort(times[~np.isnat(times)])
    if not len(dated):
        raise ValueError("no account has a creation time: a split by time needs one")
    cut = dated[min(int(np.ceil(len(dated) * (1 - share))), len(dated) - 1)]
    held_out = times >= cut  # False for NaT
    return cut, held_out


def whole_folds(
    groups: NDArray[np.integer], folds: NDArray[np.integer], seed: int
) -> NDArray[np.int8]:
    """Extend folds of labelled accounts to all accounts, group by group.

    Parameters
    ----------
    groups
        Group of each account, 0 and above, shape (accounts,).
    folds
        Fold of each labelled account as by `group_folds`, below 0 for others.

    Returns
    -------
    fold of each account: that of the labelled ones of its group, or any.
    """
    used = int(folds.max()) + 1
    dealt = np.random.default_rng(seed).integers(0, used, int(groups.max()) + 1).astype(np.int8)
    known = folds >= 0
    dealt[groups[known]] = folds[known]
    return np.asarray(dealt[groups])


def unheard(groups: NDArray[np.integer], labels: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Accounts whose group has no label: no model has heard of them.

    Parameters
    ----------
    groups
        Group of each account, 0 and above, shape (accounts,).
    labels
        1 spam, 0 honest, below 0 unknown, shape (accounts,).
    """
    labelled = np.zeros(int(groups.max(initial=-1)) + 1, dtype=bool)
    labelled[groups[labels >= 0]] = True
    return np.asarray(~labelled[groups])
