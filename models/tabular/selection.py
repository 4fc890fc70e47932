"""Fewer columns: how many of them a model needs to judge as well."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..boosted import fit_boosted
from ..metrics import average_precision
from .explore import correlated
from .split import stratified
from .table import Table

TWINS = 0.95
"""Correlation from which the less important of two columns is left out at once."""
SIZES = (100, 75, 50, 40, 30, 20, 15, 10, 7, 5, 3, 2, 1)
RESAMPLES = 100


class Selection(NamedTuple):
    """Result of a selection.

    Attributes
    ----------
    columns
        Columns to keep, most important first.
    steps
        (columns, average precision on validation rows) for each number that was tried.
    loss
        Average precision on validation rows that the chosen columns lose against the best step.
    twins
        Columns that were left out because another one says the same: (left out, kept).
    """

    columns: tuple[str, ...]
    steps: list[tuple[int, float]]
    loss: float
    twins: list[tuple[str, str]]


def select_columns(table: Table, *, seed: int, rounds: int = 200, threads: int = 1) -> Selection:
    """Choose the fewest columns that judge validation rows as well as the best number of them.

    Boosted trees rank the columns by gain; the least important are left out step by step, the
    model being fitted anew each time (recursive elimination: Guyon and others, 2002). As well
    means: the loss is within one standard error of that loss over resampled validation rows
    (after Breiman and others, "Classification and Regression Trees", 1984). Test rows are not
    looked at.

    Parameters
    ----------
    table
        Result of `table.labelled`.
    rounds
        Trees per model.
    """
    split = stratified(table.ids, table.labels, seed=seed)
    labels = table.labels.astype(np.int32)
    known = labels[split.validation]
    place = {name: i for i, name in enumerate(table.columns)}

    def fit(names: list[str]) -> tuple[np.ndarray, np.ndarray]:
        X = table.X[:, [place[name] for name in names]]
        model = fit_boosted(
            X[split.train], labels[split.train], seed=seed, rounds=rounds, threads=threads
        )
        return model.predict(X[split.validation]), model.models[0].feature_importance("gain")

    names = list(table.columns)
    risk, gain = fit(names)
    ranked = [names[i] for i in np.argsort(-gain, kind="stable")]
    kept, twins = _without_twins(table, ranked)
    tried: list[tuple[list[str], float, np.ndarray]] = [
        (ranked, average_precision(known, risk), risk)
    ]
    for size in [len(kept), *(n for n in SIZES if n < len(kept))]:
        kept = kept[:size]
        risk, gain = fit(kept)
        kept = [kept[i] for i in np.argsort(-gain, kind="stable")]
        tried.append((kept, average_precision(known, risk), risk))
    best = max(tried, key=lambda one: one[1])
    as_good = [one for one in tried if _is_as_good(known, best[2], one[2], seed)]
    chosen = min(as_good, key=lambda one: len(one[0]))
    steps = [(len(one[0]), one[1]) for one in tried]
    return Selection(tuple(chosen[0]), steps, best[1] - chosen[1], twins)


def keep_columns(table: Table, columns: tuple[str, ...]) -> Table:
    """Return a table with some of its columns, in the table's order."""
    held = [i for i, name in enumerate(table.columns) if name in columns]
    names = tuple(table.columns[i] for i in held)
    return Table(table.ids, table.labels, table.X[:, held], names, table.notes)


def _without_twins(table: Table, ranked: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    order = {name: i for i, name in enumerate(ranked)}
    twins: list[tuple[str, str]] = []
    for first, second, _ in correlated(table, TWINS):
        worse, better = sorted((first, second), key=lambda name: -order[name])
        if worse not in {left for left, _ in twins}:
            twins.append((worse, better))
    left_out = {left for left, _ in twins}
    return [name for name in ranked if name not in left_out], twins


def _is_as_good(labels: np.ndarray, best: np.ndarray, other: np.ndarray, seed: int) -> bool:
    """Whether other risks lose no more than one standard error of the loss."""
    rng = np.random.default_rng(seed)
    loss = average_precision(labels, best) - average_precision(labels, other)
    drawn = []
    for _ in range(RESAMPLES):
        rows = rng.integers(0, len(labels), len(labels))
        drawn.append(
            average_precision(labels[rows], best[rows])
            - average_precision(labels[rows], other[rows])
        )
    return loss <= float(np.nanstd(drawn))
