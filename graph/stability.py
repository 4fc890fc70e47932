"""Core and fringe: who stays in a ring when some of its identifiers are taken away?"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

ROUNDS = 40
DROP = 0.3
"""Share of identifiers taken away in each round."""
CORE = 0.55
"""Stability from which a member is core: it stays more often than one single identifier does in
two independent places."""


def member_stability(
    members: pl.DataFrame, evidence: pl.DataFrame, *, min_weight: float, seed: int = 0
) -> NDArray[np.float64]:
    """Share of resampling rounds in which each member stays with the largest part of its ring.

    Each round drops every identifier with probability `DROP` (the whole identifier, since
    evidence through one device stands or falls together) and finds the connected parts of each
    ring over what is left.

    Parameters
    ----------
    members
        ring, account; an account is in one ring at most.
    evidence
        See `Linkage.evidence`; only that between members of one ring counts.
    min_weight
        Evidence worth less does not hold two members together.
    seed
        Seed of the drops.

    Returns
    -------
    ndarray
        (members,) stability in [0, 1].
    """
    ring, a, b, unit = _inside(members, evidence.filter(pl.col("weight") >= min_weight))
    count = members.height
    rng = np.random.default_rng(seed)
    stays = np.zeros(count)
    units = int(unit.max()) + 1 if len(unit) else 0
    for _ in range(ROUNDS):
        kept = (rng.random(units) >= DROP)[unit]
        graph = coo_array((np.ones(int(kept.sum())), (a[kept], b[kept])), shape=(count, count))
        _, part = connected_components(graph, directed=False)
        size = np.bincount(part)[part]
        largest = np.zeros(int(ring.max()) + 1, dtype=np.int64) if count else np.zeros(0, np.int64)
        np.maximum.at(largest, ring, size)
        stays += (size == largest[ring]) & (size > 1)
    return stays / ROUNDS


def _inside(
    members: pl.DataFrame, evidence: pl.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Ring number per member, and both ends and the dropping unit of each piece of evidence."""
    place = members.select("ring", "account").with_row_index("member")
    inner = (
        evidence.join(place.select(a="account", member_a="member", ring_a="ring"), "a")
        .join(place.select(b="account", member_b="member", ring_b="ring"), "b")
        .filter(pl.col("ring_a") == pl.col("ring_b"))
        .sort("a", "b", "kind", "identifier")
    )
    # Ready relations have no identifier: each pair is a unit of its own.
    own = pl.format("{}-{}-{}", "kind", "a", "b")
    unit = inner.select(
        pl.coalesce(pl.col("identifier").cast(pl.String), own).rank("dense").alias("unit") - 1
    )["unit"]
    return (
        place["ring"].rank("dense").to_numpy().astype(np.int64) - 1,
        inner["member_a"].to_numpy().astype(np.int64),
        inner["member_b"].to_numpy().astype(np.int64),
        unit.to_numpy().astype(np.int64),
    )
