"""How much an account writes like spam: logistic regression on the grams of its messages.

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

from .calibration import probability
from .grams import Grams

STRENGTH = 1.0
"""Inverse of the ridge penalty on the weights, per account."""
STEPS = 30
"""Steps of the optimiser; more change nothing that ranks."""
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
        (grams,) what the gram adds to the log-odds of spam, over the root of a message's length.
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
        score = np.asarray(_unit(matrix) @ self.weights)
        return by_account(score, grams.account, accounts)

    def of_few(self, message: NDArray[np.int32], gram: NDArray[np.uint64], messages: int) -> Array:
        """Score messages one by one, as `apply` does before it looks at their accounts.

        Parameters
        ----------
        message, gram
            See `grams_of_few`.
        messages
            Number of messages.
        """
        place = np.minimum(np.searchsorted(self.keys, gram), max(len(self.keys) - 1, 0))
        known = self.keys[place] == gram if len(self.keys) else np.zeros(len(gram), bool)
        held = np.unique(np.column_stack([message[known], place[known]]), axis=0)
        length = np.bincount(held[:, 0], minlength=messages)
        scale = 1 / np.sqrt(length.astype(np.float32) + 1)  # in the precision of `_unit`
        worth = scale[held[:, 0]] * self.weights[held[:, 1]]
        return np.bincount(held[:, 0], weights=worth, minlength=messages).astype(np.float64)


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

    Logistic regression with a ridge on messages of unit length, each taught with the probability
    of its account. Unlike naive Bayes it does not count the parts of one phrase again and again.
    An account's messages weigh one account together.

    Parameters
    ----------
    grams
        Of the messages of all accounts.
    spam
        (accounts,) probability of being spam.
    taught
        (accounts,) whose messages are learned from.
    """
    from scipy.optimize import minimize

    heard = taught[grams.account]
    account = grams.account[heard]
    matrix = _unit(grams.matrix[np.flatnonzero(heard)])
    turned = sparse.csr_array(matrix.T)
    truth, share = spam[account], STRENGTH / np.bincount(account)[account]

    def loss(x: Array) -> tuple[float, Array]:
        z = matrix @ x[:-1].astype(np.float32) + x[-1]
        slope = share * (probability(z) - truth)
        value = share @ (np.logaddexp(0, z) - truth * z) + x[:-1] @ x[:-1] / 2
        return float(value), np.append(turned @ slope.astype(np.float32) + x[:-1], slope.sum())

    start = np.zeros(matrix.shape[1] + 1)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    return Phrasing(grams.keys, np.asarray(best[:-1], dtype=np.float64))


def _unit(matrix: sparse.csr_array) -> sparse.csr_array:
    """Messages divided by the root of their number of grams (and one)."""
    length = np.asarray(matrix.sum(axis=1)).ravel()
    scale = sparse.diags_array(1 / np.sqrt(length + 1))
    return sparse.csr_array(scale @ matrix, dtype=np.float32)


def by_account(score: Array, account: NDArray[np.integer], accounts: int) -> Array:
    """Strongest, mean and mean of the strongest two of each account's messages.

    Parameters
    ----------
    score, account
        (messages,) log-odds of each message, and whose it is.
    accounts
        Number of accounts.

    Returns
    -------
    ndarray
        (accounts, 3); NaN for accounts without messages.
    """
    found = np.full((accounts, len(COLUMNS)), np.nan)
    order = np.lexsort((-score, account))
    account, score = account[order], score[order]
    first = np.flatnonzero(np.diff(account, prepend=-1))
    if not len(first):
        return found
    count = np.diff(np.append(first, len(account)))
    second = score[np.minimum(first + 1, len(score) - 1)]
    two = np.where(count > 1, (score[first] + second) / 2, score[first])
    mean = np.add.reduceat(score, first) / count
    found[account[first]] = np.column_stack([score[first], mean, two])
    return found
