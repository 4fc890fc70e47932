"""Score later data with a fitted stack as the run that fitted it did: known accounts fold-wise."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .account_graph import AccountGraph
from .bases import score_base
from .crossfit import one_torch_thread
from .memory import Folds
from .stack import Stack, matrix_of

Array = NDArray[np.float64]
_BY_GRAPH = ("gnn", "boosted", "forest")
"""Whose score is the graph's: the trees' where labels were too few for the network."""


class Standing(NamedTuple):
    """What a fitted stack says of tonight's accounts, (accounts,) each.

    Attributes
    ----------
    risk
        By models that have seen no label of the account's group, where there are such; else by
        the models of all labels. Combined and calibrated.
    graph
        Score of `graph_base` alone: of accounts with a learned label by the model without their
        fold, of others by the models of all labels.
    """

    risk: Array
    graph: Array


def graph_base(bases: Collection[str]) -> str:
    """Name of the base model whose score is shown as that of the graph."""
    return next(name for name in _BY_GRAPH if name in bases)


def score_standing(
    stack: Stack, features: pl.DataFrame, graph: AccountGraph, own: Folds, whole: Folds
) -> Standing:
    """Score accounts, known and new ones.

    Parameters
    ----------
    stack
        A fitted or loaded stack.
    features
        One row per account; columns are found by name, lacking ones count as missing.
    graph
        Sightings and links of these accounts.
    own, whole
        See `models.memory.Recalled`; `own` is -1 or equal to `whole`.
    """
    X, shown = matrix_of(features, stack.columns), graph_base(stack.models)

    def asked(name: str) -> tuple[Array, Array]:
        if name == "gnn":
            with one_torch_thread():
                return _by_networks(stack, X, graph, own, whole)
        return _by_trees(stack, name, X, graph, own if name == shown else whole, whole)

    with ThreadPoolExecutor(stack.settings.threads) as pool:
        said = dict(zip(stack.models, pool.map(asked, stack.models), strict=True))
    scores = np.column_stack([without for without, _ in said.values()])
    risk = stack.stacker.apply(scores)
    for fold, stacker in enumerate(stack.stackers):
        rows = whole == fold
        risk[rows] = stacker.apply(scores[rows])
    return Standing(risk, said[shown][1])


def _by_networks(
    stack: Stack, X: NDArray[np.float32], graph: AccountGraph, own: Folds, whole: Folds
) -> tuple[Array, Array]:
    """Scores by the network without `whole`, and without `own`; each reads the whole graph."""
    from .gnn_training import Gnn

    networks = [model for model in stack.by_fold["gnn"] if isinstance(model, Gnn)]
    hops = networks[0].hops(graph)
    said = [network.predict(X, graph, hops) for network in networks]
    without = np.mean(said, axis=0)
    part = without.copy()
    for fold, scores in enumerate(said):
        without[whole == fold] = scores[whole == fold]
        part[own == fold] = scores[own == fold]
    return without, part


def _by_trees(
    stack: Stack,
    name: str,
    X: NDArray[np.float32],
    graph: AccountGraph,
    own: Folds,
    whole: Folds,
) -> tuple[Array, Array]:
    """Scores by the model without `whole`, and without `own`; all models only where asked for."""
    without = np.zeros(len(X))
    for fold, model in enumerate(stack.by_fold[name]):
        rows = np.flatnonzero(whole == fold)
        without[rows] = score_base(model, X, graph, rows)
    rest = np.flatnonzero(own < 0)
    part = without.copy()
    part[rest] = np.mean([score_base(m, X, graph, rest) for m in stack.models[name]], axis=0)
    new = whole < 0
    without[new] = part[new]
    return without, part
