from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

import pytest

from graph import link
from graph.edges import DEGREE_CAP, WEIGHT, edge_evidence
from ingest import Tables

Build = Callable[..., Tables]


def test_one_pair_in_both_directions_is_one_piece_of_evidence(
    tables_of: Build, at: Callable[[float], datetime]
) -> None:
    edges = {"a": [1, 0], "b": [0, 1], "ts": [at(3), at(1)]}
    got = edge_evidence(tables_of(2, edges=edges).edges)
    assert got.rows() == [(0, 1, None, "edge", WEIGHT, at(1), at(3))]


def test_the_worth_falls_with_the_neighbours_of_both_ends(tables_of: Build) -> None:
    star = {"a": [0] * 9, "b": list(range(1, 10)), "kind": ["works with"] * 9}
    got = edge_evidence(tables_of(10, edges=star).edges)
    wanted = WEIGHT * (1 - math.log(math.sqrt(9 * 1)) / math.log(DEGREE_CAP))
    assert got["weight"].to_list() == pytest.approx([wanted] * 9)
    assert got["kind"].unique().to_list() == ["works with"]


def test_kinds_are_counted_apart_and_add_up_in_a_link(tables_of: Build) -> None:
    edges = {"a": [0, 0], "b": [1, 1], "kind": ["friend", "sponsor"]}
    got = link(tables_of(2, edges=edges))
    assert got.links.rows() == [(0, 1, 2 * WEIGHT, "friend;sponsor")]


def test_a_dense_relation_links_nobody(tables_of: Build) -> None:
    count = DEGREE_CAP + 1
    pairs = [(i, j) for i in range(count) for j in range(i)]
    edges = {"a": [i for i, _ in pairs], "b": [j for _, j in pairs]}
    got = link(tables_of(count, edges=edges))
    assert got.links.is_empty()
    assert got.evidence.is_empty()
