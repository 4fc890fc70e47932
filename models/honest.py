"""Held-out figures of a run: by ring and by time, beside what simpler models reach."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from graph import Linkage
from ingest import Tables

from .boosted import fit_boosted
from .features import FeatureTable
from .folds import group_folds, time_split
from .learned import OWN, Learned
from .metrics import account_figures, average_precision, interval, precision_at
from .stack import matrix_of

ROUNDS = 100
FOLDS = 3
MOST_COMPARED = 3000
"""Labelled accounts on which the variants are compared: a dozen fits, to rank them only."""
REVIEWED = (20, 50, 100)
"""Accounts that a team can look at in a day."""

Array = NDArray[np.float64]


def honest_metrics(
    tables: Tables,
    linkage: Linkage,
    features: FeatureTable,
    learned: Learned,
    *,
    seed: int,
    threads: int,
) -> dict[str, object]:
    """Measure the models on labelled accounts that they were not fitted on.

    Headline figures are out-of-fold, with no community split between folds. Beside them stand a
    forest on the accounts' own columns, boosted trees with the graph dealt to other accounts at
    random, with each family of features left out once, and trained on older accounts and tested
    on the newest. All are figures against labels as given, wrong ones included.

    Returns
    -------
    dict
        Nested by name; intervals as value, low, high.
    """
    labels = tables.accounts["label"].fill_null(-1).to_numpy()
    known = np.flatnonzero(labels >= 0)
    truth = labels[known]
    stack = learned.stack
    held = learned.held_out[known]
    interval_of = interval(average_precision, truth, held, seed=seed)
    groups = linkage.community.astype(np.int64)
    comparison = _comparison(features, labels, groups, seed, threads)
    return {
        "supervised": True,
        "headline": {
            **account_figures(truth, held),
            "average_precision": interval_of._asdict(),
            **{f"precision_at_{n}": precision_at(truth, held, n) for n in REVIEWED},
        },
        "by_model": {
            "all": average_precision(truth, held),
            "stack": average_precision(truth, stack.out_of_fold[known]),
            "tabular_forest": average_precision(truth, learned.tabular.out_of_fold[known]),
            **{name: average_precision(truth, part[known]) for name, part in stack.parts.items()},
        },
        "average_precision_of_boosted_trees": comparison,
        "by_time": _by_time(tables, features, labels, seed),
        "population": {
            "label_error": learned.population.error,
            "labelled_spam_share": learned.population.labelled_share,
            "spam_share": learned.population.share,
        },
        "notes": list(stack.notes),
    }


def _comparison(
    features: FeatureTable,
    labels: NDArray[np.integer],
    groups: NDArray[np.int64],
    seed: int,
    threads: int,
) -> dict[str, float]:
    """Average precision of quick boosted trees on variants of the features."""
    families = sorted(set(features.families.values()))
    graph = [c for c in features.columns if features.families[c] not in OWN]
    known = np.flatnonzero(labels >= 0)
    if len(known) > MOST_COMPARED:
        known = np.sort(np.random.default_rng(seed).choice(known, MOST_COMPARED, replace=False))
    features = replace(features, frame=features.frame[known])
    labels, groups = labels[known], groups[known]
    folds = group_folds(groups, labels, FOLDS, seed)
    variants: Mapping[str, NDArray[np.float32]] = {
        "all": features.matrix(),
        "graph_shuffled": _shuffled(features, graph, seed),
        **{f"without_{name}": features.without(name).matrix() for name in families},
    }
    with ThreadPoolExecutor(threads) as pool:
        figures = pool.map(lambda X: _held_out(X, labels, folds, seed), variants.values())
        return dict(zip(variants, figures, strict=True))


def _shuffled(features: FeatureTable, columns: list[str], seed: int) -> NDArray[np.float32]:
    """Deal the graph features of each account to another one."""
    order = np.random.default_rng(seed).permutation(features.frame.height)
    dealt = features.frame.with_columns(features.frame.select(columns)[order].get_columns())
    return matrix_of(dealt, features.columns)


def _held_out(
    X: NDArray[np.float32], labels: NDArray[np.integer], folds: NDArray[np.int8], seed: int
) -> float:
    known = folds >= 0
    risk = np.zeros(len(labels))
    for fold in range(FOLDS):
        train, held = known & (folds != fold), folds == fold
        if held.any() and len(np.unique(labels[train])) > 1:
            model = fit_boosted(X[train], labels[train], seed=seed, rounds=ROUNDS)
            risk[held] = model.predict(X[held])
    return average_precision(labels[known], risk[known])


def _by_time(
    tables: Tables, features: FeatureTable, labels: NDArray[np.integer], seed: int
) -> dict[str, object]:
    """Train on older accounts, test on the newest ones."""
    known = np.flatnonzero(labels >= 0)
    times = tables.accounts["created_at"].to_numpy()[known]
    if np.isnat(times).all():
        return {"note": "no sign-up times: not tested by time"}
    cut, newest = time_split(times)
    train, test = known[~newest], known[newest]
    if min(len(np.unique(labels[train])), len(np.unique(labels[test]))) < 2:
        return {"note": "one side of the cut has labels of one class only: not tested by time"}
    X = features.matrix()
    model = fit_boosted(X[train], labels[train], seed=seed, rounds=ROUNDS)
    figures = account_figures(labels[test], model.predict(X[test]))
    return {"trained_before": str(cut.astype("datetime64[s]")), **figures}
