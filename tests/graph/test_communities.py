from __future__ import annotations

import itertools
import random

import igraph
import networkx as nx
import numpy as np
import polars as pl
import pytest

from graph.communities import adjacency, communities, components

Pairs = list[tuple[int, int]]


def links_of(pairs: Pairs, weight: float = 1.0) -> pl.DataFrame:
    schema = {"a": pl.UInt32, "b": pl.UInt32}
    ordered = sorted({(min(p), max(p)) for p in pairs})
    return pl.DataFrame(ordered, schema=schema, orient="row").with_columns(weight=pl.lit(weight))


def random_links(seed: int, accounts: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, accounts, (int(rng.integers(0, accounts)), 2)).tolist()
    links = links_of([(a, b) for a, b in pairs if a != b])
    return links.with_columns(weight=pl.Series(rng.uniform(0.05, 2, links.height)))


def clique(accounts: range) -> Pairs:
    return list(itertools.combinations(accounts, 2))


def as_sets(label: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(label == group).tolist()) for group in np.unique(label)}


TWO_CLIQUES = links_of([*clique(range(6)), *clique(range(6, 13)), (5, 6)])


@pytest.mark.parametrize("seed", range(15))
def test_components_equal_networkx(seed: int) -> None:
    links = random_links(seed, 60)
    graph = nx.empty_graph(60)
    graph.add_edges_from(links.select("a", "b").iter_rows())
    label = components(links, 60)
    assert as_sets(label) == {frozenset(c) for c in nx.connected_components(graph)}, f"seed {seed}"
    firsts = [int(np.flatnonzero(label == group)[0]) for group in range(label.max() + 1)]
    assert firsts == sorted(firsts)


@pytest.mark.parametrize("seed", range(5))
def test_adjacency_equals_networkx(seed: int) -> None:
    links = random_links(seed, 30)
    graph = nx.empty_graph(30)
    graph.add_weighted_edges_from(links.select("a", "b", "weight").iter_rows())
    got = adjacency(links, 30).toarray()
    assert got == pytest.approx(nx.to_numpy_array(graph, nodelist=range(30))), f"seed {seed}"


@pytest.mark.parametrize("seed", range(8))
def test_two_cliques_and_a_bridge(seed: int) -> None:
    wanted = {frozenset(range(6)), frozenset(range(6, 13)), frozenset([13])}
    assert as_sets(communities(TWO_CLIQUES, 14, seed=seed)) == wanted
    shuffled = TWO_CLIQUES.sample(fraction=1, shuffle=True, seed=seed)
    assert as_sets(communities(shuffled, 14, seed=seed)) == wanted, f"seed {seed}"


def test_many_planted_cliques_are_not_merged() -> None:
    """Modularity would merge neighbours in a ring of 30 cliques of 5 (its resolution limit)."""
    groups = [range(5 * i, 5 * i + 5) for i in range(30)]
    bridges = [(5 * i + 4, (5 * i + 5) % 150) for i in range(30)]
    links = links_of([*itertools.chain(*map(clique, groups)), *bridges])
    assert as_sets(communities(links, 150)) == {frozenset(group) for group in groups}


def test_density_of_link_weight_decides() -> None:
    group = links_of(clique(range(8)), weight=0.2)
    assert len(as_sets(communities(group, 8, resolution=0.1))) == 1
    assert len(as_sets(communities(group, 8, resolution=0.3))) == 8


def test_one_seed_one_result() -> None:
    links = random_links(3, 200)
    assert (communities(links, 200, seed=5) == communities(links, 200, seed=5)).all()


def test_the_random_state_of_python_stays_and_igraph_gets_it_back() -> None:
    random.seed(11)
    state = random.getstate()
    wanted = igraph.Graph.Erdos_Renyi(40, 0.2).get_edgelist()
    random.setstate(state)
    communities(TWO_CLIQUES, 14, seed=5)
    assert random.getstate() == state
    assert igraph.Graph.Erdos_Renyi(40, 0.2).get_edgelist() == wanted


def test_without_links_everyone_is_alone() -> None:
    none = links_of([])
    assert communities(none, 4).tolist() == [0, 1, 2, 3]
    assert components(none, 4).tolist() == [0, 1, 2, 3]
