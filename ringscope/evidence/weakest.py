"""The weakest place of a ring: the two sides that hold together by the least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from .held import Held, Ints, parts


@dataclass(frozen=True)
class Weakest:
    """Where a ring would break first.

    Attributes
    ----------
    account_a, account_b
        Ends of the strongest link between the two sides.
    weight
        Worth of that link: believe only links that are worth more, and the ring falls apart.
    sides
        Accounts on either side, the larger side first.
    crossing
        Links between the sides.
    inside
        Accounts of the smaller side, sorted.
    """

    account_a: str
    account_b: str
    weight: float
    sides: tuple[int, int]
    crossing: int
    inside: tuple[str, ...]


def weakest_place(ring: Held) -> Weakest | None:
    """Find the bottleneck: the lightest link of a maximum spanning tree (Hu, 1961).

    The largest weight at which the links that weigh at least so much still connect the ring is
    that of the lightest link of the tree. Of several equally light ones that is taken which
    divides the ring most evenly.

    Returns
    -------
    Weakest or None
        None where the ring is not connected by its own links or has fewer than two members.
    """
    a, b, weight = links_inside(ring)
    if ring.size < 2 or len(np.unique(parts(ring.size, a, b))) != 1:
        return None
    side = _bottleneck(ring.size, a, b, weight)
    across = np.flatnonzero(side[a] != side[b])
    best = across[np.lexsort((b[across], a[across], -weight[across]))[0]]
    small = int(side.sum())
    return Weakest(
        account_a=ring.members[a[best]],
        account_b=ring.members[b[best]],
        weight=float(weight[best]),
        sides=(ring.size - small, small),
        crossing=len(across),
        inside=tuple(ring.members[place] for place in np.flatnonzero(side)),
    )


def links_inside(ring: Held) -> tuple[Ints, Ints, np.ndarray]:
    """Both ends and weight of each link between members; evidence adds up as in `graph.links`."""
    pieces = pl.DataFrame(
        {"a": ring.a, "b": ring.b, "kind": ring.units["kind"].gather(ring.unit), "w": ring.weight}
    )
    links = (
        pieces.sort("a", "b", "kind", "w")
        .group_by("a", "b", "kind", maintain_order=True)
        .agg(w=1 - (1 - pl.col("w")).product())
        .group_by("a", "b", maintain_order=True)
        .agg(pl.col("w").sum().round(6))
    )
    return links["a"].to_numpy(), links["b"].to_numpy(), links["w"].to_numpy()


def _bottleneck(size: int, a: Ints, b: Ints, weight: np.ndarray) -> np.ndarray:
    """The smaller side, as a mask, of the lightest link of a maximum spanning tree."""
    heavy_first = np.unique(-weight, return_inverse=True)[1] + 1.0
    tree = minimum_spanning_tree(coo_array((heavy_first, (a, b)), shape=(size, size)).tocsr())
    order, above = breadth_first_order(tree, 0, directed=False)
    both = tree + tree.T
    lightness = np.asarray(both[order[1:], above[order[1:]]]).ravel()
    below = np.ones(size, dtype=np.int64)
    for node in order[:0:-1].tolist():
        below[above[node]] += below[node]
    lightest = order[1:][lightness == lightness.max()]
    even = np.minimum(below[lightest], size - below[lightest])
    cut = int(lightest[np.lexsort((lightest, -even))[0]])
    kept = order[1:][order[1:] != cut]
    label = parts(size, kept.astype(np.int64), above[kept].astype(np.int64))
    side = label == label[cut]
    return np.asarray(side if 2 * int(side.sum()) <= size else ~side)
