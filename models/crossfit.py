"""Fit base models so that every labelled account is scored by models that never saw its label."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .bases import FittedBase, Problem, StackSettings, fit_base, score_fitted

ALL = -2
"""Stands for the fit on all labelled accounts."""
NETWORKS = 3
"""Networks to fit, each without every third fold: they take longest, and are averaged."""


class Crossfitted(NamedTuple):
    """One base model: what is kept of it, and what it says of every account.

    Attributes
    ----------
    models
        Fits that score further accounts.
    by_fold
        Fits without the labels of each fold, in the order of folds; a network stands for several.
    scores
        (accounts,) by fits that have not seen the account's label.
    without
        (folds, accounts) by the fit without the labels of each fold; NaN for labelled accounts of
        the other folds, and for accounts without a label where they were not to be taught.
    """

    models: tuple[FittedBase, ...]
    by_fold: tuple[FittedBase, ...]
    scores: NDArray[np.float64]
    without: NDArray[np.float64]


class _Fit(NamedTuple):
    model: FittedBase
    held: NDArray[np.float64]
    unknown: NDArray[np.float64]


def crossfit(
    bases: tuple[str, ...],
    problem: Problem,
    folds: NDArray[np.integer],
    settings: StackSettings,
    *,
    teach: bool = False,
) -> dict[str, Crossfitted]:
    """Fit each base model once per fold; score labelled accounts by the model without their fold.

    Trees are then fitted once more on all labelled accounts, and that fit scores the others. The
    network reads the whole graph in any case: there are `NETWORKS` of them, averaged for others.

    A forest without one fold has half the trees, which takes half the time.

    Fits run side by side with one thread each, which on a busy machine is far faster than several
    threads that wait for each other within a fit.

    Parameters
    ----------
    bases
        Names of the base models.
    folds
        Fold of each account, below 0 where it has no label.
    teach
        Whether accounts without a label are scored by the fit without each fold, too.
    """
    dealt = {name: networks_apart(folds) if name == "gnn" else folds for name in bases}
    used = {name: sorted(set(d[d >= 0].tolist())) for name, d in dealt.items()}
    tasks = [
        (name, fold) for name in bases for fold in used[name] + ([] if name == "gnn" else [ALL])
    ]

    def run(task: tuple[str, int]) -> _Fit:
        return _fit_without(task[0], task[1], problem, dealt[task[0]], settings, teach)

    with one_thread_each(), ThreadPoolExecutor(settings.threads) as pool:
        fits = dict(zip(tasks, pool.map(run, tasks), strict=True))
    joined = {name: _joined(name, fits, dealt[name], used[name]) for name in bases}
    if "gnn" in joined:
        joined["gnn"] = _by_fold(joined["gnn"], folds)
    return joined


def networks_apart(folds: NDArray[np.integer]) -> NDArray[np.integer]:
    """Number of the network that has not seen the labels of each fold; -1 where there is none."""
    return np.where(folds >= 0, folds % NETWORKS, -1)


def _by_fold(networks: Crossfitted, folds: NDArray[np.integer]) -> Crossfitted:
    """Hand each fold the network that has not seen it."""
    order = networks_apart(np.unique(folds[folds >= 0]))
    without = networks.without[order]
    without[(folds >= 0) & (folds != np.arange(len(order))[:, None])] = np.nan
    return networks._replace(by_fold=tuple(networks.by_fold[i] for i in order), without=without)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let torch and linear algebra use one thread each: sums are then added in the same order."""
    import torch
    from threadpoolctl import threadpool_limits

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1, user_api="blas"):
            yield
    finally:
        torch.set_num_threads(before)


def _fit_without(
    name: str,
    fold: int,
    problem: Problem,
    folds: NDArray[np.integer],
    settings: StackSettings,
    teach: bool,
) -> _Fit:
    train = np.flatnonzero((folds >= 0) & (folds != fold))
    held, unknown = np.flatnonzero(folds == fold), np.flatnonzero(folds < 0)
    trees = settings.trees if fold == ALL else settings.trees // 2
    model = fit_base(name, problem, train, replace(settings, trees=trees))
    others = teach or name == "gnn" or fold == ALL
    rows = np.concatenate([held, unknown]) if others else held
    score = score_fitted(model, problem, rows)
    return _Fit(model, score[: len(held)], score[len(held) :])


def _joined(
    name: str, fits: dict[tuple[str, int], _Fit], folds: NDArray[np.integer], used: list[int]
) -> Crossfitted:
    scores = np.zeros(len(folds))
    without = np.full((len(used), len(folds)), np.nan)
    for row, fold in enumerate(used):
        fit = fits[name, fold]
        scores[folds == fold] = without[row, folds == fold] = fit.held
        if len(fit.unknown):
            without[row, folds < 0] = fit.unknown
    kept = [fits[name, fold] for fold in (used if name == "gnn" else [ALL])]
    scores[folds < 0] = np.mean([fit.unknown for fit in kept], axis=0)
    by_fold = tuple(fits[name, fold].model for fold in used)
    return Crossfitted(tuple(fit.model for fit in kept), by_fold, scores, without)
