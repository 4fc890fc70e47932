"""Chances that a random walk along the links comes back to the account where it began."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

MOST_STEPS = 400_000_000
"""Two-step paths that may be followed; a denser graph gets the two-step chance only."""
PATHS_AT_ONCE = 10_000_000


def return_chances(weights: csr_matrix) -> dict[str, NDArray[np.float64]]:
    """Chance to be back after two, three and four steps, each in [0, 1].

    The diagonal of powers of the walk matrix (Dwivedi et al., "Graph Neural Networks with
    Learnable Structural and Positional Representations", 2022), computed exactly. Links are
    symmetric, so the walk is reversible and two-step rows are enough for four steps.

    Returns
    -------
    columns `returns.2`, `returns.3`, `returns.4`; NaN for accounts without links.
    """
    degree = np.asarray(weights.sum(axis=1)).ravel()
    linked = degree > 0
    safe = np.where(linked, degree, 1.0)
    walk = csr_matrix(diags(1 / safe) @ weights)
    two = np.asarray(walk.multiply(walk.T).sum(axis=1)).ravel()
    columns = {"returns.2": np.where(linked, two, np.nan)}
    paths = two_step_paths(walk)
    if paths.sum() > MOST_STEPS:
        return columns
    three, four = np.zeros_like(degree), np.zeros_like(degree)
    for rows in path_slices(paths):
        reach = walk[rows] @ walk
        back = diags(1 / safe)  # reversibility: P2[j, i] = P2[i, j] * degree[i] / degree[j]
        three[rows] = np.asarray(reach.multiply(walk[rows] @ back).sum(axis=1)).ravel()
        four[rows] = np.asarray(reach.multiply(reach @ back).sum(axis=1)).ravel()
    columns["returns.3"] = np.where(linked, three * safe, np.nan)
    columns["returns.4"] = np.where(linked, four * safe, np.nan)
    return columns


def two_step_paths(links: csr_matrix) -> NDArray[np.int64]:
    """Ways to go two links from each account, (accounts,)."""
    linked = csr_matrix((np.ones(links.nnz), links.indices, links.indptr), links.shape)
    return np.asarray(linked @ np.diff(links.indptr), dtype=np.int64)


def path_slices(paths: NDArray[np.int64]) -> list[slice]:
    """Cut the accounts into runs of about `PATHS_AT_ONCE` two-step paths."""
    part = np.cumsum(paths) // PATHS_AT_ONCE
    starts = np.flatnonzero(np.diff(part, prepend=-1))
    return [slice(a, b) for a, b in zip(starts, [*starts[1:], len(paths)], strict=True)]
