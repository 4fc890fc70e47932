"""Settings of the graph network; apart from it, so that reading them does not load torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GnnSettings:
    """How the graph network is built and trained.

    Attributes
    ----------
    hidden, layers, drop
        See `models.gnn.TypedGnn`.
    epochs
        Most passes over the graph.
    patience
        Passes without a better validation loss after which training stops.
    rate, decay
        Peak learning rate and weight decay of AdamW.
    """

    hidden: int = 32
    layers: int = 2
    drop: float = 0.3
    epochs: int = 50
    patience: int = 15
    rate: float = 8e-3
    decay: float = 1e-2
