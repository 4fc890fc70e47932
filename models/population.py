"""From labelled accounts to all accounts: wrong labels and another share of spam.

Labels are rarely a fair sample. Some are wrong, and spam is labelled more often than honest
accounts, so a model calibrated on labels overstates the risk of everyone else. Both can be
estimated: the share of spam labels where the model is most certain of honesty is mostly error,
and the share of spam among all accounts follows from the scores themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calibration import log_odds, probability

SAFEST = 1 / 3
"""Share of the labelled accounts, the least risky ones, whose spam labels count as errors."""
PARTS = 3
"""The least share over so many parts of them is taken, so that real spam is not called error."""
MOST_ERROR = 0.2
"""Where spam is labelled so often that even the safest third is full of it, most is no error."""
FEWEST = 150
"""Labelled accounts below which nothing is estimated."""
ROUNDS = 500
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Population:
    """How labels differ from the truth of all accounts.

    Attributes
    ----------
    error
        Share of honest accounts that carry a spam label, in [0, .2]; the same is assumed the
        other way round.
    labelled_share, share
        Share of spam among the labelled accounts, corrected for errors, and among all.
    """

    error: float = 0.0
    labelled_share: float = 0.5
    share: float = 0.5

    def apply(self, risk: NDArray[np.float64]) -> NDArray[np.float64]:
        """Risk for the population instead of the labels, in [0, 1]; keeps the order."""
        return self.shift(without_error(risk, self.error))

    def shift(self, spam: NDArray[np.float64]) -> NDArray[np.float64]:
        """As `apply` for what is a probability of being spam already, whatever the labels say."""
        shift = log_odds(np.array(self.share)) - log_odds(np.array(self.labelled_share))
        return probability(log_odds(np.clip(spam, 1e-4, 1 - 1e-4)) + shift)


def label_error(risk: NDArray[np.float64], labels: NDArray[np.integer]) -> float:
    """Share of spam labels that are wrong where the model is most certain of honesty, in [0, .2].

    Parameters
    ----------
    risk, labels
        As of `estimate_population`; 0 is returned where accounts are too few to tell.
    """
    known = labels >= 0
    if known.sum() < FEWEST or (~known).sum() < FEWEST:
        return 0.0
    return _error(risk[known], labels[known])


def estimate_population(
    spam: NDArray[np.float64],
    labels: NDArray[np.integer],
    error: float,
    judged: NDArray[np.bool_] | None = None,
) -> Population:
    """Estimate the share of spam in the population.

    The share follows by expectation maximisation on the scores of the other accounts (Saerens,
    Latinne and Decaestecker, "Adjusting the Outputs of a Classifier to New a Priori
    Probabilities", Neural Computation 14, 2002). It is at most that of the labels: spam is what
    gets labelled, and a model that does not carry over to the others shows as ever more of it.

    Parameters
    ----------
    spam
        Probability of being spam, calibrated on the labels and freed of their errors,
        out-of-fold where labelled, shape (accounts,).
    labels
        1 spam, 0 honest, below 0 unknown.
    error
        See `label_error`.
    judged
        Accounts whose label is a verdict on what was found. They count among the others, by their
        score: once people have confirmed what there is, hardly any spam is left without a label,
        and a share estimated there would take the next ring for impossible. None: nobody.
    """
    known = labels >= 0
    others = ~known if judged is None else ~known | judged
    if known.sum() < FEWEST or others.sum() < FEWEST:
        return Population()
    labelled = float(np.clip((labels[known].mean() - error) / (1 - 2 * error), 1e-3, 1 - 1e-3))
    odds = log_odds(np.clip(spam[others], 1e-4, 1 - 1e-4)) - log_odds(np.array(labelled))
    share = labelled
    for _ in range(ROUNDS):
        previous, share = share, float(probability(odds + log_odds(np.array(share))).mean())
        if abs(share - previous) < TOLERANCE:
            break
    return Population(error, labelled, min(share, labelled))


def _error(risk: NDArray[np.float64], labels: NDArray[np.integer]) -> float:
    order = np.argsort(risk, kind="stable")[: int(len(risk) * SAFEST)]
    least = min(labels[part].mean() for part in np.array_split(order, PARTS))
    return float(min(least, MOST_ERROR))


def without_error(risk: NDArray[np.float64], error: float) -> NDArray[np.float64]:
    """Chance of being spam instead of carrying a spam label."""
    return np.clip((risk - error) / (1 - 2 * error), 1e-4, 1 - 1e-4)
