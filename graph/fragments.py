"""Fragments of one operation, joined.

An operation that rotates its identifiers falls into dense fragments with a few links between
them. Density alone keeps them apart; what tells is that a good part of the smaller fragment's
accounts is linked to the other one.
"""

from __future__ import annotations

import heapq

import numpy as np
import polars as pl
from numpy.typing import NDArray

JOIN = 0.5
"""Link weight into the other fragment, per account of the smaller one, that joins two fragments."""
MIN_LINKS = 2
"""Links needed between two fragments of two accounts or more."""

Edges = dict[int, dict[int, tuple[float, int]]]


def join_fragments(
    links: pl.DataFrame,
    label: NDArray[np.int32],
    counted: NDArray[np.bool_],
    *,
    join: float = JOIN,
) -> NDArray[np.int32]:
    """Join communities that are tightly linked, the tightest first (agglomerative).

    Parameters
    ----------
    links
        a, b, weight; only those between counted accounts matter.
    label
        (accounts,) community of each account.
    counted
        (accounts,) accounts that make up a fragment's size; others follow their community.
    join
        Smallest link weight per account of the smaller fragment.

    Returns
    -------
    ndarray
        (accounts,) the new community: the label of one of its fragments.
    """
    size = np.bincount(label[counted], minlength=int(label.max()) + 1).astype(np.int64)
    edges = _between(links, label, counted)
    parent = np.arange(len(size))
    heap = [_entry(edges, size, x, y) for x in edges for y in edges[x] if x < y]
    heapq.heapify(heap)
    while heap:
        entry = heapq.heappop(heap)
        strength, x, y = entry
        if -strength < join:
            break
        if y not in edges.get(x, {}) or entry != _entry(edges, size, x, y):
            continue
        if edges[x][y][1] < MIN_LINKS and min(size[x], size[y]) > 1:
            continue
        _absorb(edges, x, y)
        size[x] += size[y]
        parent[y] = x
        for z in edges[x]:
            heapq.heappush(heap, _entry(edges, size, x, z))
    while not np.array_equal(parent, parent[parent]):
        parent = parent[parent]
    return parent[label].astype(np.int32)


def _between(links: pl.DataFrame, label: NDArray[np.int32], counted: NDArray[np.bool_]) -> Edges:
    """Weight and number of links between each two communities."""
    a, b = links["a"].to_numpy(), links["b"].to_numpy()
    keep = counted[a] & counted[b] & (label[a] != label[b])
    x, y = np.minimum(label[a], label[b])[keep], np.maximum(label[a], label[b])[keep]
    frame = pl.DataFrame({"x": x, "y": y, "weight": links["weight"].to_numpy()[keep]})
    summed = (
        frame.sort("x", "y", "weight")
        .group_by("x", "y", maintain_order=True)
        .agg(pl.col("weight").sum(), pl.len().alias("links"))
    )
    edges: Edges = {}
    for i, j, weight, count in summed.iter_rows():
        edges.setdefault(i, {})[j] = edges.setdefault(j, {})[i] = (weight, count)
    return edges


def _entry(edges: Edges, size: NDArray[np.int64], x: int, y: int) -> tuple[float, int, int]:
    low, high = min(x, y), max(x, y)
    return -edges[x][y][0] / max(1, min(int(size[x]), int(size[y]))), low, high


def _absorb(edges: Edges, x: int, y: int) -> None:
    """Move y's links to x."""
    for z, (weight, count) in edges.pop(y).items():
        del edges[z][y]
        if z != x:
            old_weight, old_count = edges[x].get(z, (0.0, 0))
            edges[x][z] = edges[z][x] = (old_weight + weight, old_count + count)
