from __future__ import annotations

import numpy as np
import pytest
import torch

from models.account_graph import AccountGraph
from models.gnn import TypedGnn, draw_weights
from models.gnn_hops import hops_of


def random_graph(seed: int, accounts: int = 60) -> AccountGraph:
    rng = np.random.default_rng(seed)

    def pairs(others: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return rng.integers(0, accounts, 50), rng.integers(0, others, 50), rng.random(50) + 0.1

    return AccountGraph(
        accounts, sightings={"device": pairs(12), "ip": pairs(20)}, links={"link": pairs(accounts)}
    )


@pytest.mark.parametrize("seed", range(5))
def test_asking_for_some_accounts_gives_what_asking_for_all_gives(seed: int) -> None:
    graph = random_graph(seed)
    rng = np.random.default_rng(seed)
    asked = rng.permutation(60)[:7]
    net = TypedGnn(3, *graph.relations).eval()
    draw_weights(net, seed)
    X = torch.from_numpy(rng.standard_normal((60, 3)).astype(np.float32))
    whole, part = hops_of(graph, graph.relations, 2), hops_of(graph, graph.relations, 2, asked)
    with torch.no_grad():
        expected, odds = net(X, whole)[asked], net(X[part.first], part)
    assert torch.allclose(odds, expected, atol=1e-6), seed
    assert 7 <= len(part.first) < 60


def test_what_is_out_of_reach_is_not_read() -> None:
    chain = AccountGraph(5, links={"link": (np.arange(4), np.arange(1, 5), np.ones(4))})
    hops = hops_of(chain, chain.relations, 2, np.array([0]))
    assert hops.first.tolist() == [0, 1, 2]
    assert [hop.kept.tolist() for hop in hops.rounds] == [[0, 1], [0]]


def test_a_graph_without_identifiers_or_links() -> None:
    net = TypedGnn(2, (), ()).eval()
    draw_weights(net, 0)
    hops = hops_of(AccountGraph(3), ((), ()), 2)
    assert net(torch.zeros(3, 2), hops).shape == (3,)
