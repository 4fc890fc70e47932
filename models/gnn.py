"""Typed graph network over accounts, identifiers and links (PyTorch Geometric).

One layer sends what is known about accounts to the identifiers that they use, and from there back
to all users of the identifier, with weights of its own for each kind; links between accounts are a
kind too. What a layer finds is added to what was known (residual), after layer normalisation.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from scipy.sparse import csr_matrix
from torch import Tensor, nn

from .account_graph import AccountGraph, row_mean

with warnings.catch_warnings():
    # torch says once that sparse tensors are in beta, and that torch-geometric uses something old
    # while it is imported; nobody who runs ringscope can act on either.
    warnings.simplefilter("ignore", UserWarning)
    warnings.simplefilter("ignore", FutureWarning)
    from torch_geometric.nn import MessagePassing

    torch.eye(1).to_sparse_csr()


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


class Dropout(nn.Module):
    """Dropout with a random stream of its own, so that networks can be trained side by side."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self.stream: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Set a share of `x` to 0 and scale up the rest, in training only."""
        if not self.training:
            return x
        kept = torch.rand(x.shape, generator=self.stream) >= self.share
        return x * (kept / (1 - self.share))


class TypedLayer(nn.Module):
    """One round of messages over every kind of identifier and link."""

    def __init__(
        self, kinds: tuple[str, ...], links: tuple[str, ...], hidden: int, drop: float
    ) -> None:
        super().__init__()
        self.kinds, self.links = kinds, links
        self.norm = nn.LayerNorm(hidden)
        self.mean = NeighbourMean()
        self.identify = nn.ModuleList([nn.Linear(hidden + 1, hidden) for _ in kinds])
        self.mix = nn.Linear(hidden * (1 + len(kinds) + len(links)), hidden)
        self.out = nn.Sequential(nn.GELU(), Dropout(drop), nn.Linear(hidden, hidden))

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
        Share of states left out in each training step.
    """

    def __init__(
        self,
        width: int,
        kinds: tuple[str, ...],
        links: tuple[str, ...],
        *,
        hidden: int = 32,
        layers: int = 2,
        drop: float = 0.3,
    ) -> None:
        super().__init__()
        self.enter = nn.Sequential(nn.Linear(width, hidden), Dropout(drop))
        self.layers = nn.ModuleList([TypedLayer(kinds, links, hidden, drop) for _ in range(layers)])
        self.leave = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, 1))

    def forward(self, x: Tensor, relations: Relations) -> Tensor:
        """Log-odds of spam, shape (accounts,), from features of shape (accounts, width)."""
        state = self.enter(x)
        for layer in self.layers:
            state = layer(state, relations)
        result: Tensor = self.leave(state).squeeze(1)
        return result


def draw_weights(net: TypedGnn, seed: int) -> None:
    """Give a network the weights and the random stream of a seed."""
    stream = torch.Generator().manual_seed(seed)
    for module in net.modules():
        if isinstance(module, nn.Linear):
            bound = module.in_features**-0.5
            nn.init.uniform_(module.weight, -bound, bound, generator=stream)
            nn.init.uniform_(module.bias, -bound, bound, generator=stream)
        elif isinstance(module, nn.LayerNorm):
            module.reset_parameters()
        elif isinstance(module, Dropout):
            module.stream = stream


def relations_of(graph: AccountGraph, names: tuple[tuple[str, ...], tuple[str, ...]]) -> Relations:
    """Turn a graph into sparse tensors.

    Parameters
    ----------
    names
        Kinds of identifiers and of links to give; kinds that the graph lacks are empty.
    """
    kinds = {}
    for kind in names[0]:
        users = graph.users(kind)
        size = np.log1p(np.diff(users.indptr)).astype(np.float32)[:, None]
        kinds[kind] = Users(_mean(users), _mean(csr_matrix(users.T)), torch.from_numpy(size))
    return Relations(kinds, {name: _mean(graph.linked(name)) for name in names[1]})


def _mean(matrix: csr_matrix) -> Mean:
    scaled = row_mean(matrix)
    return Mean(_tensor(scaled), _tensor(csr_matrix(scaled.T)))


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
