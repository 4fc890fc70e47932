"""Typed graph network over accounts, identifiers and links (PyTorch Geometric).

One layer sends what is known about accounts to the identifiers that they use, and from there back
to all users of the identifier, with weights of its own for each kind; links between accounts are a
kind too. What a layer finds is added to what was known (residual), after layer normalisation.
"""

from __future__ import annotations

import warnings
from typing import Any

import torch
from torch import Tensor, nn

from .gnn_hops import Hop, Hops, Mean

with warnings.catch_warnings():
    # torch-geometric uses something old while it is imported; nobody who runs ringscope can act.
    warnings.simplefilter("ignore", UserWarning)
    warnings.simplefilter("ignore", FutureWarning)
    from torch_geometric.nn import MessagePassing


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
    """One round of messages over every kind of identifier and link.

    What an identifier sends is turned into its part of the mix before it is sent: identifiers are
    fewer than accounts, and a mean of products is the product with the mean.
    """

    def __init__(
        self, kinds: tuple[str, ...], links: tuple[str, ...], hidden: int, drop: float
    ) -> None:
        super().__init__()
        self.hidden = hidden
        self.norm = nn.LayerNorm(hidden)
        self.mean = NeighbourMean()
        self.identify = nn.ModuleList([nn.Linear(hidden + 1, hidden) for _ in kinds])
        self.mix = nn.Linear(hidden * (1 + len(kinds) + len(links)), hidden)
        self.out = nn.Sequential(nn.GELU(), Dropout(drop), nn.Linear(hidden, hidden))

    def forward(self, accounts: Tensor, hop: Hop) -> Tensor:
        """Give the kept accounts' new states, shape (kept, hidden)."""
        state = self.norm(accounts)
        own, *parts = self.mix.weight.split(self.hidden, dim=1)
        mixed = nn.functional.linear(state[hop.kept], own, self.mix.bias)
        if self.identify:
            mixed = mixed + self.mean(self._sent(state, hop, parts), hop.down)
        for link, part in zip(hop.links, parts[len(self.identify) :], strict=True):
            mixed = mixed + nn.functional.linear(self.mean(state, link), part)
        result: Tensor = accounts[hop.kept] + self.out(mixed)
        return result

    def _sent(self, state: Tensor, hop: Hop, parts: list[Tensor]) -> Tensor:
        """What each identifier sends to its users, shape (identifiers, hidden)."""
        seen = self.mean(state, hop.up).split([len(size) for size in hop.sizes])
        sent = [
            nn.functional.linear(nn.functional.gelu(identify(torch.cat([each, size], 1))), part)
            for identify, each, size, part in zip(
                self.identify, seen, hop.sizes, parts[: len(self.identify)], strict=True
            )
        ]
        return torch.cat(sent)


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

    def forward(self, x: Tensor, hops: Hops) -> Tensor:
        """Log-odds of spam of the asked accounts from features of `hops.first`, (first, width)."""
        state = self.enter(x)
        for layer, hop in zip(self.layers, hops.rounds, strict=True):
            state = layer(state, hop)
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
