"""Typed graph network over accounts, identifiers and links (PyTorch Geometric).

One layer sends what is known about accounts to the identifiers that they use, and from there back
to all users of the identifier, with weights of its own for each kind; links between accounts are a
kind too. What a layer finds is added to what was known (residual), after layer normalisation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from scipy.sparse import csr_matrix
from torch import Tensor, nn
from torch_geometric.nn import MessagePassing

from .account_graph import AccountGraph, row_mean, thin_out


class Mean(NamedTuple):
    """Weighted mean over neighbours as a sparse matrix, with its transpose for the gradient."""

    forth: Tensor
    back: Tensor


class Users(NamedTuple):
    """One kind of identifier: to the identifiers, back to the accounts, and log1p(users)."""

    up: Mean
    down: Mean
    size: Tensor


class Relations(NamedTuple):
    """All relations of a graph by name."""

    kinds: Mapping[str, Users]
    links: Mapping[str, Mean]


class _SparseProduct(torch.autograd.Function):
    """Sparse times dense; the transpose is stored because making it anew costs most of the time."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, forth: Tensor, back: Tensor) -> Tensor:
        ctx.back = back
        return forth @ x

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        return ctx.back @ gradients[0].contiguous(), None, None


class NeighbourMean(MessagePassing):  # type: ignore[misc]
    """Weighted mean of what neighbours send.

    Shapes
    ------
    x (sources, width) and a relation of (targets, sources) give (targets, width).
    """

    def forward(self, x: Tensor, mean: Mean) -> Tensor:
        """Send `x` along the relation."""
        result: Tensor = self.propagate(mean.forth, x=x, back=mean.back)
        return result

    def message_and_aggregate(self, edge_index: Tensor, x: Tensor, back: Tensor) -> Tensor:
        """Both steps at once: no message is ever stored per edge."""
        result: Tensor = _SparseProduct.apply(x, edge_index, back)
        return result


class TypedLayer(nn.Module):
    """One round of messages over every kind of identifier and link."""

    def __init__(self, kinds: tuple[str, ...], links: tuple[str, ...], hidden: int, drop: float):
        super().__init__()
        self.kinds, self.links = kinds, links
        self.norm = nn.LayerNorm(hidden)
        self.mean = NeighbourMean()
        self.identify = nn.ModuleList([nn.Linear(hidden + 1, hidden) for _ in kinds])
        self.mix = nn.Linear(hidden * (1 + len(kinds) + len(links)), hidden)
        self.out = nn.Sequential(nn.GELU(), nn.Dropout(drop), nn.Linear(hidden, hidden))

    def forward(self, accounts: Tensor, relations: Relations) -> Tensor:
        """Give the accounts' new states, shape (accounts, hidden)."""
        state = self.norm(accounts)
        parts = [state]
        for kind, identify in zip(self.kinds, self.identify, strict=True):
            users = relations.kinds[kind]
            seen = torch.cat([self.mean(state, users.up), users.size], dim=1)
            parts.append(self.mean(nn.functional.gelu(identify(seen)), users.down))
        parts += [self.mean(state, relations.links[name]) for name in self.links]
        result: Tensor = accounts + self.out(self.mix(torch.cat(parts, dim=1)))
        return result


class TypedGnn(nn.Module):
    """Accounts' features in, log-odds of spam out.

    Parameters
    ----------
    width
        Columns of the feature matrix.
    kinds, links
        Names of the kinds of identifiers and of links.
    hidden
        Size of an account's state.
    layers
        Rounds of messages: how many identifiers or links away an account is heard.
    drop
        Share of inputs and states left out in each training step.
    """

    def __init__(
        self,
        width: int,
        kinds: tuple[str, ...],
        links: tuple[str, ...],
        *,
        hidden: int = 64,
        layers: int = 2,
        drop: float = 0.3,
    ) -> None:
        super().__init__()
        self.enter = nn.Sequential(nn.Dropout(drop), nn.Linear(width, hidden), nn.Dropout(drop))
        self.layers = nn.ModuleList([TypedLayer(kinds, links, hidden, drop) for _ in range(layers)])
        self.leave = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, 1))

    def forward(self, x: Tensor, relations: Relations) -> Tensor:
        """Log-odds of spam, shape (accounts,), from features of shape (accounts, width)."""
        state = self.enter(x)
        for layer in self.layers:
            state = layer(state, relations)
        result: Tensor = self.leave(state).squeeze(1)
        return result


def relations_of(
    graph: AccountGraph,
    names: tuple[tuple[str, ...], tuple[str, ...]],
    *,
    fanout: int | None = None,
    rng: np.random.Generator | None = None,
) -> Relations:
    """Turn a graph into sparse tensors.

    Parameters
    ----------
    names
        Kinds of identifiers and of links to give; kinds that the graph lacks are empty.
    fanout, rng
        If given, at most so many random neighbours per node, for one training step.
    """

    def mean(matrix: csr_matrix) -> Mean:
        if fanout is not None and rng is not None:
            matrix = thin_out(matrix, fanout, rng)
        scaled = row_mean(matrix)
        return Mean(_tensor(scaled), _tensor(csr_matrix(scaled.T)))

    kinds = {}
    for kind in names[0]:
        users = graph.users(kind)
        size = np.log1p(np.diff(users.indptr)).astype(np.float32)[:, None]
        kinds[kind] = Users(mean(users), mean(csr_matrix(users.T)), torch.from_numpy(size))
    return Relations(kinds, {name: mean(graph.linked(name)) for name in names[1]})


def _tensor(matrix: csr_matrix) -> Tensor:
    matrix = matrix.astype(np.float32)
    matrix.sort_indices()
    return torch.sparse_csr_tensor(
        torch.from_numpy(matrix.indptr.astype(np.int64)),
        torch.from_numpy(matrix.indices.astype(np.int64)),
        torch.from_numpy(matrix.data),
        size=matrix.shape,
        check_invariants=False,
    )
