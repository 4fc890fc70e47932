"""The models below the stack, each behind one function: fit on some accounts, score all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .account_graph import AccountGraph
from .boosted import Boosted, fit_boosted
from .folds import group_folds
from .forest import TREES, Forest, fit_forest
from .gnn_settings import GnnSettings
from .kernel import Kernel, fit_kernel
from .normal_scores import NormalScores, fit_normal_scores
from .standardise import Scale, fit_scale

if TYPE_CHECKING:
    from .gnn_training import Gnn

BASES = ("forest", "extra", "boosted", "kernel", "gnn")
STOPPING_PARTS = 8
"""One of so many parts of the training accounts is kept to stop the network by."""


@dataclass(frozen=True)
class StackSettings:
    """How a stack is fitted; the defaults are those of a run.

    Attributes
    ----------
    bases
        Models to stack, of forest, extra, boosted, kernel, gnn.
    folds
        Folds for out-of-fold scores, 2 to 100.
    trees
        Trees of the forest and of the extra trees.
    rounds, boosted_seeds
        See `fit_boosted`.
    kernel_rounds
        `averaged` of `fit_kernel`.
    gnn
        See `GnnSettings`.
    seed
        Same seed, same result.
    threads
        Threads to use; the result does not depend on it.
    """

    bases: tuple[str, ...] = BASES
    folds: int = 6
    trees: int = TREES
    rounds: int = 500
    boosted_seeds: int = 1
    kernel_rounds: int = 1
    gnn: GnnSettings = field(default_factory=GnnSettings)
    seed: int = 0
    threads: int = 2


@dataclass(frozen=True)
class Problem:
    """What base models learn from.

    Attributes
    ----------
    X
        Features of all accounts, shape (accounts, features), NaN where missing.
    labels
        1 spam, 0 honest, below 0 unknown, shape (accounts,).
    groups
        Ring or component of each account; accounts of a group are never split.
    graph
        Sightings and links of the accounts.
    reads
        Positions of the features that a base model reads, one set for each model that is averaged;
        all of them where it is not named.
    """

    X: NDArray[np.float32]
    labels: NDArray[np.int8]
    groups: NDArray[np.int64]
    graph: AccountGraph
    reads: Mapping[str, tuple[NDArray[np.int64], ...]] = field(default_factory=dict)

    def columns(self, name: str) -> NDArray[np.int64] | None:
        """What a base model reads in all; None for everything."""
        return np.unique(np.concatenate(self.reads[name])) if name in self.reads else None

    @cached_property
    def scale(self) -> Scale:
        """Scale of the features for the network."""
        return fit_scale(self.X, self.columns("gnn"))

    @cached_property
    def normal_scores(self) -> NormalScores:
        """Normal scores of the features for the kernel machine."""
        return fit_normal_scores(self.X, self.columns("kernel"))

    @cached_property
    def points(self) -> NDArray[np.float32]:
        """Normal scores of all accounts, (accounts, features that the kernel machine reads)."""
        return self.normal_scores.apply(self.X)


FittedBase: TypeAlias = "Forest | Boosted | Kernel | Gnn"


def fit_base(
    name: str, problem: Problem, train: NDArray[np.integer], settings: StackSettings
) -> FittedBase:
    """Fit one base model on the accounts `train` (row numbers)."""
    if name == "gnn":
        return _fit_gnn(problem, train, settings)
    X, labels, reads = problem.X[train], problem.labels[train], problem.reads.get(name, ())
    if name == "boosted":
        rounds, seeds = settings.rounds, settings.boosted_seeds
        return fit_boosted(X, labels, seed=settings.seed, rounds=rounds, seeds=seeds, reads=reads)
    if name == "kernel":
        scores, averaged = problem.normal_scores, settings.kernel_rounds
        return fit_kernel(X, labels, scores, seed=settings.seed, averaged=averaged, reads=reads)
    return fit_forest(
        X,
        labels,
        seed=settings.seed,
        trees=settings.trees,
        extra=name == "extra",
        reads=problem.columns(name),
    )


def score_fitted(
    model: FittedBase, problem: Problem, rows: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Score the accounts `rows` of the problem that a base model was fitted on."""
    if isinstance(model, Kernel):
        return model.of(problem.points[rows])
    return score_base(model, problem.X, problem.graph, rows)


def score_base(
    model: FittedBase,
    X: NDArray[np.float32],
    graph: AccountGraph,
    rows: NDArray[np.integer] | slice = slice(None),
) -> NDArray[np.float64]:
    """Score the accounts `rows`; the network reads all accounts to do so."""
    if isinstance(model, Forest | Boosted | Kernel):
        chosen = X[rows]
        return model.predict(chosen) if len(chosen) else np.empty(0)
    return model.predict(X, graph)[rows]


def _heard(problem: Problem, train: NDArray[np.integer]) -> NDArray[np.int8]:
    """Labels of all accounts, -1 outside `train`."""
    labels = np.full_like(problem.labels, -1)
    labels[train] = problem.labels[train]
    return labels


def _fit_gnn(problem: Problem, train: NDArray[np.integer], settings: StackSettings) -> Gnn:
    from .gnn_training import fit_gnn

    labels = _heard(problem, train)
    part = group_folds(problem.groups, labels, STOPPING_PARTS, settings.seed)
    return fit_gnn(
        problem.X,
        labels,
        problem.graph,
        problem.scale,
        train=np.flatnonzero(part > 0),
        validation=np.flatnonzero(part == 0),
        seed=settings.seed,
        settings=settings.gnn,
    )
