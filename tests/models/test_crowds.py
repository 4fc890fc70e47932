"""Links weighed by common contacts, against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models.crowds import common_contacts, thin, thinned


def links_of(graph: nx.Graph) -> csr_matrix:
    weights = csr_matrix(nx.to_scipy_sparse_array(graph, nodelist=sorted(graph)), dtype=float)
    weights.sort_indices()
    return weights


@pytest.mark.parametrize("seed", range(5))
def test_common_contacts_are_those_of_networkx(seed: int) -> None:
    graph = nx.gnp_random_graph(60, 0.1 * seed, seed=seed)
    weights = links_of(graph)
    found = common_contacts(weights)
    rows = np.repeat(np.arange(60), np.diff(weights.indptr))
    ends = zip(rows, weights.indices, strict=True)
    assert found is not None
    assert found.tolist() == [len(list(nx.common_neighbors(graph, a, b))) for a, b in ends], seed


def test_links_inside_a_task_count_as_one_person_less_than_it_has() -> None:
    """In a clique of n each account's links add up to (n - 1) / (n - 1), Newman's strength."""
    tasks = nx.disjoint_union_all([nx.complete_graph(n) for n in (2, 3, 7, 20)])
    thin_links = thin(links_of(tasks))
    assert np.asarray(thin_links.sum(axis=1)).ravel() == pytest.approx(1.0)


def test_links_keep_their_own_weight_and_place() -> None:
    graph = nx.karate_club_graph()
    weights = links_of(graph)
    common = common_contacts(weights)
    assert common is not None
    assert (thinned(weights, common, 0.0) != weights).nnz == 0
    half = thinned(weights, common, 0.5).toarray()
    assert half == pytest.approx(half.T)
    for a, b, own in graph.edges(data="weight"):
        shared = len(list(nx.common_neighbors(graph, a, b)))
        assert half[a, b] == pytest.approx(own / (1 + shared) ** 0.5)


def test_unsorted_links_are_weighed_alike() -> None:
    weights = links_of(nx.karate_club_graph())
    order = np.concatenate(
        [np.arange(b, e)[::-1] for b, e in zip(weights.indptr, weights.indptr[1:], strict=False)]
    )
    mixed = csr_matrix((weights.data[order], weights.indices[order], weights.indptr), weights.shape)
    assert (thin(mixed) != thin(weights)).nnz == 0
    assert not mixed.has_sorted_indices, "the input is left alone"


def test_of_too_many_ways_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.crowds.MOST_STEPS", 10)
    weights = links_of(nx.karate_club_graph())
    assert common_contacts(weights) is None
    assert (thin(weights) != weights).nnz == 0


def test_nobody_is_linked() -> None:
    assert thin(csr_matrix((4, 4))).nnz == 0
    assert thin(csr_matrix((0, 0))).shape == (0, 0)
