"""How much an account writes like spam: naive Bayes over the grams of its messages.

Spammers who share nothing else still ask for the same things. The weights are learned from this
platform's own accounts, never shipped: what spam says differs from place to place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from .grams import Grams

PRIOR = 20.0
"""Messages at the common rate that each side is given to begin with."""
COLUMNS = ("phrasing.strongest", "phrasing.mean", "phrasing.two")
WORDS = {
    "phrasing.strongest": "a message of it is worded like those of spam accounts",
    "phrasing.mean": "its messages are worded like those of spam accounts",
    "phrasing.two": "two messages of it are worded like those of spam accounts",
}

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Phrasing:
    """What each gram says about who wrote it.

    Attributes
    ----------
    keys
        (grams,) uint64, sorted, see `Grams.keys`.
    weights
        (grams,) log of how much more frequent the gram is among spam.
    """

    keys: NDArray[np.uint64]
    weights: Array

    def apply(self, grams: Grams, accounts: int) -> Array:
        """Score accounts by their messages.

        Returns
        -------
        ndarray
            (accounts, 3): the strongest message, the mean, the mean of the strongest two, in
            log-odds per square root of a message's length; NaN for accounts without messages.
        """
        same = len(grams.keys) == len(self.keys) and (grams.keys == self.keys).all()
        matrix = grams.matrix if same else grams.aligned(self.keys)
        length = np.asarray(matrix.sum(axis=1)).ravel()
        return _by_account(np.asarray(matrix @ self.weights) / np.sqrt(length + 1), grams, accounts)


def phrased(sayings: Sequence[Phrasing], grams: Grams) -> pl.DataFrame:
    """Score the messages of accounts by several phrasings of the same grams.

    Returns
    -------
    DataFrame
        account (those with words), and three columns per phrasing, see `Phrasing.apply`.
    """
    account, rows = np.unique(grams.account, return_inverse=True)
    dense = replace(grams, account=rows)
    scores = np.hstack([one.apply(dense, len(account)) for one in sayings])
    columns = [f"{place}.{name}" for place in range(len(sayings)) for name in COLUMNS]
    frame = pl.DataFrame(scores, schema=dict.fromkeys(columns, pl.Float64))
    return frame.insert_column(0, pl.Series("account", account.astype(np.uint32)))


def phrasing_digest(sayings: Sequence[Phrasing]) -> str:
    """SHA-256 over phrasings: whether they say the same."""
    digest = hashlib.sha256(sayings[0].keys.tobytes())
    for one in sayings:
        digest.update(one.weights.tobytes())
    return digest.hexdigest()


def fit_phrasing(grams: Grams, spam: Array, taught: NDArray[np.bool_]) -> Phrasing:
    """Learn the weights from accounts that are spam with some probability.

    Multinomial naive Bayes with soft labels, as in one step of expectation maximisation (Nigam,
    McCallum, Thrun and Mitchell, "Text Classification from Labeled and Unlabeled Documents using
    EM", 2000). An account's messages weigh one account together.

    Parameters
    ----------
    grams
        Of the messages of all accounts.
    spam
        (accounts,) probability of being spam.
    taught
        (accounts,) whose messages are learned from.
    """
    share = taught[grams.account] / np.bincount(grams.account)[grams.account]
    guilty, honest = spam[grams.account] * share, (1 - spam[grams.account]) * share
    by_gram = sparse.csr_array(grams.matrix.T)
    among_spam, among_honest = by_gram @ guilty, by_gram @ honest
    common = (among_spam + among_honest) / max(float(share.sum()), 1e-9) + 1e-9
    rates = [
        (count + PRIOR * common) / (total + PRIOR)
        for count, total in ((among_spam, guilty.sum()), (among_honest, honest.sum()))
    ]
    return Phrasing(grams.keys, np.asarray(np.log(rates[0] / rates[1]), dtype=np.float64))


def _by_account(score: Array, grams: Grams, accounts: int) -> Array:
    """Strongest, mean and mean of the strongest two per account."""
    found = np.full((accounts, len(COLUMNS)), np.nan)
    order = np.lexsort((-score, grams.account))
    account, score = grams.account[order], score[order]
    first = np.flatnonzero(np.diff(account, prepend=-1))
    if not len(first):
        return found
    count = np.diff(np.append(first, len(account)))
    second = score[np.minimum(first + 1, len(score) - 1)]
    two = np.where(count > 1, (score[first] + second) / 2, score[first])
    mean = np.add.reduceat(score, first) / count
    found[account[first]] = np.column_stack([score[first], mean, two])
    return found
