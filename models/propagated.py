"""Risk that comes over links from labelled accounts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graph import Linkage, Propagation, cross_fitted


def propagated_risk(
    linkage: Linkage, labels: NDArray[np.integer], folds: NDArray[np.integer]
) -> Propagation:
    """Spread labels over the links, cross-fitted.

    Parameters
    ----------
    linkage
        The linkage graph.
    labels
        1 spam, 0 honest, below 0 unknown, shape (accounts,).
    folds
        Fold of each labelled account, -1 for others.

    Returns
    -------
    Propagation
        No account's value depends on its own label or a label of its fold.
    """
    known = np.where(labels >= 0, labels, np.nan).astype(np.float64)
    links = (linkage.links["a"], linkage.links["b"], linkage.links["weight"])
    return cross_fitted(links, linkage.accounts, known, folds)
