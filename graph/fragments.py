"""Fragments of one operation, joined.

An operation that rotates its identifiers falls into dense fragments with a few links between
them. Density alone keeps them apart. What tells is that a good part of the smaller fragment's
accounts is linked to the other one, all the more when links of several kinds agree; a message kit
alone tells little, for kits are sold. Where one sends a kit and the other does not, what they say
speaks against it.
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
WITH_KIT = 0.1
"""The same where one of them is a message kit, which itself does not count."""
AGAINST_KIT = 1.0
"""The same where a single kind is shared, and only one of two groups of `GROUP` sends a kit."""
SAID_TWICE = "burst"
"""Accounts of one sign-up burst share a subnet, mostly addresses too: it agrees with nothing."""
SOLD = "template"
"""What several operations buy from one hand: it agrees, but its weight joins no groups of `GROUP`
and more."""
GROUP = 3
MIN_LINKS = 2
"""Links needed between two fragments of two accounts or more."""
MOST = 0.5
"""Part of a group that must share a kit inside it for the group to send one."""


class Tie(NamedTuple):
    """What links two fragments.

    Attributes
    ----------
    weight, sold
        Summed weight of what is shared, and the part of it that is for sale.
    links
        Number of linked pairs.
    kinds
        What kinds are shared, a bit each.
    """

    weight: float
    sold: float
    links: int
    kinds: int


Edges = dict[int, dict[int, Tie]]


def join_fragments(
    shared: pl.DataFrame,
    label: NDArray[np.int32],
    counted: NDArray[np.bool_],
) -> NDArray[np.int32]:
    """Join communities that are tightly linked, the tightest first (agglomerative).

    Parameters
    ----------
    shared
        a, b, kind, weight: what pairs share; only counted accounts matter.
    label
        (accounts,) community of each account.
    counted
        (accounts,) accounts that make up a fragment's size; others follow their community.

    Returns
    -------
    ndarray
        (accounts,) the new community: the label of one of its fragments.
    """
    if shared.is_empty():
        return label
    size = np.bincount(label[counted], minlength=int(label.max()) + 1).astype(np.int64)
    kinds = {name: 1 << place for place, name in enumerate(shared["kind"].unique().sort())}
    edges = _between(shared, kinds, label, counted)
    sends = _senders(shared, label, counted, size)

    def entry(x: int, y: int) -> tuple[float, int, int]:
        smaller, alike = int(min(size[x], size[y])), bool(sends[x] == sends[y])
        return -_strength(edges[x][y], smaller, kinds, alike), min(x, y), max(x, y)

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
        sends[x] |= sends[y]
        parent[y] = x
        for z in edges[x]:
            heapq.heappush(heap, entry(x, z))
    while not np.array_equal(parent, parent[parent]):
        parent = parent[parent]
    return parent[label].astype(np.int32)


def _strength(tie: Tie, smaller: int, kinds: dict[str, int], alike: bool) -> float:
    """How tightly a tie holds a fragment of so many accounts to a larger one; 1 joins them."""
    if smaller > 1 and tie.links < MIN_LINKS:
        return 0.0
    agree = (tie.kinds & ~kinds.get(SAID_TWICE, 0)).bit_count() > 1
    if smaller < GROUP:
        return tie.weight / max(1, smaller) / (SEVERAL if agree else JOIN)
    kit = bool(tie.kinds & kinds.get(SOLD, 0))
    several, single = (WITH_KIT if kit else SEVERAL), (JOIN if alike or kit else AGAINST_KIT)
    return (tie.weight - tie.sold) / smaller / (several if agree else single)


def _senders(
    shared: pl.DataFrame,
    label: NDArray[np.int32],
    counted: NDArray[np.bool_],
    size: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Which groups send a kit, (labels,)."""
    kits = shared.filter(pl.col("kind") == SOLD)
    a, b = kits["a"].to_numpy(), kits["b"].to_numpy()
    inside = counted[a] & counted[b] & (label[a] == label[b])
    senders = np.unique(np.concatenate([a[inside], b[inside]]))
    share = np.bincount(label[senders], minlength=len(size)) / np.maximum(size, 1)
    sends: NDArray[np.bool_] = (size >= GROUP) & (share >= MOST)
    return sends


def _between(
    shared: pl.DataFrame,
    bits: dict[str, int],
    label: NDArray[np.int32],
    counted: NDArray[np.bool_],
) -> Edges:
    """The tie between each two communities."""
    a, b = shared["a"].to_numpy(), shared["b"].to_numpy()
    keep = counted[a] & counted[b] & (label[a] != label[b])
    kind = pl.col("kind")
    summed = (
        shared.select(
            "a",
            "b",
            "weight",
            "kind",
            x=pl.Series(np.minimum(label[a], label[b])),
            y=pl.Series(np.maximum(label[a], label[b])),
        )
        .filter(pl.Series(keep))
        .sort("x", "y", "a", "b", "kind")
        .group_by("x", "y", maintain_order=True)
        .agg(
            pl.col("weight").sum(),
            pl.col("weight").filter(kind == SOLD).sum().alias("sold"),
            pl.struct("a", "b").n_unique().alias("links"),
            kind.replace_strict(bits, return_dtype=pl.Int64).bitwise_or(),
        )
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
            edges[x][z] = edges[z][x] = _both(edges[x][z], tie) if z in edges[x] else tie


def _both(one: Tie, other: Tie) -> Tie:
    return Tie(
        one.weight + other.weight,
        one.sold + other.sold,
        one.links + other.links,
        one.kinds | other.kinds,
    )
