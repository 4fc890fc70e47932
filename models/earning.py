"""Which models earn a place in the stack."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .stacker import crossfitted_risk

ENOUGH = 1000
"""Spam labels below which an optional model is not judged, and so not used: a few hundred, some of
them wrong, do not show the honest accounts that a weaker model lifts among the many unlabelled."""
SURE = 2.0
"""Standard errors over the folds by which an optional model has to lower the held-out loss."""


def earning(
    scores: NDArray[np.float64],
    labels: NDArray[np.integer],
    folds: NDArray[np.integer],
    optional: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Choose the models to stack: all that are not optional, and those optional ones that help.

    The benefit of the doubt goes to the smaller stack (the one-standard-error rule of Breiman and
    others, 1984, made stricter).

    Parameters
    ----------
    scores
        Out-of-fold scores in [0, 1], shape (accounts, models).
    labels
        1 spam, 0 honest, shape (accounts,).
    folds
        Fold of each account.
    optional
        Models that have to earn their place, shape (models,).
    """
    used = ~optional
    if (labels == 1).sum() < ENOUGH:
        return used
    for model in np.flatnonzero(optional):
        tried = used.copy()
        tried[model] = True
        less = _losses(scores[:, used], labels, folds) - _losses(scores[:, tried], labels, folds)
        gain = np.array([less[folds == fold].mean() for fold in np.unique(folds)])
        if gain.mean() > SURE * gain.std(ddof=1) / np.sqrt(len(gain)):
            used = tried
    return used


def _losses(
    scores: NDArray[np.float64], labels: NDArray[np.integer], folds: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Log loss of each account under a stacker that has not seen the labels of its fold."""
    risk = np.clip(crossfitted_risk(scores, labels, folds), 1e-6, 1 - 1e-6)
    return np.asarray(-np.log(np.where(labels == 1, risk, 1 - risk)))
