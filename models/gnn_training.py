"""Training of the graph network: full batch, fixed seed, stopped early."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .account_graph import AccountGraph
from .calibration import probability
from .gnn import Relations, TypedGnn, relations_of
from .standardise import Scale, fit_scale

CHECK_EVERY = 5
THINNED = 12
"""Random thinnings of a dense graph that training takes turns with."""


@dataclass(frozen=True)
class GnnSettings:
    """How the graph network is built and trained.

    Attributes
    ----------
    hidden, layers, drop
        See `TypedGnn`.
    epochs
        Most passes over the graph.
    patience
        Passes without a better validation loss after which training stops.
    rate, decay
        Peak learning rate and weight decay of AdamW.
    fanout
        Neighbours per node in a training step; prediction uses all of them.
    """

    hidden: int = 64
    layers: int = 2
    drop: float = 0.3
    epochs: int = 100
    patience: int = 30
    rate: float = 3e-3
    decay: float = 1e-2
    fanout: int = 24


@dataclass(frozen=True)
class Gnn:
    """A fitted graph network with the scale of its inputs.

    Attributes
    ----------
    net
        The network in evaluation mode.
    names
        Kinds of identifiers and of links that it knows.
    """

    net: TypedGnn
    scale: Scale
    names: tuple[tuple[str, ...], tuple[str, ...]]
    settings: GnnSettings

    def predict(self, X: NDArray[np.float32], graph: AccountGraph) -> NDArray[np.float64]:
        """Probability of spam of every account of a graph, in [0, 1].

        Parameters
        ----------
        X
            Features, shape (accounts, features), NaN where missing.
        graph
            Kinds that the network does not know are ignored; missing ones are empty.
        """
        with torch.no_grad():
            inputs = torch.from_numpy(self.scale.apply(X))
            odds = self.net(inputs, relations_of(graph, self.names)).numpy()
        return probability(odds.astype(np.float64))


def fit_gnn(
    X: NDArray[np.float32],
    labels: NDArray[np.integer],
    graph: AccountGraph,
    *,
    train: NDArray[np.integer],
    validation: NDArray[np.integer],
    seed: int,
    settings: GnnSettings | None = None,
    threads: int = 1,
) -> Gnn:
    """Fit the network on labelled accounts of a graph.

    Parameters
    ----------
    X
        Features of all accounts, shape (accounts, features), NaN where missing.
    labels
        Labels of all accounts; only those of `train` and `validation` are read.
    train, validation
        Row numbers to learn from, and to stop by. Both need spam and honest accounts.
    seed
        Same seed and threads, same network.
    """
    settings = settings or GnnSettings()
    scale = fit_scale(X)
    inputs = torch.from_numpy(scale.apply(X))
    rng = np.random.default_rng(seed)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            net = TypedGnn(
                scale.width,
                *graph.relations,
                hidden=settings.hidden,
                layers=settings.layers,
                drop=settings.drop,
            )
            rounds = _thinnings(graph, settings.fanout, rng)
            full = relations_of(graph, graph.relations)
            target = torch.from_numpy(np.asarray(labels, dtype=np.float32))
            task = _Task(
                inputs,
                target,
                torch.from_numpy(np.asarray(train, np.int64)),
                torch.from_numpy(np.asarray(validation, np.int64)),
            )
            _train(net, task, rounds, full, settings)
    finally:
        torch.set_num_threads(before)
    return Gnn(net.eval(), scale, graph.relations, settings)


def _thinnings(graph: AccountGraph, fanout: int, rng: np.random.Generator) -> list[Relations]:
    dense = any(np.diff(graph.linked(name).indptr).max(initial=0) > fanout for name in graph.links)
    count = THINNED if dense else 1
    return [relations_of(graph, graph.relations, fanout=fanout, rng=rng) for _ in range(count)]


class _Task(NamedTuple):
    inputs: Tensor
    target: Tensor
    train: Tensor
    validation: Tensor


def _train(
    net: TypedGnn,
    task: _Task,
    rounds: list[Relations],
    full: Relations,
    settings: GnnSettings,
) -> None:
    """Leave the weights of the best validation loss in `net`."""
    optimizer = torch.optim.AdamW(net.parameters(), lr=settings.rate, weight_decay=settings.decay)
    loss_of = nn.functional.binary_cross_entropy_with_logits
    best, best_epoch = math.inf, 0
    kept = {name: value.clone() for name, value in net.state_dict().items()}
    for epoch in range(settings.epochs):
        for group in optimizer.param_groups:
            group["lr"] = settings.rate * _pace(epoch, settings.epochs)
        net.train()
        optimizer.zero_grad()
        odds = net(task.inputs, rounds[epoch % len(rounds)])
        loss_of(odds[task.train], task.target[task.train]).backward()
        optimizer.step()
        if (epoch + 1) % CHECK_EVERY == 0:
            net.eval()
            with torch.no_grad():
                odds = net(task.inputs, full)[task.validation]
            loss = float(loss_of(odds, task.target[task.validation]))
            if loss < best:
                best, best_epoch = loss, epoch
                kept = {name: value.clone() for name, value in net.state_dict().items()}
            elif epoch - best_epoch >= settings.patience:
                break
    net.load_state_dict(kept)


def _pace(epoch: int, epochs: int) -> float:
    """Share of the peak learning rate: up over the first tenth, then down as a half cosine."""
    warm = max(epochs // 10, 1)
    if epoch < warm:
        return (epoch + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (epoch - warm) / max(epochs - warm, 1)))
