from __future__ import annotations

import numpy as np
import pytest
import torch

from models.account_graph import AccountGraph
from models.gnn import TypedGnn, draw_weights
from models.gnn_hops import hops_of
from models.gnn_settings import GnnSettings
from models.gnn_training import Gnn, fit_gnn
from models.metrics import auroc
from models.standardise import fit_scale

QUICK = GnnSettings(hidden=16, epochs=60, patience=20, rate=0.01)


def planted(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray, AccountGraph]:
    """Spam shares devices with spam; features say nothing about the account itself.

    Each account carries a mark that means nothing alone: spam devices have marked users.
    """
    rng = np.random.default_rng(seed)
    device = rng.integers(0, n // 8, n)
    bad = rng.random(n // 8) < 0.3
    labels = bad[device].astype(np.int8)
    X = rng.standard_normal((n, 4)).astype(np.float32)
    X[:, 0] = rng.random(n) < np.where(labels == 1, 0.5, 0.15)
    sightings = {"device": (np.arange(n), device, np.ones(n))}
    return X, labels, AccountGraph(n, sightings=sightings)


def fitted(
    X: np.ndarray, labels: np.ndarray, graph: AccountGraph, train: np.ndarray, stop: np.ndarray
) -> Gnn:
    return fit_gnn(
        X, labels, graph, fit_scale(X), train=train, validation=stop, seed=7, settings=QUICK
    )


def held_out_auroc(seed: int, graph: AccountGraph, X: np.ndarray, labels: np.ndarray) -> float:
    order = np.random.default_rng(seed).permutation(len(labels))
    train, validation, test = np.split(order, [200, 260])
    model = fitted(X, labels, graph, train, validation)
    return auroc(labels[test], model.predict(X, graph)[test])


@pytest.mark.parametrize("seed", range(2))
def test_it_learns_from_the_users_of_the_same_device(seed: int) -> None:
    X, labels, graph = planted(seed)
    empty = AccountGraph(graph.accounts)
    with_graph = held_out_auroc(seed, graph, X, labels)
    without = held_out_auroc(seed, empty, X, labels)
    assert with_graph > 0.8, seed
    assert with_graph > without + 0.05, seed


def test_same_seed_same_bits_and_no_global_state() -> None:
    X, labels, graph = planted(0)
    rows = np.arange(400)
    before = torch.random.get_rng_state()
    first, second = (
        fit_gnn(
            X,
            labels,
            graph,
            fit_scale(X),
            train=rows[:300],
            validation=rows[300:],
            seed=7,
            settings=QUICK,
        ).predict(X, graph)
        for _ in range(2)
    )
    assert (first == second).all()
    assert (torch.random.get_rng_state() == before).all()


def test_labels_outside_training_are_never_read() -> None:
    X, labels, graph = planted(1)
    rows = np.arange(400)
    flipped = labels.copy()
    flipped[350:] = 1 - flipped[350:]
    first, second = (
        fit_gnn(
            X,
            given,
            graph,
            fit_scale(X),
            train=rows[:300],
            validation=rows[300:350],
            seed=7,
            settings=QUICK,
        ).predict(X, graph)
        for given in (labels, flipped)
    )
    assert (first == second).all()


def test_order_of_sightings_does_not_matter() -> None:
    X, _, graph = planted(2)
    account, device, weight = graph.sightings["device"]
    order = np.random.default_rng(0).permutation(len(account))
    shuffled = AccountGraph(
        graph.accounts, sightings={"device": (account[order], device[order], weight[order])}
    )
    net = TypedGnn(4, *graph.relations).eval()
    draw_weights(net, 0)
    inputs = torch.from_numpy(X)
    with torch.no_grad():
        first = net(inputs, hops_of(graph, graph.relations, 2))
        second = net(inputs, hops_of(shuffled, graph.relations, 2))
    assert torch.equal(first, second)


def test_a_message_is_the_weighted_mean_over_users_and_the_gradient_is_right() -> None:
    graph = AccountGraph(
        4,
        links={"link": (np.array([0, 0]), np.array([1, 2]), np.array([1.0, 3.0]))},
    )
    layer = TypedGnn(2, *graph.relations).layers[0]
    mean = hops_of(graph, graph.relations, 1).rounds[0].links[0]
    x = torch.tensor([[1.0], [2.0], [6.0], [9.0]], requires_grad=True)
    result = layer.mean(x, mean)
    assert result.flatten().tolist() == [5.0, 1.0, 1.0, 0.0]
    result[0].sum().backward()
    assert x.grad is not None
    assert x.grad.flatten().tolist() == [0.0, 0.25, 0.75, 0.0]


def test_other_graphs_may_lack_or_add_kinds() -> None:
    X, labels, graph = planted(0)
    rows = np.arange(400)
    model = fit_gnn(
        X,
        labels,
        graph,
        fit_scale(X),
        train=rows[:300],
        validation=rows[300:],
        seed=0,
        settings=QUICK,
    )
    other = AccountGraph(3, sightings={"phone": (np.arange(3), np.zeros(3, int), np.ones(3))})
    assert model.predict(X[:3], other).shape == (3,)


def test_identifiers_of_one_account_connect_nothing() -> None:
    graph = AccountGraph(
        3, sightings={"ip": (np.array([0, 1, 2]), np.array([4, 4, 0]), np.ones(3))}
    )
    assert graph.users("ip").toarray().tolist() == [[1.0, 1.0, 0.0]]
