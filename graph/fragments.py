"""Fragments of one operation, joined.

An operation that rotates its identifiers falls into dense fragments with a few links between
them. Density alone keeps them apart. What tells is that a good part of the smaller fragment's
accounts is linked to the other one, all the more when links of several kinds agree; a message kit
alone tells little, for kits are sold.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

JOIN = 0.5
"""Link weight into the other fragment, per account of the smaller one, that joins two fragments."""
SEVERAL = 0.2
"""The same where two kinds of identifier agree."""
SAID_TWICE = "burst"
"""Accounts of one sign-up burst share a subnet, mostly addresses too: it agrees with nothing."""
SOLD = "template"
"""What several operations buy from one hand: alone it joins no groups of `GROUP` and more."""
GROUP = 3
MIN_LINKS = 2
"""Links needed between two fragments of two accounts or more."""


class Tie(NamedTuple):
    """What links two fragments: summed weight, number of links, and their kinds, a bit each."""

    weight: float
    links: int
    kinds: int


Edges = dict[int, dict[int, Tie]]


def join_fragments(
    links: pl.DataFrame,
    label: NDArray[np.int32],
    counted: NDArray[np.bool_],
) -> NDArray[np.int32]:
    """Join communities that are tightly linked, the tightest first (agglomerative).

    Parameters
    ----------
    links
        a, b, weight, kinds; only those between counted accounts matter.
    label
        (accounts,) community of each account.
    counted
        (accounts,) accounts that make up a fragment's size; others follow their community.

    Returns
    -------
    ndarray
        (accounts,) the new community: the label of one of its fragments.
    """
    if links.is_empty():
        return label
    size = np.bincount(label[counted], minlength=int(label.max()) + 1).astype(np.int64)
    kinds = _bits(links["kinds"])
    edges = _between(links, kinds, label, counted)

    def entry(x: int, y: int) -> tuple[float, int, int]:
        smaller = int(min(size[x], size[y]))
        return -_strength(edges[x][y], smaller, kinds), min(x, y), max(x, y)

    parent = np.arange(len(size))
    heap = [entry(x, y) for x in edges for y in edges[x] if x < y]
    heapq.heapify(heap)
    while heap:
        tightest = heapq.heappop(heap)
        strength, x, y = tightest
        if -strength < 1:
            break
        if y not in edges.get(x, {}) or tightest != entry(x, y):
            continue
        _absorb(edges, x, y)
        size[x] += size[y]
        parent[y] = x
        for z in edges[x]:
            heapq.heappush(heap, entry(x, z))
    while not np.array_equal(parent, parent[parent]):
        parent = parent[parent]
    return parent[label].astype(np.int32)


def _bits(kinds: pl.Series) -> dict[str, int]:
    """A bit for each kind of link."""
    names = kinds.cast(pl.String).unique().str.split(";").explode().unique().drop_nulls().sort()
    return {name: 1 << place for place, name in enumerate(names)}


def _strength(tie: Tie, smaller: int, kinds: dict[str, int]) -> float:
    """How tightly a tie holds a fragment of so many accounts to a larger one; 1 joins them."""
    alone = smaller > 1 and tie.links < MIN_LINKS
    if alone or (smaller >= GROUP and tie.kinds == kinds.get(SOLD)):
        return 0.0
    agreeing = (tie.kinds & ~kinds.get(SAID_TWICE, 0)).bit_count()
    return tie.weight / max(1, smaller) / (SEVERAL if agreeing > 1 else JOIN)


def _between(
    links: pl.DataFrame,
    bits: dict[str, int],
    label: NDArray[np.int32],
    counted: NDArray[np.bool_],
) -> Edges:
    """The tie between each two communities."""
    a, b = links["a"].to_numpy(), links["b"].to_numpy()
    keep = counted[a] & counted[b] & (label[a] != label[b])
    told = links["kinds"].cast(pl.String)
    code = {text: sum(bits[kind] for kind in text.split(";")) for text in told.unique()}
    summed = (
        pl.DataFrame(
            {
                "x": np.minimum(label[a], label[b]),
                "y": np.maximum(label[a], label[b]),
                "weight": links["weight"],
                "kinds": told.replace_strict(code, return_dtype=pl.Int64),
            }
        )
        .filter(pl.Series(keep))
        .sort("x", "y", "weight")
        .group_by("x", "y", maintain_order=True)
        .agg(pl.col("weight").sum(), pl.len().alias("links"), pl.col("kinds").bitwise_or())
    )
    edges: Edges = {}
    for x, y, *tie in summed.iter_rows():
        edges.setdefault(x, {})[y] = edges.setdefault(y, {})[x] = Tie(*tie)
    return edges


def _absorb(edges: Edges, x: int, y: int) -> None:
    """Move y's ties to x."""
    for z, tie in edges.pop(y).items():
        del edges[z][y]
        if z != x:
            old = edges[x].get(z, Tie(0.0, 0, 0))
            both = Tie(old.weight + tie.weight, old.links + tie.links, old.kinds | tie.kinds)
            edges[x][z] = edges[z][x] = both
