"""Links weighed by how few contacts their two ends have in common.

Whoever joins a large task is linked to everybody in it: many links say one thing. Newman
("Scientific collaboration networks. II", Physical Review E 2001) lets a paper of n authors count
1 / (n - 1) for each pair of them. Where only the links are known, and not what made them, the
contacts that two accounts have in common tell how many were there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from .walks import MOST_STEPS, path_slices, two_step_paths


def common_contacts(weights: csr_matrix) -> NDArray[np.float64] | None:
    """Accounts that both ends of each link are linked to.

    Parameters
    ----------
    weights
        Symmetric (accounts, accounts), > 0 where there is a link, empty diagonal; indices sorted.

    Returns
    -------
    (links,) in the order of `weights.data`; None where there are more than `walks.MOST_STEPS` ways
    to go two links.
    """
    if not weights.nnz:
        return np.empty(0)
    linked = csr_matrix((np.ones(weights.nnz), weights.indices, weights.indptr), weights.shape)
    paths = two_step_paths(linked)
    if paths.sum() > MOST_STEPS:
        return None
    # Adding the links themselves keeps those without a common contact in the pattern.
    parts = [
        (linked[rows] @ linked).multiply(linked[rows]) + linked[rows] for rows in path_slices(paths)
    ]
    counts = csr_matrix(vstack(parts))
    counts.sort_indices()
    return np.asarray(counts.data - 1.0)


def thinned(weights: csr_matrix, common: NDArray[np.float64], power: float) -> csr_matrix:
    """Divide each link by (1 + common contacts) ** power: 0 leaves it, 1 is Newman's weight."""
    data = weights.data * (1.0 + common) ** -power
    return csr_matrix((data, weights.indices, weights.indptr), weights.shape)


def thin(weights: csr_matrix) -> csr_matrix:
    """Links at Newman's weight, or as they are where common contacts are too many to count."""
    weights = csr_matrix(weights, dtype=np.float64, copy=True)
    weights.sort_indices()
    common = common_contacts(weights)
    return weights if common is None else thinned(weights, common, 1.0)
