"""Spectral coordinates: the slowest ways in which a walk along the links mixes."""

from __future__ import annotations

import logging

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

SMALLEST_COMPONENT = 300
"""Below this a component is told apart by its own features; coordinates would name accounts."""
ACCOUNTS_PER_DIMENSION = 20
LARGEST = 1_600_000
"""Accounts times coordinates: bounds the time to a few seconds, as a component grows."""
RESTARTS = 12
"""Bounds the time: vectors that have not converged after so many restarts are left out."""

logger = logging.getLogger("ringscope.models")


def spectral_coordinates(
    weights: csr_matrix, *, dimensions: int, seed: int, added: float = 0.0
) -> NDArray[np.float64]:
    """First eigenvectors of the normalised adjacency of the largest component.

    Eigenvectors of D^-1/2 W D^-1/2 without the trivial first one (von Luxburg, "A Tutorial on
    Spectral Clustering", 2007), scaled to unit mean square. The sign is fixed by making the sum
    of cubes positive, so that equal input gives equal coordinates.

    Parameters
    ----------
    weights
        Symmetric weights of links, shape (accounts, accounts).
    dimensions
        Most coordinates to give; at most one per 20 accounts of the component and fewer in very
        large ones; none when the component has fewer than 300 accounts.
    seed
        Start vector of the eigensolver.
    added
        Share of the mean weight of an account's links that is added to that of each in D, so that
        few coordinates are spent on corners with few links (Qin and Rohe, "Regularized Spectral
        Clustering under the Degree-Corrected Stochastic Blockmodel", 2013).

    Returns
    -------
    shape (accounts, coordinates), NaN outside the largest component.
    """
    from scipy.sparse.csgraph import connected_components

    n = weights.shape[0]
    _, component = connected_components(weights, directed=False)
    sizes = np.bincount(component, minlength=1)
    inside = np.flatnonzero(component == sizes.argmax())
    wanted = min(dimensions, len(inside) // ACCOUNTS_PER_DIMENSION, LARGEST // len(inside))
    if len(inside) < SMALLEST_COMPONENT or not wanted:
        return np.empty((n, 0))
    vectors = _leading_vectors(weights[inside][:, inside], wanted + 1, seed, added)[:, 1:]
    vectors *= np.sign((vectors**3).sum(axis=0)) * np.sqrt(len(inside))
    result = np.full((n, vectors.shape[1]), np.nan)
    result[inside] = vectors
    return result


def _leading_vectors(
    weights: csr_matrix, count: int, seed: int, added: float
) -> NDArray[np.float64]:
    from scipy.sparse.linalg import ArpackNoConvergence, eigsh

    degree = np.asarray(weights.sum(axis=1)).ravel()
    scale = diags(1 / np.sqrt(degree + added * degree.mean()))
    start = np.random.default_rng(seed).standard_normal(weights.shape[0])
    try:
        values, vectors = eigsh(
            scale @ weights @ scale, k=count, v0=start, which="LA", tol=1e-5, maxiter=RESTARTS
        )
    except ArpackNoConvergence as stopped:
        values, vectors = stopped.eigenvalues, stopped.eigenvectors
        logger.info("spectral coordinates: %d of %d converged", len(values), count)
    return np.asarray(vectors[:, np.argsort(-values)], dtype=np.float64)
