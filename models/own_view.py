"""What an account shows by itself, taught by what the graph knows.

Labels are few, and ring members give themselves away through their links. What they have in
common beside the links (wording, hours, fields of the profile) is what lone spammers show too.
So a second model sees only an account's own features and its phrasing, and is taught not only by
labels but by the risk that the first models give to the accounts without one: co-training of two
views (Blum and Mitchell, "Combining Labeled and Unlabeled Data with Co-Training", COLT 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .boosted import Boosted, fit_taught
from .calibration import log_odds
from .features import FeatureTable
from .grams import Grams
from .phrasing import COLUMNS, Phrasing, fit_phrasing

TOLD = (0.03, 0.88)
"""Probability of spam that a label of honest, and of spam, stands for: some are wrong."""
LEAST = 0.05
"""Probability of spam from which an account without a label is taught as spam too, in part."""
MOST_TAUGHT = 20_000
"""Accounts without a label that are taught; more add time and no knowledge."""
ROUNDS = 150
OPTIONS = {
    "learning_rate": 0.05,
    "feature_fraction": 0.5,
    "min_sum_hessian_in_leaf": 5.0,
    "min_data_in_leaf": 20,
}

Array = NDArray[np.float64]


@dataclass(frozen=True)
class OwnView:
    """Fitted phrasing and trees.

    Attributes
    ----------
    columns
        Own features that the trees read, before the phrasing.
    phrasing
        Weights of the grams.
    trees
        Boosted trees on the own features and the phrasing.
    """

    columns: tuple[str, ...]
    phrasing: Phrasing
    trees: Boosted

    def apply(
        self,
        features: FeatureTable,
        phrased: Array,
        rows: NDArray[np.integer] | slice = slice(None),
    ) -> Array:
        """Log-odds of the accounts `rows`, all if not given; `phrased` as for `seen`."""
        chosen = self.seen(features, phrased)[rows]
        return log_odds(self.trees.predict(chosen)) if len(chosen) else np.empty(0)

    def seen(self, features: FeatureTable, phrased: Array) -> NDArray[np.float32]:
        """What the trees read: (accounts, columns and `phrasing.COLUMNS`).

        Parameters
        ----------
        features
            Of all accounts.
        phrased
            (accounts, 3) what `phrasing` says of their messages.
        """
        return _beside(features.aligned(self.columns), phrased)


class Taught(NamedTuple):
    """What `fit_own_view` gives.

    Attributes
    ----------
    view
        Fitted on all accounts.
    by_fold
        Views that were not taught by the accounts of each fold, nor by a teacher who knew its
        labels.
    odds
        (accounts,) log-odds of each account by the view without its fold.
    """

    view: OwnView
    by_fold: tuple[OwnView, ...]
    odds: Array


def fit_own_view(
    features: FeatureTable,
    columns: Sequence[str],
    grams: Grams,
    teachers: Array,
    labels: NDArray[np.integer],
    folds: NDArray[np.integer],
    *,
    seed: int,
    threads: int,
) -> Taught:
    """Fit the second view, cross-fitted.

    Parameters
    ----------
    features
        Of all accounts.
    columns
        The account's own features among them.
    grams
        Of all messages.
    teachers
        (folds + 1, accounts) risk by models that have not seen the labels of each fold, and, as
        the last row, of any; only accounts without a label are looked up.
    labels
        1 spam, 0 honest, below 0 unknown.
    folds
        Fold of every account, labelled or not; a group is never split.
    """
    own = features.aligned(columns)
    told = np.where(labels == 1, TOLD[1], TOLD[0])
    every = len(teachers) - 1

    def fit(fold: int) -> tuple[OwnView, Array]:
        spam = np.where(labels >= 0, told, teachers[fold])
        rows = _drawn((folds != fold) | (fold == every), labels, seed)
        phrasing = fit_phrasing(grams, spam, np.isin(np.arange(len(labels)), rows))
        seen = _beside(own, phrasing.apply(grams, len(own)))
        trees = fit_taught(
            seen[rows], spam[rows], least=LEAST, seed=seed, rounds=ROUNDS, options=OPTIONS
        )
        held = folds == fold
        return OwnView(tuple(columns), phrasing, trees), log_odds(trees.predict(seen[held]))

    with ThreadPoolExecutor(threads) as pool:
        fits = list(pool.map(fit, range(every + 1)))
    odds = np.zeros(len(labels))
    for fold, (_, held) in enumerate(fits[:every]):
        odds[folds == fold] = held
    return Taught(fits[every][0], tuple(view for view, _ in fits[:every]), odds)


def _drawn(taught: NDArray[np.bool_], labels: NDArray[np.integer], seed: int) -> NDArray[np.int64]:
    """Rows to teach: the labelled ones, and at most so many others."""
    known, others = np.flatnonzero(taught & (labels >= 0)), np.flatnonzero(taught & (labels < 0))
    if len(others) > MOST_TAUGHT:
        others = np.random.default_rng(seed).choice(others, MOST_TAUGHT, replace=False)
    return np.sort(np.concatenate([known, others]))


def _beside(own: NDArray[np.float32], phrasing: Array) -> NDArray[np.float32]:
    return np.ascontiguousarray(np.column_stack([own, phrasing]), dtype=np.float32)


def view_columns(view: OwnView) -> list[str]:
    """Names of what the trees read, in order."""
    return [*view.columns, *COLUMNS]
