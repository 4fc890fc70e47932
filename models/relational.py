"""A second look: an account's risk beside its own view and the accounts that it is linked to.

Stacked graphical learning (Kou and Cohen, "Stacked Graphical Models for Efficient Inference in
Markov Random Fields", SDM 2007): first-round scores of linked accounts become features of a small
second model. So does how far labels of linked accounts exceed what the first round said of them
(after Huang and others, "Combining Label Propagation and Simple Models Out-performs Graph Neural
Networks", ICLR 2021). First-round scores are by models that have seen no label of the account's
group, be it labelled or not, so that a score means the same for all; an account's own label never
enters its features.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .calibration import log_odds, probability

STRENGTH = 1.0
"""Inverse of the ridge penalty on the standardised features."""
STRONGEST_VIEW = 4.0
"""Log-odds of an own view beyond which it counts no further for those who are linked to it."""
OWN_RISK, OWN_VIEW, SURPLUS = 0, 5, 7
"""Places of the own first-round log-odds, the own view and the labels' surplus among features."""

Array = NDArray[np.float64]


class Firsts(NamedTuple):
    """What the second look starts from, per account.

    Attributes
    ----------
    risk
        First-round risk by models that have seen no label of the account's group.
    view
        Log-odds of the own view (`models.own_view`), likewise.
    labels
        1 spam, 0 honest, below 0 unknown.
    """

    risk: Array
    view: Array
    labels: NDArray[np.integer]


class Contacts(NamedTuple):
    """Who has to do with whom, (accounts, accounts) each, nothing on the diagonal.

    Attributes
    ----------
    links
        Weights of links, symmetric.
    apart
        What is shared by accounts that are not at one place, symmetric, see `graph.roofs`.
    ties
        What each link tells of the account of the row, in [0, 1], see `models.ties`.
    """

    links: csr_matrix
    apart: csr_matrix
    ties: csr_matrix


class SecondRisk(NamedTuple):
    """Risk of all accounts after the second look, (accounts,) each.

    Attributes
    ----------
    risk
        Uses labels of linked accounts, never the account's own.
    held_out
        For labelled accounts the same without any label of their fold, so of their group.
    by_fold
        The models that have not seen the labels of each fold.
    """

    risk: Array
    held_out: Array
    by_fold: tuple[SecondLook, ...]


@dataclass(frozen=True)
class SecondLook:
    """Weights of the second round, on features as in `second_features`.

    Attributes
    ----------
    weights
        One per feature.
    offset
        Added to the weighted sum, in log-odds.
    """

    weights: tuple[float, ...]
    offset: float

    def apply(self, firsts: Firsts, contacts: Contacts) -> Array:
        """Probability of being spam, not of carrying a spam label; in [0, 1], shape (accounts,)."""
        return self.of(second_features(firsts, contacts))

    def of(self, features: Array) -> Array:
        """The same from features."""
        return probability(features @ np.asarray(self.weights) + self.offset)


def fit_second_look(
    firsts: Firsts, folds: NDArray[np.integer], contacts: Contacts, error: float = 0.0
) -> tuple[SecondLook, SecondRisk]:
    """Fit the second round; return it and the new risk of all accounts.

    Parameters
    ----------
    firsts
        What the first round says.
    folds
        Fold of each labelled account, -1 for others; a fold holds whole groups.
    contacts
        Who has to do with whom.
    error
        Share of wrong labels. A label is taken for the truth turned over with this probability;
        without that, a few wrong labels among the least risky teach the model to trust nothing.

    Returns
    -------
    model, risk
        Labelled accounts get the risk of a model that has not seen the labels of their fold.
    """
    features, labels = second_features(firsts, contacts), firsts.labels
    known = folds >= 0
    model = fit_noisy(features[known], labels[known], error)
    risk = model.of(features)
    held_out = risk.copy()
    others = []
    for fold in np.unique(folds[known]):
        held = folds == fold
        other = fit_noisy(features[known & ~held], labels[known & ~held], error)
        others.append(other)
        risk[held] = other.of(features[held])
        unseen = features[held]
        unseen[:, SURPLUS] = _surplus(firsts, contacts.links, known & ~held)[held]
        held_out[held] = other.of(unseen)
    return model, SecondRisk(risk, held_out, tuple(others))


