"""The weakest place of a ring: the links without which it falls apart, and into what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from graph import weights_by_kind

from .counterfactual import Sizes
from .held import Held, Ints, parts


@dataclass(frozen=True)
class Weakest:
    """Where a ring would break first.

    Attributes
    ----------
    account_a, account_b
        Ends of the strongest link between its parts.
    weight
        Worth of that link: believe only links that are worth more, and the ring falls apart.
    sides
        Accounts of each part that it falls into, the largest first.
    crossing
        Links between the parts.
    inside
        Accounts outside the largest part, sorted.
    """

    account_a: str
    account_b: str
    weight: float
    sides: Sizes
    crossing: int
    inside: tuple[str, ...]


def weakest_place(ring: Held) -> Weakest | None:
    """Find the bottleneck: the lightest link of a maximum spanning tree (Hu, 1961).

    The largest weight at which the links that weigh at least so much still connect the ring is
    that of the lightest link of the tree. The parts are what heavier links alone connect: they do
    not depend on which of several equally light links the tree holds, nor on names.

    Returns
    -------
    Weakest or None
        None where the ring is not connected by its own links or has fewer than two members.
    """
    a, b, weight = links_inside(ring)
    if ring.size < 2 or len(np.unique(parts(ring.size, a, b))) != 1:
        return None
    heavy = weight > _bottleneck(ring.size, a, b, weight)
    part = parts(ring.size, a[heavy], b[heavy])
    sizes = np.bincount(part)
    across = np.flatnonzero(part[a] != part[b])
    best = across[np.lexsort((b[across], a[across], -weight[across]))[0]]
    outside = np.flatnonzero(part != sizes.argmax())
    return Weakest(
        account_a=ring.members[a[best]],
        account_b=ring.members[b[best]],
        weight=float(weight[best]),
        sides=tuple(sorted(sizes.tolist(), reverse=True)),
        crossing=len(across),
        inside=tuple(ring.members[place] for place in outside),
    )


def links_inside(ring: Held) -> tuple[Ints, Ints, np.ndarray]:
    """Both ends and weight of each link between members; evidence adds up as in `graph.links`."""
    pieces = pl.DataFrame(
        {
            "a": ring.a,
            "b": ring.b,
            "kind": ring.units["kind"].gather(ring.unit),
            "weight": ring.weight,
        }
    )
    by_kind = weights_by_kind(pieces).group_by("a", "b", maintain_order=True)
    links = by_kind.agg(pl.col("weight").sum().round(6))
    return links["a"].to_numpy(), links["b"].to_numpy(), links["weight"].to_numpy()


def _bottleneck(size: int, a: Ints, b: Ints, weight: np.ndarray) -> float:
    """The weight of the lightest link of a maximum spanning tree."""
    levels, rank = np.unique(-weight, return_inverse=True)
    heavy_first = coo_array((rank + 1.0, (a, b)), shape=(size, size)).tocsr()
    lightest = int(minimum_spanning_tree(heavy_first).data.max()) - 1
    return float(-levels[lightest])
