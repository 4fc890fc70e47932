from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models.crowds import common_contacts, thinned
from models.features.words import words_for
from models.positions import VIEWS, WORDS, position_features, readers, transferable
from models.spectrum import spectral_coordinates
from models.walks import return_chances


def random_graph(seed: int, n: int = 60, p: float = 0.08) -> tuple[nx.Graph, csr_matrix]:
    graph = nx.gnp_random_graph(n, p, seed=seed)
    rng = np.random.default_rng(seed)
    for a, b in graph.edges:
        graph[a][b]["weight"] = float(rng.uniform(0.5, 3))
    return graph, csr_matrix(nx.to_scipy_sparse_array(graph))


@pytest.mark.parametrize("seed", range(4))
def test_shape_equals_networkx(seed: int) -> None:
    graph, weights = random_graph(seed)
    frame = position_features(weights)
    nodes = range(60)
    core, triangles = nx.core_number(graph), nx.triangles(graph)
    rank = nx.pagerank(graph, tol=1e-12, max_iter=1000)
    expected = {
        "degree.links": np.log1p([graph.degree(i) for i in nodes]),
        "degree.weight": np.log1p([graph.degree(i, weight="weight") for i in nodes]),
        "core": np.log1p([core[i] for i in nodes]),
        "triangles.count": np.log1p([triangles[i] for i in nodes]),
        "pagerank": np.log([60 * rank[i] for i in nodes]),
        "component": np.log1p([len(nx.node_connected_component(graph, i)) for i in nodes]),
    }
    for name, values in expected.items():
        assert frame[name].to_numpy() == pytest.approx(values, abs=1e-4), (seed, name)
    clustering = [nx.clustering(graph, i) if graph.degree(i) > 1 else None for i in nodes]
    assert frame["clustering"].to_list() == pytest.approx(clustering, abs=1e-5), seed


@pytest.mark.parametrize("seed", range(4))
def test_return_chances_equal_matrix_powers(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.walks.PATHS_AT_ONCE", 100)
    _, weights = random_graph(seed)
    dense = weights.toarray()
    walk = dense / np.maximum(dense.sum(1, keepdims=True), 1e-12)
    columns = return_chances(weights)
    linked = dense.sum(1) > 0
    for steps in (2, 3, 4):
        expected = np.diag(np.linalg.matrix_power(walk, steps))
        found = columns[f"returns.{steps}"]
        assert found[linked] == pytest.approx(expected[linked]), (seed, steps)
        assert np.isnan(found[~linked]).all(), seed


def test_a_dense_graph_gets_the_short_walk_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.walks.MOST_STEPS", 10)
    _, weights = random_graph(0)
    assert list(return_chances(weights)) == ["returns.2"]


@pytest.mark.parametrize("added", [0.0, 0.3])
def test_spectral_coordinates_are_eigenvectors_with_a_fixed_sign(added: float) -> None:
    graph = nx.connected_watts_strogatz_graph(400, 8, 0.2, seed=1)
    weights = csr_matrix(nx.to_scipy_sparse_array(graph), dtype=float)
    found = spectral_coordinates(weights, dimensions=5, seed=0, added=added)
    assert found.shape == (400, 5)
    degree = np.asarray(weights.sum(axis=1)).ravel()
    degree += added * degree.mean()
    normal = weights.toarray() / np.sqrt(degree[:, None] * degree[None])
    values = np.linalg.eigvalsh(normal)[::-1]
    for j in range(5):
        assert normal @ found[:, j] == pytest.approx(values[j + 1] * found[:, j], abs=1e-3)
    assert (found**2).mean(axis=0) == pytest.approx(1)
    assert ((found**3).sum(axis=0) >= 0).all()
    other = spectral_coordinates(weights, dimensions=5, seed=9, added=added)
    assert found == pytest.approx(other, abs=1e-2), "another start vector, the same coordinates"


def test_small_components_and_lonely_accounts_get_no_coordinates() -> None:
    pairs = nx.disjoint_union_all([nx.complete_graph(3)] * 50)
    pairs.add_nodes_from(range(150, 200))
    frame = position_features(csr_matrix(nx.to_scipy_sparse_array(pairs), dtype=float))
    assert frame.height == 200
    assert transferable(frame.columns) == frame.columns
    assert frame["returns.4"].null_count() == 50
    assert frame["degree.links"][199] == 0


def test_a_crowd_counts_as_one_link() -> None:
    crowds = nx.disjoint_union_all([nx.complete_graph(n) for n in (2, 5, 30)])
    weights = csr_matrix(nx.to_scipy_sparse_array(crowds), dtype=float)
    frame = position_features(weights)
    assert np.expm1(frame["crowd.links"].to_numpy()) == pytest.approx(1.0, abs=1e-5)
    others = np.repeat([0.0, 3.0, 28.0], [2, 5, 30])
    assert np.expm1(frame["crowd.common"].to_numpy()) == pytest.approx(others, abs=1e-4)
    assert "crowd.links" not in position_features(weights, dimensions=0).columns


def test_no_links_at_all() -> None:
    frame = position_features(csr_matrix((4, 4)))
    assert frame.height == 4
    assert frame["degree.links"].to_list() == [0.0] * 4


def test_every_column_has_words() -> None:
    graph = nx.connected_watts_strogatz_graph(400, 8, 0.2, seed=1)
    frame = position_features(csr_matrix(nx.to_scipy_sparse_array(graph), dtype=float))
    words = words_for(frame.columns, WORDS)
    assert all(words[column] for column in frame.columns)
    assert {f"spectral.{view}.000" for view in range(len(VIEWS))} <= set(words)


def test_each_view_has_the_coordinates_of_its_thinned_links() -> None:
    graph = nx.connected_watts_strogatz_graph(400, 8, 0.2, seed=1)
    weights = csr_matrix(nx.to_scipy_sparse_array(graph), dtype=float)
    frame = position_features(weights, dimensions=3, seed=5)
    common = common_contacts(weights)
    assert common is not None
    for view, (power, added) in enumerate(VIEWS):
        links = thinned(weights, common, power)
        wanted = spectral_coordinates(links, dimensions=3, seed=5, added=added)
        names = [f"spectral.{view}.{i:03d}" for i in range(3)]
        assert frame.select(names).to_numpy() == pytest.approx(wanted, rel=1e-6)


def test_a_dense_graph_gets_the_first_view_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.crowds.MOST_STEPS", 10)
    graph = nx.connected_watts_strogatz_graph(400, 8, 0.2, seed=1)
    frame = position_features(csr_matrix(nx.to_scipy_sparse_array(graph), dtype=float))
    spectral = set(frame.columns) - set(transferable(frame.columns))
    assert {name[:11] for name in spectral} == {"spectral.0."}
    reads = readers(frame.columns)
    assert set(reads["boosted"][0]) == set(reads["kernel"][0]) == set(frame.columns)


def test_models_read_one_view_each() -> None:
    columns = ["core", *(f"spectral.{view}.{i:03d}" for view in range(5) for i in range(2))]
    reads = readers(columns)

    def views(name: str) -> list[set[str]]:
        assert all("core" in read for read in reads[name])
        return [{c.split(".")[1] for c in read if c != "core"} for read in reads[name]]

    assert views("kernel") == [{"0"}, {"3"}]
    assert views("boosted") == [{"1"}, {"2"}, {"3"}, {"4"}]
    assert views("forest") == views("extra") == [{"2"}]
    assert views("gnn") == [set()]
    assert readers(["core"]) == {}
