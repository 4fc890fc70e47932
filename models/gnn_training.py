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
from .gnn import TypedGnn, draw_weights
from .gnn_hops import Hops, hops_of
from .gnn_settings import GnnSettings
from .standardise import Scale

CHECK_EVERY = 5


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

    def hops(self, graph: AccountGraph) -> Hops:
        """What it reads of a graph; the same for networks of one training."""
        return hops_of(graph, self.names, self.settings.layers)

    def predict(
        self, X: NDArray[np.float32], graph: AccountGraph, hops: Hops | None = None
    ) -> NDArray[np.float64]:
        """Probability of spam of every account of a graph, in [0, 1].

        Parameters
        ----------
        X
            Features, shape (accounts, features), NaN where missing.
        graph
            Kinds that the network does not know are ignored; missing ones are empty.
        hops
            What `hops` gave for this graph, where it is known already.
        """
        with torch.no_grad():
            inputs = torch.from_numpy(self.scale.apply(X))
            odds = self.net(inputs, hops or self.hops(graph)).numpy()
        return probability(odds.astype(np.float64))


def fit_gnn(
    X: NDArray[np.float32],
    labels: NDArray[np.integer],
    graph: AccountGraph,
    scale: Scale,
    *,
    train: NDArray[np.integer],
    validation: NDArray[np.integer],
    seed: int,
    settings: GnnSettings | None = None,
) -> Gnn:
    """Fit the network on labelled accounts of a graph.

    Parameters
    ----------
    X
        Features of all accounts, shape (accounts, features), NaN where missing.
    labels
        Labels of all accounts; only those of `train` and `validation` are read.
    scale
        Scale of the features (`models.standardise.fit_scale`).
    train, validation
        Row numbers to learn from, and to stop by. Both need spam and honest accounts.
    seed
        Same seed, same network.
    """
    settings = settings or GnnSettings()
    net = untrained(scale.width, graph.relations, settings)
    draw_weights(net, seed)
    asked = np.concatenate([train, validation])
    hops = hops_of(graph, graph.relations, settings.layers, asked)
    target = torch.from_numpy(np.asarray(labels[asked], dtype=np.float32))
    inputs = torch.from_numpy(scale.apply(X[hops.first.numpy()]))
    _train(net, _Task(inputs, target, len(train), hops), settings)
    return Gnn(net.eval(), scale, graph.relations, settings)


def untrained(
    width: int, names: tuple[tuple[str, ...], tuple[str, ...]], settings: GnnSettings
) -> TypedGnn:
    """A network whose weights are yet to be set; no random numbers are drawn."""
    with torch.device("meta"):
        net = TypedGnn(
            width, *names, hidden=settings.hidden, layers=settings.layers, drop=settings.drop
        )
    return net.to_empty(device="cpu")


class _Task(NamedTuple):
    """Features of the first accounts, labels of the asked ones: those to learn from come first."""

    inputs: Tensor
    target: Tensor
    train: int
    hops: Hops


def _train(net: TypedGnn, task: _Task, settings: GnnSettings) -> None:
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
        odds = net(task.inputs, task.hops)
        loss_of(odds[: task.train], task.target[: task.train]).backward()
        optimizer.step()
        if (epoch + 1) % CHECK_EVERY == 0:
            net.eval()
            with torch.no_grad():
                odds = net(task.inputs, task.hops)
            loss = float(loss_of(odds[task.train :], task.target[task.train :]))
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
