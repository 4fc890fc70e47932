"""Features of Tolokers that were tried beside those of a run, see `tolokers_tried.py`."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, eye
from sklearn.utils.extmath import randomized_svd
from tolokers import Workers

from models.crowds import thin
from models.neighbours import neighbour_features
from models.positions import SPECTRAL, VIEWS, position_features, transferable
from models.stack import matrix_of

INNER = 5
PRIOR = 2.0
"""Labelled neighbours of average ban rate that every share starts from."""
VARIMAX_STEPS = 60
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)

Array = NDArray[np.float32]
Labels = NDArray[np.int8]


def overlap(links: csr_matrix) -> csr_matrix:
    """Links weighed by the cosine of the two accounts' neighbours, themselves included."""
    closed = csr_matrix(links + eye(links.shape[0]), dtype=np.float32)
    size = np.sqrt(np.asarray(closed.sum(axis=1)).ravel())
    result = csr_matrix(links, dtype=np.float64, copy=True)
    for a in range(0, links.shape[0], 500):
        rows = slice(a, a + 500)
        shared = (closed[rows] @ closed).multiply(links[rows]).tocsr()
        shared.sort_indices()
        result.data[links.indptr[a] : links.indptr[min(a + 500, links.shape[0])]] = shared.data
    return csr_matrix(diags(1 / size) @ result @ diags(1 / size))


def label_shares(weights: csr_matrix, labels: Labels, seed: int = 5) -> Array:
    """Share of bans among labelled neighbours, without the labels of the account's own part.

    Parts are drawn whatever the labels are: what a label is may not decide who hears which others.
    """
    known = labels >= 0
    part = np.where(known, np.random.default_rng(seed).integers(0, INNER, len(labels)), -1)
    mean = np.asarray(weights.sum(axis=1)).ravel() / np.maximum(np.diff(weights.indptr), 1)
    scaled = csr_matrix(diags(1 / np.where(mean > 0, mean, 1.0)) @ weights)
    share = np.zeros(len(labels), dtype=np.float32)
    for own in range(-1, INNER):
        rows, heard = part == own, known & (part != own)
        above = scaled[rows] @ np.where(heard, labels - labels[heard].mean(), 0.0)
        share[rows] = above / (scaled[rows] @ heard.astype(np.float64) + PRIOR)
    return share[:, None]


def lower_neighbours(links: csr_matrix, values: Array) -> Array:
    """Share of an account's neighbours with a lower value, equal ones as a half, by column."""
    source = np.repeat(np.arange(len(values)), np.diff(links.indptr))
    own, other = values[source], values[links.indices]
    below = (other < own) + 0.5 * (other == own)
    starts = links.indptr[:-1]
    return np.add.reduceat(below, starts, axis=0) / np.diff(links.indptr)[:, None]


def neighbour_quantiles(links: csr_matrix, values: Array) -> Array:
    """Quantiles of each column over an account's neighbours: (accounts, columns * quantiles)."""
    source = np.repeat(np.arange(links.shape[0]), np.diff(links.indptr))
    last = np.diff(links.indptr) - 1
    columns = []
    for value in values.T:
        near = value[links.indices]
        ordered = near[np.lexsort((near, source))]
        columns += [ordered[links.indptr[:-1] + (q * last).astype(int)] for q in QUANTILES]
    return np.column_stack(columns)


def varimax(coordinates: Array) -> Array:
    """Turn coordinates so that each is large for few accounts.

    Rohe and Zeng, "Vintage Factor Analysis with Varimax Performs Statistical Inference", 2023.
    """
    turn = np.eye(coordinates.shape[1])
    for _ in range(VARIMAX_STEPS):
        turned = coordinates @ turn
        target = coordinates.T @ (turned**3 - turned * (turned**2).mean(axis=0))
        left, _, right = np.linalg.svd(target, full_matrices=False)
        turn = left @ right
    return np.asarray(coordinates @ turn, dtype=np.float32)


def walks(links: csr_matrix, steps: int = 3, dimensions: int = 128) -> Array:
    """Coordinates of how much likelier short walks meet than by chance, on a logarithmic scale.

    Qiu et al., "Network Embedding as Matrix Factorization: Unifying DeepWalk, LINE, PTE, and
    node2vec", 2018.
    """
    degree = np.asarray(links.sum(axis=1)).ravel()
    step = csr_matrix(diags(1 / degree) @ links, dtype=np.float32)
    reached = step.toarray()
    total = reached.copy()
    for _ in range(steps - 1):
        reached = step @ reached
        total += reached
    total *= (degree.sum() / steps / degree).astype(np.float32)
    np.log(np.maximum(total, 1, out=total), out=total)
    left, size, _ = randomized_svd(total, dimensions, n_iter=3, random_state=0)
    return np.asarray(left * np.sqrt(size), dtype=np.float32)


def plain_features(workers: Workers, links: csr_matrix) -> tuple[Array, list[Array]]:
    """Features by links as they are without coordinates; coordinates by view of `VIEWS`."""
    near = neighbour_features(links, workers.features)
    place = position_features(links)
    kept = [c for c in transferable(place.columns) if not c.startswith("crowd.")]
    rich = pl.concat([workers.features, near, place.select(kept)], how="horizontal")
    starts = [f"{SPECTRAL}{view}." for view in range(len(VIEWS))]
    views = [matrix_of(place, [c for c in place.columns if c.startswith(s)]) for s in starts]
    return matrix_of(rich, rich.columns), views


def near_thinned(workers: Workers) -> Array:
    """What neighbours are like by links of Newman's weight."""
    near = neighbour_features(thin(workers.links), workers.features)
    return matrix_of(near, near.columns)
