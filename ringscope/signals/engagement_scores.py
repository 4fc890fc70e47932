"""Scores of engagement: by what labels teach where there are enough, else by oddness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.stats import rankdata

from models.engagement import Material, supervised, unsupervised

ENOUGH = 30
"""Labelled accounts of each class from which on models are trained."""
FOLDS = 5


@dataclass(frozen=True)
class Scored:
    """Scores of the accounts of a series.

    Attributes
    ----------
    score
        In [0, 1], shape (n,): chance by the models where labels teach, else the rank of oddness.
    models
        Score of every model; of the trained ones out-of-fold where labelled.
    labels
        1 fake, 0 honest, -1 not known.
    is_trained
        Whether labels were used.
    """

    score: NDArray[np.float64]
    models: dict[str, NDArray[np.float32]]
    labels: NDArray[np.int64]
    is_trained: bool

    @property
    def how(self) -> str:
        """What the scores mean, in words."""
        if self.is_trained:
            return (
                "Scores are from models trained on labels; labelled accounts are scored by models "
                "that have not seen them."
            )
        fake, honest = int((self.labels == 1).sum()), int((self.labels == 0).sum())
        return (
            f"Scores are ranks of oddness, not chances: {fake:,} accounts are labelled fake and "
            f"{honest:,} honest, and training needs {ENOUGH} of each."
        )


def score_engagement(
    found: Material, labels: NDArray[np.int64], pairs: NDArray[np.int64], seed: int
) -> Scored:
    """Score every account; labelled ones by models that have not seen them.

    Parameters
    ----------
    found
        What the models read.
    labels
        1 fake, 0 honest, -1 not known, shape (n,).
    pairs
        Rows of accounts in one wave, shape (pairs, 2): they stay in one fold.
    """
    models = unsupervised(found, seed)
    odd = models["isolation forest"]
    rank = (rankdata(odd) - 1) / max(len(odd) - 1, 1)
    if min((labels == 1).sum(), (labels == 0).sum()) < ENOUGH:
        return Scored(rank, models, labels, is_trained=False)
    known = np.flatnonzero(labels >= 0)
    fold = _folds(labels, pairs, seed)
    scores: dict[str, NDArray[np.float32]] = {}
    for number in range(FOLDS + 1):
        train = known[fold[known] != number]
        asked = (fold == number) & (labels >= 0) if number < FOLDS else labels < 0
        if asked.any():
            for name, values in supervised(found, train, labels[train], seed).items():
                scores.setdefault(name, np.zeros(len(labels), dtype=np.float32))[asked] = values[
                    asked
                ]
    return Scored(scores["together"].astype(np.float64), models | scores, labels, True)


def _folds(labels: NDArray[np.int64], pairs: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Folds of like shares of fakes; waves are not split."""
    n = len(labels)
    ones = np.ones(len(pairs))
    _, group = connected_components(csr_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(n, n)))
    _, first, group = np.unique(group, return_index=True, return_inverse=True)
    rng = np.random.default_rng(seed)
    # Groups in random order within each class, dealt like cards.
    order = np.lexsort((rng.random(len(first)), labels[first]))
    dealt = np.zeros(len(first), dtype=np.int64)
    dealt[order] = np.arange(len(first)) % FOLDS
    return np.asarray(dealt[group])
