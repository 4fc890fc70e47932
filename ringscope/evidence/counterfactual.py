"""What would become of a ring without one identifier, one kind or one account: computed.

Two members hold together while any evidence between them is left, as in the links of a run. For
one identifier after the other the connected parts of what is left are found. Done one by one this
costs (identifiers x evidence); instead the list of identifiers is halved again and again, and what
all of one half hold together is merged before the other half is looked at (offline divide and
conquer), which costs (evidence x log identifiers). Where little is left, one by one is faster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from .held import Held, Ints, parts

Sizes = tuple[int, ...]
FEW = 100
"""Edges up to which the rest is done one by one."""
MOST_ACCOUNTS = 40
"""Accounts of which the absence is worked out, the most linked first."""


@dataclass(frozen=True)
class Without:
    """What remains without one thing.

    Attributes
    ----------
    what
        "identifier", "kind" or "account".
    kind, value
        Kind and value of the identifier (value null: one relation of the input), the kind, or
        "account" and its id.
    sizes
        Sizes of the parts that remain, largest first; they sum to the size of the ring, less
        one where an account is taken away.
    """

    what: str
    kind: str
    value: str | None
    sizes: Sizes


def whole(ring: Held) -> Sizes:
    """Sizes of the connected parts of a ring as it is, largest first."""
    return _sizes(np.bincount(parts(ring.size, ring.a, ring.b)))


def without_identifiers(ring: Held) -> list[Without]:
    """What remains without each identifier that matters, the most harmful first.

    An identifier that is not in the list can go and the ring stays as it is.
    """
    found = _without_each(ring.size, ring.a, ring.b, ring.unit)
    kinds, values = ring.units["kind"].to_list(), ring.units["value"].to_list()
    listed = [
        Without("identifier", kinds[unit], values[unit], sizes) for unit, sizes in found.items()
    ]
    return sorted(
        listed, key=lambda one: (one.sizes[:1], len(one.sizes), one.kind, one.value or "")
    )


def without_kinds(ring: Held) -> list[Without]:
    """What remains without all evidence of each kind that the ring has, in the order of kinds."""
    kinds = ring.units["kind"].unique().sort()
    of_unit = ring.units["kind"].rank("dense").to_numpy().astype(np.int64) - 1
    found = _without_each(ring.size, ring.a, ring.b, of_unit[ring.unit])
    before = whole(ring)
    return [
        Without("kind", kind, None, found.get(number, before))
        for number, kind in enumerate(kinds.to_list())
    ]


def without_accounts(ring: Held) -> list[Without]:
    """What remains without each account that holds others in the ring, the most harmful first."""
    import igraph

    keys = np.unique(ring.a * ring.size + ring.b)
    a, b = keys // max(ring.size, 1), keys % max(ring.size, 1)
    graph = igraph.Graph(n=ring.size, edges=zip(a.tolist(), b.tolist(), strict=True))
    holding = np.array(graph.articulation_points(), dtype=np.int64)
    degree = np.bincount(a, minlength=ring.size) + np.bincount(b, minlength=ring.size)
    first = np.lexsort((holding, -degree[holding]))[:MOST_ACCOUNTS]
    found = []
    for account in np.sort(holding[first]).tolist():
        kept = (a != account) & (b != account)
        label = np.delete(parts(ring.size, a[kept], b[kept]), account)
        sizes = _sizes(np.bincount(label))
        found.append(Without("account", "account", ring.members[account], sizes))
    return sorted(found, key=_harm)


def _harm(one: Without) -> tuple[object, ...]:
    """Most harmful first: by the largest part that remains."""
    return one.sizes[:1], len(one.sizes), one.kind, one.value or ""


def _sizes(counts: Ints) -> Sizes:
    return tuple(sorted(counts[counts > 0].tolist(), reverse=True))


def _without_each(size: int, a: Ints, b: Ints, group: Ints) -> Mapping[int, Sizes]:
    """Sizes of the parts without each group of pieces, for the groups that matter."""
    edges = _distinct(np.column_stack([a, b, group]), size)
    _, place, often = np.unique(
        edges[:, 0] * size + edges[:, 1], return_inverse=True, return_counts=True
    )
    # What two groups hold together stays, whichever one is taken away.
    solid = (often >= 2)[place]
    label = parts(size, edges[solid, 0], edges[solid, 1])
    weights = np.bincount(label)
    edges = _forests(_contracted(edges[~solid], label), max(len(weights), 1))
    groups = _cutting(edges, max(len(weights), 1))
    # The others can go one at a time without harm, so what they join stays joined.
    mine = np.isin(edges[:, 2], groups)
    label = parts(len(weights), edges[~mine, 0], edges[~mine, 1])
    weights = np.bincount(label, weights=weights).astype(np.int64)
    before = len(np.unique(parts(size, a, b))) if size else 0
    found: dict[int, Sizes] = {}
    _halve(_contracted(edges[mine], label), weights, (), groups, found)
    return {one: sizes for one, sizes in sorted(found.items()) if len(sizes) != before}


def _contracted(edges: Ints, label: Ints) -> Ints:
    """Edges between merged nodes, each once, without those inside one node."""
    ends = label[edges[:, :2]]
    moved = np.column_stack([ends.min(axis=1), ends.max(axis=1), edges[:, 2]])
    return _distinct(moved[moved[:, 0] != moved[:, 1]], len(label))


def _distinct(edges: Ints, size: int) -> Ints:
    """Each edge once; as one number it is sorted ten times as fast as in a row of three."""
    keys = np.unique((edges[:, 2] * size + edges[:, 0]) * size + edges[:, 1])
    size = max(size, 1)
    return np.column_stack([keys // size % size, keys % size, keys // size**2])


def _forests(edges: Ints, size: int) -> Ints:
    """A spanning forest of each group: it joins what the group joins, with fewer edges."""
    nodes, place = np.unique(edges[:, 2:] * size + edges[:, :2], return_inverse=True)
    a, b = place.reshape(-1, 2).T
    every = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(len(nodes), len(nodes)))
    kept = minimum_spanning_tree(every.tocsr()).tocoo()
    ends = np.column_stack([nodes[kept.row], nodes[kept.col]])
    return np.column_stack([ends % size, ends[:, 0] // size])


def _cutting(edges: Ints, size: int) -> Ints:
    """Groups that may matter: those of several parts, and those whose only part is a cut vertex.

    Nodes and parts of groups are the two sides of a graph. Where a part is no articulation point
    of it (Hopcroft and Tarjan, 1973), all that it joins is joined by others as well.
    """
    import igraph

    keys, place = np.unique(edges[:, 2:] * size + edges[:, :2], return_inverse=True)
    part = parts(len(keys), *place.reshape(-1, 2).T)
    group, node = keys // size, keys % size
    _, first = np.unique(part, return_index=True)
    of_part = group[first]
    sides = igraph.Graph(
        n=size + len(of_part), edges=zip(node.tolist(), (size + part).tolist(), strict=True)
    )
    points = np.array(sides.articulation_points(), dtype=np.int64)
    names, often = np.unique(of_part, return_counts=True)
    return np.union1d(names[often > 1], of_part[points[points >= size] - size])


def _halve(
    edges: Ints, weights: Ints, settled: Sizes, groups: Ints, found: dict[int, Sizes]
) -> None:
    """Work out the absence of each group: edges of all others outside `groups` are merged."""
    if not len(groups):
        return
    touched = np.unique(edges[:, :2])
    alone = np.setdiff1d(np.arange(len(weights)), touched)
    settled += tuple(weights[alone].tolist())
    if len(groups) == 1 or not len(edges):
        sizes = _sizes(np.array([*settled, *weights[touched].tolist()], dtype=np.int64))
        found.update(dict.fromkeys(groups.tolist(), sizes))
        return
    edges = np.column_stack([np.searchsorted(touched, edges[:, :2]), edges[:, 2]])
    weights = weights[touched]
    if len(edges) <= FEW:
        found.update(_one_by_one(edges, weights, settled, groups))
        return
    half = len(groups) // 2
    for mine, others in ((groups[:half], groups[half:]), (groups[half:], groups[:half])):
        merge = edges[np.isin(edges[:, 2], others)]
        label = parts(len(weights), merge[:, 0], merge[:, 1])
        kept = _contracted(edges[np.isin(edges[:, 2], mine)], label)
        merged = np.bincount(label, weights=weights).astype(np.int64)
        _halve(kept, merged, settled, mine, found)


def _one_by_one(
    edges: Ints, weights: Ints, settled: Sizes, groups: Ints
) -> Iterator[tuple[int, Sizes]]:
    """The absence of each group, from its own graph of the edges of all others."""
    import igraph

    rows = edges.tolist()
    for group in groups.tolist():
        others = igraph.Graph(n=len(weights), edges=[row[:2] for row in rows if row[2] != group])
        part = others.connected_components().membership
        left = np.bincount(part, weights=weights).astype(np.int64)
        yield group, _sizes(np.append(left, np.array(settled, dtype=np.int64)))