def fit_noisy(features: Array, labels: NDArray[np.integer], error: float) -> SecondLook:
    """Logistic regression under labels that are wrong with a known probability, with a ridge.

    Parameters
    ----------
    features
        (accounts, features).
    labels
        1 spam, 0 honest, shape (accounts,).
    error
        In [0, .5).
    """
    from scipy.optimize import minimize

    centre, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    scaled, spam = (features - centre) / spread, labels == 1

    def loss(x: Array) -> tuple[float, Array]:
        truth = probability(scaled @ x[:-1] + x[-1])
        told = np.clip(error + (1 - 2 * error) * truth, 1e-9, 1 - 1e-9)
        slope = (1 - 2 * error) * truth * (1 - truth) * np.where(spam, -1 / told, 1 / (1 - told))
        gradient = np.append(scaled.T @ slope + x[:-1] / STRENGTH, slope.sum())
        value = -np.log(np.where(spam, told, 1 - told)).sum() + x[:-1] @ x[:-1] / (2 * STRENGTH)
        return float(value), gradient

    best = minimize(loss, np.zeros(features.shape[1] + 1), jac=True, method="L-BFGS-B").x
    weights = best[:-1] / spread
    return SecondLook(tuple(weights.tolist()), float(best[-1] - weights @ centre))


def second_features(firsts: Firsts, contacts: Contacts) -> Array:
    """Own log-odds; mean, total, strongest linked risk; weight of links; views; surplus.

    Then what is shared with accounts under other roofs: the strongest, all, and the strongest
    weighed by the risk of the other account. Then what links tell: the most telling, all, and
    both weighed by the risk of the other account.
    """
    risk, view, labels = firsts
    network, apart, ties = contacts
    weight = np.asarray(network.sum(axis=1)).ravel()
    above = np.maximum(risk - np.median(risk), 0.0)
    bounded = np.clip(view, -STRONGEST_VIEW, STRONGEST_VIEW)
    return np.column_stack(
        [
            log_odds(np.clip(risk, 1e-4, 1 - 1e-4)),
            np.asarray(network @ risk).ravel() / (weight + 1.0),
            np.log1p(np.asarray(network @ above).ravel()),
            _strongest(network, np.minimum(network.data, 1.0) * risk[network.indices]),
            np.log1p(weight),
            view,
            np.asarray(network @ bounded).ravel() / (weight + 1.0),
            _surplus(firsts, network, labels >= 0),
            _strongest(apart, apart.data),
            np.log1p(np.asarray(apart.sum(axis=1)).ravel()),
            _strongest(apart, apart.data * risk[apart.indices]),
            log_odds(np.clip(_strongest(ties, ties.data), 1e-4, 1 - 1e-4)),
            np.log1p(np.asarray(ties.sum(axis=1)).ravel()),
            _strongest(ties, ties.data * risk[ties.indices]),
            np.log1p(np.asarray(ties @ risk).ravel()),
        ]
    )


def _strongest(network: csr_matrix, values: Array) -> Array:
    """Greatest of the values >= 0 that stand in each row of a matrix; 0 for an empty row."""
    if not network.shape[0]:
        return np.empty(0)
    valued = csr_matrix((values, network.indices, network.indptr), shape=network.shape)
    return np.asarray(valued.max(axis=1).toarray()).ravel()


def _surplus(firsts: Firsts, network: csr_matrix, heard: NDArray[np.bool_]) -> Array:
    """How far the heard labels of linked accounts exceed the risk that the first round gave."""
    bounded = csr_matrix(network, copy=True)
    bounded.data = np.minimum(bounded.data, 1.0)
    gap = np.where(heard, firsts.labels - firsts.risk, 0.0)
    return np.asarray((bounded @ gap) / (bounded @ heard.astype(np.float64) + 1.0)).ravel()
