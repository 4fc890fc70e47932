"""A second look: an account's risk in the light of the risk of the accounts it is linked to.

Stacked graphical learning (Kou and Cohen, "Stacked Graphical Models for Efficient Inference in
Markov Random Fields", SDM 2007): first-round risks of linked accounts become features of a small
second model. No label of an account, or of accounts in its fold, enters its features, since
first-round risks of labelled accounts are out-of-fold and a fold holds whole groups.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .calibration import log_odds, probability

STRENGTH = 1.0
"""Inverse of the ridge penalty on the standardised features."""


@dataclass(frozen=True)
class SecondLook:
    """Weights of the second round, on features as in `_features`.

    Attributes
    ----------
    weights
        One per feature.
    offset
        Added to the weighted sum, in log-odds.
    """

    weights: tuple[float, ...]
    offset: float

    def apply(self, risk: NDArray[np.float64], network: csr_matrix) -> NDArray[np.float64]:
        """Second-round risk in [0, 1], shape (accounts,)."""
        return probability(_features(risk, network) @ np.asarray(self.weights) + self.offset)


def fit_second_look(
    risk: NDArray[np.float64],
    labels: NDArray[np.integer],
    folds: NDArray[np.integer],
    network: csr_matrix,
) -> tuple[SecondLook, NDArray[np.float64]]:
    """Fit the second round; return it and the new risk of all accounts.

    Parameters
    ----------
    risk
        First-round risk, out-of-fold where labelled, shape (accounts,).
    labels
        1 spam, 0 honest, below 0 unknown.
    folds
        Fold of each labelled account, -1 for others.
    network
        Symmetric weights of links, shape (accounts, accounts).

    Returns
    -------
    model, risk
        Labelled accounts get the risk of a model that has not seen the labels of their fold.
    """
    features = _features(risk, network)
    known = folds >= 0
    model = _fit(features[known], labels[known])
    second = model.apply(risk, network)
    for fold in np.unique(folds[known]):
        held = folds == fold
        other = _fit(features[known & ~held], labels[known & ~held])
        second[held] = probability(features[held] @ np.asarray(other.weights) + other.offset)
    return model, second


def _fit(features: NDArray[np.float64], labels: NDArray[np.integer]) -> SecondLook:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=STRENGTH, max_iter=1000).fit(features, labels)
    return SecondLook(tuple(fitted.coef_[0].tolist()), float(fitted.intercept_[0]))


def _features(risk: NDArray[np.float64], network: csr_matrix) -> NDArray[np.float64]:
    """Own log-odds; mean, total and strongest risk that is linked; weight of all links."""
    weight = np.asarray(network.sum(axis=1)).ravel()
    above = np.maximum(risk - np.median(risk), 0.0)
    strongest = csr_matrix(network, copy=True)
    strongest.data = np.minimum(strongest.data, 1.0) * risk[strongest.indices]
    return np.column_stack(
        [
            log_odds(np.clip(risk, 1e-4, 1 - 1e-4)),
            np.asarray(network @ risk).ravel() / (weight + 1.0),
            np.log1p(np.asarray(network @ above).ravel()),
            strongest.max(axis=1).toarray().ravel() if len(risk) else weight,
            np.log1p(weight),
        ]
    )
