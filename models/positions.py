"""Where an account sits in the network of links: spectral place, walks, core, triangles."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .crowds import common_contacts, thinned
from .spectrum import spectral_coordinates
from .walks import return_chances

SPECTRAL = "spectral."


class View(NamedTuple):
    """A way to look at the links before coordinates are computed.

    Attributes
    ----------
    power
        How much less a link counts the more contacts its ends have in common, see
        `crowds.thinned`.
    added
        See `spectral_coordinates`.
    """

    power: float
    added: float = 0.0


VIEWS = (View(0.0), View(0.5), View(1.0), View(1.5), View(0.5, added=0.3))
READ_BY_TREES, READ_BY_FOREST, READ_BY_KERNEL = (1, 2, 3, 4), (2,), (0, 3)

WORDS = {
    "spectral.*": "its place in the network of links is one where spam is more or less common",
    "degree.links": "it is linked to {count:.0f} accounts",
    "degree.weight": "its links weigh {count:.1f} in all",
    "degree.neighbours": "the accounts linked to it have {count:.0f} links on average",
    "pagerank": "its place among the links is central or remote (log PageRank {value:.1f})",
    "core": "it sits in a group where everyone has at least {count:.0f} links within the group",
    "clustering": "{value:.0%} of the pairs of accounts linked to it are linked to each other",
    "triangles.count": "it is part of {count:.0f} triangles of linked accounts",
    "triangles.neighbours": "the accounts linked to it are part of {count:.0f} triangles each",
    "returns.*": "a walk along its links comes back with a typical chance of {value:.0%}",
    "crowd.links": "its links count {count:.1f} in all if those within a crowd count as one",
    "crowd.common": "it has {count:.0f} contacts in common with the accounts linked to it",
    "component": "{count:.0f} accounts can be reached over its links, itself included",
}
"""Sentence per feature; see `models.features.words`. Counts are stored as log(1 + count)."""


def position_features(
    adjacency: csr_matrix, *, dimensions: int = 128, seed: int = 0
) -> pl.DataFrame:
    """Describe the position of each account in the linkage graph; no label is used.

    Parameters
    ----------
    adjacency
        Symmetric (accounts, accounts) weights of links, >= 0, empty diagonal.
    dimensions
        Most eigenvectors to give of each view of the links. Few or none are given where the largest
        component is small (see `models.spectrum`); the columns are then fewer.
    seed
        Start vector of the eigensolver.

    Returns
    -------
    Float32 columns of family "position", one row per account. Accounts without links have null
    in `spectral.*`, `clustering` and `returns.*`.

    Notes
    -----
    `spectral.V.*` are coordinates in view V of `VIEWS`; where common contacts are
    too many to count there is the first alone. They mean something only inside one graph: a model
    that is to score another graph must be fitted without these columns (`transferable`).
    """
    weights = csr_matrix(adjacency, dtype=np.float64)
    weights.sort_indices()
    columns = shape_features(weights)
    columns |= return_chances(weights)
    if dimensions:
        columns |= _relations(weights, dimensions, seed)
    return pl.DataFrame(columns).cast(pl.Float32).fill_nan(None)


def _relations(weights: csr_matrix, dimensions: int, seed: int) -> dict[str, NDArray[np.float64]]:
    common = common_contacts(weights)
    columns = {}
    if common is not None:
        shared = csr_matrix((common, weights.indices, weights.indptr), weights.shape)
        mean = np.asarray(shared.sum(axis=1)).ravel() / np.maximum(np.diff(weights.indptr), 1)
        links = np.asarray(thinned(weights, common, 1.0).sum(axis=1)).ravel()
        columns = {"crowd.links": np.log1p(links), "crowd.common": np.log1p(mean)}
    for number, view in enumerate(VIEWS if common is not None else VIEWS[:1]):
        seen = weights if common is None else thinned(weights, common, view.power)
        found = spectral_coordinates(seen, dimensions=dimensions, seed=seed, added=view.added)
        columns |= {f"{SPECTRAL}{number}.{i:03d}": column for i, column in enumerate(found.T)}
    return columns


def transferable(columns: list[str]) -> list[str]:
    """Leave out the columns that mean something only inside the graph they were made from."""
    return [c for c in columns if not c.startswith(SPECTRAL)]


def readers(columns: list[str]) -> dict[str, tuple[list[str], ...]]:
    """Which columns each base model of a stack reads, one set for each that is averaged.

    One view of the links is enough for a model, and models that read different ones err apart:
    trees read the links thinned, the kernel machine as they are and thinned most, and the network,
    which walks along the links itself, no coordinates.

    Returns
    -------
    Columns by base model, for `fit_stack`; empty where there are no coordinates to choose from.
    """
    shared = transferable(columns)
    views = [
        [*shared, *(c for c in columns if c.startswith(f"{SPECTRAL}{number}."))]
        for number in range(len(VIEWS))
    ]
    if len(views[0]) == len(shared):
        return {}

    def chosen(numbers: tuple[int, ...]) -> tuple[list[str], ...]:
        found = tuple(views[number] for number in numbers if len(views[number]) > len(shared))
        return found or (views[0],)

    forest = chosen(READ_BY_FOREST)
    return {
        "forest": forest,
        "extra": forest,
        "boosted": chosen(READ_BY_TREES),
        "kernel": chosen(READ_BY_KERNEL),
        "gnn": (shared,),
    }


def shape_features(weights: csr_matrix) -> dict[str, NDArray[np.float64]]:
    """Degree, PageRank, core number, clustering and triangles of each account."""
    from igraph import Graph
    from scipy.sparse.csgraph import connected_components

    n = weights.shape[0]
    rows = np.repeat(np.arange(n), np.diff(weights.indptr))
    upper = rows < weights.indices
    edges = np.column_stack([rows[upper], weights.indices[upper]])
    graph = Graph(n=n, edges=edges)
    degree = np.diff(weights.indptr).astype(np.float64)
    clustering = np.asarray(graph.transitivity_local_undirected(mode="nan"))
    triangles = np.nan_to_num(clustering) * degree * (degree - 1) / 2
    rank = np.asarray(graph.pagerank(weights=weights.data[upper].tolist()) if n else [])
    _, component = connected_components(weights, directed=False)
    return {
        "degree.links": np.log1p(degree),
        "degree.weight": np.log1p(np.asarray(weights.sum(axis=1)).ravel()),
        "degree.neighbours": np.log1p(_neighbour_mean(weights, degree)),
        "pagerank": np.log(np.maximum(rank * n, 1e-12)),
        "core": np.log1p(np.asarray(graph.coreness(), dtype=np.float64)),
        "clustering": clustering,
        "triangles.count": np.log1p(triangles),
        "triangles.neighbours": np.log1p(_neighbour_mean(weights, triangles)),
        "component": np.log1p(np.bincount(component)[component].astype(np.float64)),
    }


def _neighbour_mean(weights: csr_matrix, values: NDArray[np.float64]) -> NDArray[np.float64]:
    total = np.asarray(weights.sum(axis=1)).ravel()
    return np.asarray(weights @ values) / np.where(total > 0, total, 1.0)
