"""Random rings, as evidence between members, for comparison with plain graph algorithms."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import polars as pl
import pytest

SCHEMA = {
    "account_a": pl.String,
    "account_b": pl.String,
    "kind": pl.String,
    "value": pl.String,
    "weight": pl.Float64,
}


def random_ring(seed: int) -> tuple[list[str], pl.DataFrame]:
    """Members and evidence of 2 to 24 accounts; some rings hang together by a thread."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 25))
    members = [f"m{place:02}" for place in range(size)]
    rows: list[tuple[str, str, str, str | None, float]] = []
    for number in range(int(rng.integers(1, 14))):
        kind = ("device", "ip", "template")[int(rng.integers(3))]
        users = rng.choice(size, size=min(size, int(rng.integers(2, 6))), replace=False)
        for a in users:
            for b in users:
                if a < b and rng.random() < 0.9:
                    weight = float(rng.integers(1, 6)) / 6
                    rows.append((members[a], members[b], kind, f"v{number}", weight))
    for _ in range(int(rng.integers(0, 6))):
        a, b = sorted(rng.choice(size, size=2, replace=False))
        rows.append((members[a], members[b], "co_work", None, 0.25))
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    outside = pl.DataFrame(
        [(members[0], "z-outside", "device", "far", 1.0)], schema=SCHEMA, orient="row"
    )
    frame = pl.concat([frame, outside]).unique(
        ["account_a", "account_b", "kind", "value"], maintain_order=True
    )
    return members, frame.sample(fraction=1.0, shuffle=True, seed=seed)


def sizes(members: list[str], rows: pl.DataFrame) -> tuple[int, ...]:
    """Sizes of connected parts, by networkx."""
    graph = nx.Graph()
    graph.add_nodes_from(members)
    inside = [
        pair for pair in rows.select("account_a", "account_b").rows() if set(pair) <= set(members)
    ]
    graph.add_edges_from(inside)
    return tuple(sorted((len(part) for part in nx.connected_components(graph)), reverse=True))


@pytest.fixture
def ring_of() -> Callable[[int], tuple[list[str], pl.DataFrame]]:
    return random_ring


@pytest.fixture
def sizes_of() -> Callable[[list[str], pl.DataFrame], tuple[int, ...]]:
    return sizes
