from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import polars as pl
import pytest

from graph.apart import APART, keep_apart


def frames(
    rings: dict[int, list[int]], links: list[tuple[int, int, float]], rules: list[list[list[int]]]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Members, links and rules; a rule is a list of sides."""
    members = [(ring, account) for ring, accounts in rings.items() for account in accounts]
    apart = [
        (rule, side, account)
        for rule, sides in enumerate(rules)
        for side, accounts in enumerate(sides)
        for account in accounts
    ]
    number = pl.UInt32
    return (
        pl.DataFrame(members, schema={"ring": number, "account": number}, orient="row"),
        pl.DataFrame(links, schema={"a": number, "b": number, "weight": pl.Float64}, orient="row"),
        pl.DataFrame(apart, schema=APART, orient="row"),
    )


def parts(members: pl.DataFrame) -> list[list[int]]:
    grouped = members.group_by("ring", maintain_order=True).agg("account")
    return grouped["account"].to_list()


CHAIN = [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 0.2), (3, 4, 1.0), (4, 5, 1.0)]


def test_a_ring_is_cut_where_least_is_lost() -> None:
    got = keep_apart(*frames({0: [0, 1, 2, 3, 4, 5], 1: [7, 8]}, CHAIN, [[[0], [5]]]))
    assert parts(got) == [[0, 1, 2], [3, 4, 5], [7, 8]]


def test_rules_about_accounts_that_are_not_together_change_nothing() -> None:
    given = frames({0: [0, 1, 2], 1: [3, 4, 5]}, CHAIN, [[[0], [5]], [[1], [99]]])
    assert keep_apart(*given).equals(given[0].sort("ring", "account"))


def test_a_ring_falls_into_as_many_parts_as_a_rule_has_sides() -> None:
    got = keep_apart(*frames({4: [0, 1, 2, 3, 4, 5]}, CHAIN, [[[0, 1], [3], [5]]]))
    assert len(parts(got)) == 3
    assert parts(got)[0] == [0, 1, 2]


@pytest.mark.parametrize("seed", range(6))
def test_no_pair_stays_together_and_the_cut_is_the_least(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pairs = [pair for pair in combinations(range(14), 2) if rng.random() < 0.4]
    links = [(a, b, round(float(rng.uniform(0.05, 2)), 3)) for a, b in pairs]
    a, b = rng.choice(14, 2, replace=False).tolist()
    got = keep_apart(*frames({0: list(range(14))}, links, [[[a], [b]]]))
    ring = dict(zip(got["account"], got["ring"], strict=True))
    assert ring[a] != ring[b], seed
    net = nx.Graph()
    net.add_nodes_from(range(14))
    net.add_weighted_edges_from(links, weight="capacity")
    least, _ = nx.minimum_cut(net, a, b)
    lost = sum(weight for x, y, weight in links if ring[x] != ring[y])
    assert lost == pytest.approx(least), seed


@pytest.mark.parametrize("seed", range(4))
def test_many_rules_hold_together(seed: int) -> None:
    rng = np.random.default_rng(seed)
    links = [(a, b, float(rng.uniform(0.1, 1))) for a, b in combinations(range(12), 2)]
    rules = [[[int(a)], [int(b)]] for a, b in rng.choice(12, (5, 2)) if a != b]
    got = keep_apart(*frames({0: list(range(12))}, links, rules))
    ring = dict(zip(got["account"], got["ring"], strict=True))
    assert sorted(ring) == list(range(12))
    assert all(ring[a] != ring[b] for (a,), (b,) in rules), seed
