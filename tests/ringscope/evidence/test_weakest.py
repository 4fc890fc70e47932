from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import polars as pl
import pytest

from ringscope.evidence.held import held
from ringscope.evidence.weakest import links_inside, weakest_place

Ring = Callable[[int], tuple[list[str], pl.DataFrame]]


def weighted(members: list[str], rows: pl.DataFrame) -> nx.Graph:
    """The links of a ring as the run would hold them, added up by hand."""
    graph = nx.Graph()
    graph.add_nodes_from(members)
    inside = rows.filter(pl.col("account_b").is_in(members))
    for (a, b), pieces in inside.group_by("account_a", "account_b"):
        total = 0.0
        for _, same in pieces.group_by("kind"):
            left = 1.0
            for weight in same["weight"]:
                left *= 1 - weight
            total += 1 - left
        graph.add_edge(a, b, weight=round(total, 6))
    return graph


def test_links_inside_add_up_as_those_of_a_run(ring_of: Ring) -> None:
    for seed in range(60):
        members, rows = ring_of(seed)
        ring = held(rows, members)
        a, b, weight = links_inside(ring)
        found = {
            (ring.members[i], ring.members[j]): w for i, j, w in zip(a, b, weight, strict=True)
        }
        expected = weighted(members, rows)
        assert found == pytest.approx(
            {(x, y): data["weight"] for x, y, data in expected.edges(data=True)}, abs=2e-6
        ), f"seed {seed}"


def test_the_weakest_place_is_where_the_ring_breaks_first(ring_of: Ring) -> None:
    connected = 0
    for seed in range(120):
        members, rows = ring_of(seed)
        graph = weighted(members, rows)
        found = weakest_place(held(rows, members))
        if not nx.is_connected(graph):
            assert found is None, f"seed {seed}"
            continue
        connected += 1
        assert found is not None
        levels = sorted({w for _, _, w in graph.edges.data("weight")})
        holds = [
            level
            for level in levels
            if nx.is_connected(
                nx.Graph(
                    [
                        *((m, m) for m in members),
                        *((x, y) for x, y, w in graph.edges.data("weight") if w >= level),
                    ]
                )
            )
        ]
        assert found.weight == pytest.approx(max(holds), abs=2e-6), f"seed {seed}"
        heavier = nx.Graph()
        heavier.add_nodes_from(members)
        edges = graph.edges.data("weight")
        heavier.add_edges_from((x, y) for x, y, w in edges if w > found.weight + 2e-6)
        sides = sorted(nx.connected_components(heavier), key=len, reverse=True)
        assert found.sides == tuple(map(len, sides)), f"seed {seed}"
        place = {member: n for n, side in enumerate(sides) for member in side}
        crossing = [w for x, y, w in edges if place[x] != place[y]]
        assert len(crossing) == found.crossing, f"seed {seed}"
        assert max(crossing) == pytest.approx(found.weight, abs=2e-6), f"seed {seed}"
        largest = set(members) - set(found.inside)
        assert largest in [side for side in sides if len(side) == found.sides[0]], f"seed {seed}"
    assert connected > 25


def test_of_equally_light_links_all_are_told_whatever_the_names(ring_of: Ring) -> None:
    names = [f"a{n:04}" for n in range(2_000)]
    weight = pl.Series([0.5] * 1_999).scatter([499, 1_499], 0.25)
    rows = pl.DataFrame({"account_a": names[:-1], "account_b": names[1:], "kind": "device",
                         "value": names[1:], "weight": weight})  # fmt: skip
    found = weakest_place(held(rows, names))
    assert found is not None
    assert found.sides == (1_000, 500, 500)
    assert (found.crossing, found.weight) == (2, 0.25)
    for seed in range(60):
        members, rows = ring_of(seed)
        tied = rows.with_columns(pl.col("weight").round(1).clip(0.1))
        other = {name: f"{(7 * n) % 101:03}" for n, name in enumerate(sorted(members))}
        named = tied.filter(
            pl.col("account_a").is_in(members) & pl.col("account_b").is_in(members)
        ).with_columns(pl.col("account_a", "account_b").replace_strict(other))
        one, two = weakest_place(held(tied, members)), weakest_place(held(named, [*other.values()]))
        told = [(w.weight, w.sides, w.crossing) if w else None for w in (one, two)]
        assert told[0] == told[1], f"seed {seed}"
