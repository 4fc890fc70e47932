"""Score later data with a fitted stack as the run that fitted it did: known accounts fold-wise."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .account_graph import AccountGraph
from .bases import score_base
from .calibration import mean_risk
from .crossfit import networks_apart, one_thread_each
from .memory import Folds
from .stack import Stack, matrix_of

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
_BY_GRAPH = ("gnn", "boosted", "forest")
"""Whose score is the graph's: the trees' where labels were too few for the network."""


class Standing(NamedTuple):
    """What a fitted stack says of tonight's accounts, (accounts,) each.

    Attributes
    ----------
    risk
        By the models that have seen no label of the account's group, all of them where several
        have not; of new accounts by the models of all labels. Combined and calibrated.
    graph
        Score of `graph_base` alone: of accounts with a learned label by the model without their
        fold, of others by the models of all labels.
    """

    risk: Array
    graph: Array


def graph_base(bases: Collection[str]) -> str:
    """Name of the base model whose score is shown as that of the graph."""
    return next(name for name in _BY_GRAPH if name in bases)


class _Said(NamedTuple):
    """Scores of one base model, NaN where nobody reads them.

    Attributes
    ----------
    apart
        (folds, accounts) by the model without each fold.
    full
        (accounts,) by the models of all labels.
    """

    apart: Array
    full: Array


def score_standing(
    stack: Stack, features: pl.DataFrame, graph: AccountGraph, own: Folds, whole: Folds, free: Flags
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
    own, whole, free
        See `models.memory.Recalled`; `own` is -1 or equal to `whole`.
    """
    X, shown = matrix_of(features, stack.columns), graph_base(stack.models)

    def asked(name: str) -> _Said:
        if name == "gnn":
            return _by_networks(stack, X, graph)
        return _by_rows(stack, name, X, graph, own if name == shown else whole, whole, free)

    # Two such limits at once would undo each other: a stack of trees alone sets none.
    limits = one_thread_each() if stack.models.keys() & {"kernel", "gnn"} else nullcontext()
    with limits, ThreadPoolExecutor(stack.settings.threads) as pool:
        said = dict(zip(stack.models, pool.map(asked, stack.models), strict=True))
    full = stack.stacker.apply(np.column_stack([one.full for one in said.values()]))
    apart = np.array(
        [
            stacker.apply(np.column_stack([one.apart[fold] for one in said.values()]))
            for fold, stacker in enumerate(stack.stackers)
        ]
    )
    risk = _of_folds(apart, whole, full)
    risk[free] = mean_risk(apart[:, free])
    return Standing(risk, _of_folds(said[shown].apart, own, said[shown].full))


def _of_folds(apart: Array, folds: Folds, full: Array) -> Array:
    """(accounts,) what is said without the fold of each account; `full` where it has none."""
    known = np.flatnonzero(folds >= 0)
    said = full.copy()
    said[known] = apart[folds[known], known]
    return said


def _by_networks(stack: Stack, X: NDArray[np.float32], graph: AccountGraph) -> _Said:
    """Scores by the networks, each of which reads the whole graph."""
    from .gnn_training import Gnn

    networks = [model for model in stack.models["gnn"] if isinstance(model, Gnn)]
    hops = networks[0].hops(graph)
    said = np.array([network.predict(X, graph, hops) for network in networks])
    return _Said(said[networks_apart(np.arange(len(stack.stackers)))], said.mean(axis=0))


def _by_rows(
    stack: Stack,
    name: str,
    X: NDArray[np.float32],
    graph: AccountGraph,
    own: Folds,
    whole: Folds,
    free: Flags,
) -> _Said:
    """Scores by models that look at one account at a time.

    Those of all labels are asked where `own` is -1.
    """
    apart = np.full((len(stack.by_fold[name]), len(X)), np.nan)
    for fold, model in enumerate(stack.by_fold[name]):
        rows = np.flatnonzero((whole == fold) | free)
        apart[fold, rows] = score_base(model, X, graph, rows)
    rest = np.flatnonzero(own < 0)
    full = np.full(len(X), np.nan)
    full[rest] = np.mean([score_base(m, X, graph, rest) for m in stack.models[name]], axis=0)
    return _Said(apart, full)
