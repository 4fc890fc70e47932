"""Boosted trees that are taught by labels and by what earlier trees said without them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.boosted import RATE, Boosted, fit_boosted, fit_taught
from models.folds import group_folds

PARTS = 5
"""Parts of the labelled accounts; each is judged by trees that were fitted on the others."""
SAY = 0.5
"""Weight of that judgement beside a label, and of an account that has no label."""
FAST = 2
"""Earlier trees learn so many times as fast, in so many times fewer rounds."""


def fit_self_taught(
    X: NDArray[np.float32],
    labels: NDArray[np.integer],
    groups: NDArray[np.integer],
    *,
    seed: int,
    rounds: int = 500,
    seeds: int = 1,
) -> Boosted:
    """Fit boosted trees to labels that are softened, and to accounts without one.

    A label says what happened once; what trees fitted on other accounts say of this one is less
    exact and less subject to chance. Trees are fitted to the mean of both (soft bootstrapping:
    Reed et al., "Training Deep Neural Networks on Noisy Labels with Bootstrapping", 2015), and to
    what is said of accounts without a label (Lee, "Pseudo-Label", 2013).

    Parameters
    ----------
    X
        Features of all accounts, shape (accounts, features), NaN where missing.
    labels
        1 spam, 0 honest, below 0 unknown, shape (accounts,); at least two groups of spam.
    groups
        Ring or component of each account, below 0 where it is on its own; never split.
    seed, rounds, seeds
        See `fit_boosted`.
    """
    known = labels >= 0
    said = said_unseen(X, labels, groups, seed=seed, rounds=rounds)
    spam = np.where(known, (1 - SAY) * labels + SAY * said, said)
    weights = np.where(known, 1.0, SAY)
    return fit_taught(X, spam, weights, seed=seed, rounds=rounds, seeds=seeds)


def said_unseen(
    X: NDArray[np.float32],
    labels: NDArray[np.integer],
    groups: NDArray[np.integer],
    *,
    seed: int,
    rounds: int,
) -> NDArray[np.float64]:
    """Risk of every account by trees that have not seen the labels of its group, (accounts,)."""
    part = group_folds(groups, labels, PARTS, seed)
    said = np.empty(len(X))
    for held in np.unique(part):
        # Accounts without a label are part -1: all labels may speak of them.
        learned, asked = (part >= 0) & (part != held), part == held
        trees = fit_boosted(
            X[learned],
            labels[learned],
            seed=seed,
            rounds=max(rounds // FAST, 1),
            options={"learning_rate": RATE * FAST},
        )
        said[asked] = trees.predict(X[asked])
    return said
