"""Score later data with a fitted stack as the run that fitted it did: known accounts fold-wise."""

from __future__ import annotations

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


class Standing(NamedTuple):
    """What a fitted stack says of tonight's accounts, (accounts,) each.

    Attributes
    ----------
    parts
        By base model: accounts with a learned label by the model without their fold, others by
        the models of all labels.
    risk
        The same, combined and calibrated.
    first
        Risk by models that have seen no label of the account's group, where there are such.
    """

    parts: dict[str, Array]
    risk: Array
    first: Array


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
    X = matrix_of(features, stack.columns)

    def asked(name: str) -> tuple[Array, Array]:
        return _by_model(stack, name, X, graph, own, whole)

    with one_torch_thread(), ThreadPoolExecutor(stack.settings.threads) as pool:
        both = dict(zip(stack.models, pool.map(asked, stack.models), strict=True))
    parts = {name: part for name, (part, _) in both.items()}
    scores = np.column_stack(list(parts.values()))
    without = np.column_stack([said for _, said in both.values()])
    risk = stack.stacker.apply(scores)
    first = risk.copy()
    for fold, stacker in enumerate(stack.stackers):
        rows = whole == fold
        first[rows] = stacker.apply(without[rows])
    risk[own >= 0] = first[own >= 0]
    return Standing(parts, risk, first)


def _by_model(
    stack: Stack,
    name: str,
    X: NDArray[np.float32],
    graph: AccountGraph,
    own: Folds,
    whole: Folds,
) -> tuple[Array, Array]:
    """Scores of one base model: see `Standing.parts`, and by the model without `whole`."""
    without = np.zeros(len(X))
    if name == "gnn":
        # It reads the whole graph in any case.
        said = [score_base(model, X, graph) for model in stack.by_fold[name]]
        part = np.mean(said, axis=0)
        for fold, scores in enumerate(said):
            without[whole == fold] = scores[whole == fold]
    else:
        for fold, model in enumerate(stack.by_fold[name]):
            rows = np.flatnonzero(whole == fold)
            without[rows] = score_base(model, X, graph, rows)
        part = np.zeros(len(X))
        rest = np.flatnonzero(own < 0)
        part[rest] = np.mean([score_base(m, X, graph, rest) for m in stack.models[name]], axis=0)
    part[own >= 0] = without[own >= 0]
    return part, without
