"""Components (scipy) and communities (igraph's Leiden with the constant Potts model)."""

from __future__ import annotations

import random

import igraph
import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

RESOLUTION = 0.1
"""Density of link weight that a community must exceed (Traag, Van Dooren and Nesterov 2011)."""
ITERATIONS = 2
"""Passes of Leiden. Eight more raise its objective by .0005 of itself and move fewer accounts than
another seed does."""


def adjacency(links: pl.DataFrame, accounts: int) -> csr_array:
    """Symmetric (accounts, accounts) matrix of link weights."""
    a, b = links["a"].to_numpy(), links["b"].to_numpy()
    weight = links["weight"].to_numpy().astype(np.float64)
    shape = (accounts, accounts)
    half = coo_array((weight, (a.astype(np.int64), b.astype(np.int64))), shape=shape)
    full = csr_array(half + half.T)
    full.sort_indices()
    return full


def components(links: pl.DataFrame, accounts: int) -> NDArray[np.int32]:
    """Connected component of each account, numbered by their smallest account."""
    _, label = connected_components(adjacency(links, accounts), directed=False)
    return _numbered(label)


def communities(
    links: pl.DataFrame, accounts: int, *, resolution: float = RESOLUTION, seed: int = 0
) -> NDArray[np.int32]:
    """Community of each account by the Leiden algorithm with the constant Potts model.

    Modularity has a resolution limit that merges rings; the constant Potts model has none: a
    community is a set whose inner link density exceeds `resolution`.

    Parameters
    ----------
    links
        a, b, weight.
    accounts
        Number of accounts.
    resolution
        Link weight per pair of accounts, > 0.
    seed
        Seed of the order in which accounts are visited.

    Returns
    -------
    ndarray
        (accounts,) int32; accounts alone form communities of one.

    References
    ----------
    Traag, Waltman and van Eck (2019), From Louvain to Leiden. Scientific Reports 9, 5233.
    """
    touched = np.unique(np.concatenate([links["a"].to_numpy(), links["b"].to_numpy()]))
    label = np.arange(accounts) + len(touched)
    if len(touched):
        ends = [np.searchsorted(touched, links[end].to_numpy()).tolist() for end in ("a", "b")]
        # igraph reads pairs several times as fast as an array.
        net = igraph.Graph(n=len(touched), edges=zip(*ends, strict=True))
        generator = random.Random(seed)  # noqa: S311 (not for secrets)
        igraph.set_random_number_generator(generator)
        try:
            found = net.community_leiden(
                objective_function="CPM",
                weights=links["weight"].to_list(),
                resolution=resolution,
                n_iterations=ITERATIONS,
            )
        finally:
            igraph.set_random_number_generator(random)
        label[touched] = found.membership
    return _numbered(label)


def _numbered(label: NDArray[np.integer]) -> NDArray[np.int32]:
    """Number groups in order of their first account."""
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return rank[inverse]
