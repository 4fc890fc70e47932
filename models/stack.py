"""The stack: trees, kernel machine and graph network, combined and calibrated."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .account_graph import AccountGraph
from .bases import FittedBase, Problem, StackSettings, score_base
from .boosted import Boosted
from .calibration import log_odds
from .crossfit import Crossfitted, crossfit, one_thread_each
from .earning import earning
from .folds import group_folds
from .forest import Forest
from .stacker import Stacker, fit_stacker

FEWEST = 10
"""Spam accounts, and honest accounts, below which nothing is learned."""
FEWEST_GROUPS = 5
"""Groups of each, below which what was learned cannot be checked on others."""
FEWEST_FOR_GNN = 40
"""Spam accounts below which the network is left out: it would learn them by heart."""
OPTIONAL = ("gnn",)
"""Models that are given weight only where they lower the held-out loss beyond doubt."""
IDLE = (
    "the graph network stands beside the risk without weight: the labels do not show beyond doubt "
    "that it helps"
)

logger = logging.getLogger("ringscope.models")


class TooFewLabels(ValueError):
    """There is too little to learn from; the message is the reason in one sentence."""


@dataclass(frozen=True)
class Stack:
    """Fitted models with what they say about the accounts that they were fitted on.

    Attributes
    ----------
    columns
        Names of the features, in the order of the models.
    models
        Base model by name; of the network there are several, whose scores are averaged.
    stacker
        Combines the scores in the order of `models`.
    settings
        What the stack was fitted with.
    folds
        Fold of each account, -1 where it has no label.
    out_of_fold
        Risk of each labelled account by models and a stacker that have not seen the labels of
        its fold, NaN for others, shape (accounts,).
    risk
        Risk of all accounts: out-of-fold where labelled, else by the full stack.
    parts
        The same by base model.
    notes
        What was left out and why, one sentence each.
    without
        (folds, accounts) risk by models and a stacker that have not seen the labels of each
        fold; NaN for the labelled accounts of the other folds, and for accounts without a label
        unless `teach` was asked for.
    by_fold
        Base model by name, one without the labels of each fold.
    stackers
        Likewise what combines their scores.
    """

    columns: tuple[str, ...]
    models: Mapping[str, tuple[FittedBase, ...]]
    stacker: Stacker
    settings: StackSettings
    folds: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, np.int8))
    out_of_fold: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    risk: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    parts: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    without: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    by_fold: Mapping[str, tuple[FittedBase, ...]] = field(default_factory=dict)
    stackers: tuple[Stacker, ...] = ()

    def predict(self, features: pl.DataFrame, graph: AccountGraph) -> NDArray[np.float64]:
        """Risk of accounts that the stack was not fitted on, in [0, 1].

        Parameters
        ----------
        features
            One row per account; columns are found by name, lacking ones count as missing.
        graph
            Sightings and links of these accounts.
        """
        return self.stacker.apply(_side_by_side(self.predict_parts(features, graph)))

    def predict_parts(
        self, features: pl.DataFrame, graph: AccountGraph
    ) -> dict[str, NDArray[np.float64]]:
        """Score of each base model, in [0, 1], by its name."""
        X = matrix_of(features, self.columns)
        with one_thread_each():
            return {
                name: np.mean([score_base(model, X, graph) for model in models], axis=0)
                for name, models in self.models.items()
            }

    def contributions(self, features: pl.DataFrame) -> NDArray[np.float64]:
        """What each feature adds to the log-odds of risk, shape (accounts, features).

        Weighted sum over forest and boosted trees by their part in the stack, and by that of the
        kernel machine, which reads the same features but compares whole accounts. What the network
        finds in the graph has no feature to its name. Give only the accounts that are to be
        explained: 1,000 accounts take some seconds.
        """
        X = matrix_of(features, self.columns)
        weights = dict(zip(self.models, self.stacker.weights, strict=True))
        parts, told = np.zeros(X.shape), 0.0
        for name, models in self.models.items():
            for model in models:
                if isinstance(model, Forest | Boosted):
                    weight = weights[name] / len(models)
                    parts += weight * _in_log_odds(model, X, self.settings.threads)
                    told += weight
        return parts * (1 + weights.get("kernel", 0.0) / told) if told else parts


def fit_stack(
    features: pl.DataFrame,
    labels: NDArray[np.integer],
    groups: NDArray[np.integer],
    graph: AccountGraph,
    settings: StackSettings | None = None,
    *,
    reads: Mapping[str, Sequence[Collection[str]]] | None = None,
    teach: bool = False,
) -> Stack:
    """Fit all base models with cross-fitting, the stacker on their out-of-fold scores, and score.

    Parameters
    ----------
    features
        One row per account, numeric, null or NaN where missing. Features that labels enter into
        must be cross-fitted with the folds of `group_folds(groups, labels, settings.folds,
        settings.seed)`.
    labels
        1 spam, 0 honest, below 0 unknown, shape (accounts,).
    groups
        Ring or component of each account, below 0 where it is on its own; a group is never
        split between folds.
    graph
        Sightings and links of the accounts.
    reads
        Features that a base model reads, in turn where several are averaged; all where it is not
        named. The network looks at neighbours itself, so features that sum them up are better left
        to the trees.
    teach
        Whether `Stack.without` is wanted for accounts without a label.

    Raises
    ------
    TooFewLabels
        If the labels are too few, or in too few groups, to learn from and to check the result.
    """
    settings = settings or StackSettings()
    problem = Problem(
        matrix_of(features, features.columns),
        np.asarray(labels, dtype=np.int8),
        np.asarray(groups, dtype=np.int64),
        graph,
        {name: _positions(features.columns, read) for name, read in (reads or {}).items()},
    )
    _check_labels(problem)
    bases, notes = _usable_bases(problem, settings)
    folds = group_folds(problem.groups, problem.labels, settings.folds, settings.seed)
    known = np.flatnonzero(folds >= 0)
    fitted = crossfit(bases, problem, folds, settings, teach=teach)
    models = {name: base.models for name, base in fitted.items()}
    parts = {name: base.scores for name, base in fitted.items()}
    scores = _side_by_side(parts)
    truth, dealt = problem.labels[known], folds[known]
    optional = np.array([name in OPTIONAL for name in bases])
    # A network that was asked for alone is the stack.
    used = earning(scores[known], truth, dealt, optional & ~optional.all())
    if not used.all():
        notes += (IDLE,)
    stacker = fit_stacker(scores[known][:, used], truth).spread(used)
    out_of_fold = np.full(len(labels), np.nan)
    stackers = [
        fit_stacker(scores[known[dealt != fold]][:, used], truth[dealt != fold]).spread(used)
        for fold in np.unique(dealt)
    ]
    without = _without(fitted, stackers, folds)
    for row, fold in enumerate(np.unique(dealt)):
        out_of_fold[folds == fold] = without[row, folds == fold]
    risk = np.where(folds >= 0, out_of_fold, stacker.apply(scores))
    weights = ", ".join(f"{n} {w:.2f}" for n, w in zip(bases, stacker.weights, strict=True))
    logger.info("stack on %d labels: %s", len(known), weights)
    return Stack(
        tuple(features.columns),
        models,
        stacker,
        settings,
        folds,
        out_of_fold,
        risk,
        parts,
        notes,
        without,
        {name: base.by_fold for name, base in fitted.items()},
        tuple(stackers),
    )


def _without(
    fitted: Mapping[str, Crossfitted], stackers: Sequence[Stacker], folds: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Risk by what was learned without the labels of each fold, see `Stack.without`."""
    rows = []
    for row, stacker in enumerate(stackers):
        said = np.column_stack([base.without[row] for base in fitted.values()])
        rows.append(np.where((folds >= 0) & (folds != row), np.nan, stacker.apply(said)))
    return np.array(rows)


def _positions(
    columns: list[str], read: Sequence[Collection[str]]
) -> tuple[NDArray[np.int64], ...]:
    chosen = (set(names) for names in read)
    return tuple(
        np.array([i for i, name in enumerate(columns) if name in names], dtype=np.int64)
        for names in chosen
    )


def matrix_of(features: pl.DataFrame, columns: tuple[str, ...] | list[str]) -> NDArray[np.float32]:
    """Features as (accounts, columns) in C order, NaN where missing or where a column lacks."""
    lacking = [pl.lit(None, pl.Float32).alias(c) for c in columns if c not in features.columns]
    frame = features.with_columns(lacking).select(columns)
    filled = frame.cast(pl.Float32).fill_null(float("nan"))
    return np.ascontiguousarray(filled.to_numpy(), dtype=np.float32)


def _check_labels(problem: Problem) -> None:
    for value, word in ((1, "spam"), (0, "honest")):
        accounts = int((problem.labels == value).sum())
        if accounts < FEWEST:
            raise TooFewLabels(
                f"too few accounts are labelled {word}: {accounts}, and at least {FEWEST} are "
                "needed to learn from labels"
            )
        owners = problem.groups[problem.labels == value]
        rings = len(np.unique(owners[owners >= 0])) + int((owners < 0).sum())
        if rings < FEWEST_GROUPS:
            raise TooFewLabels(
                f"the accounts labelled {word} are of only {rings} rings or components: at least "
                f"{FEWEST_GROUPS} are needed to check what was learned"
            )


def _usable_bases(
    problem: Problem, settings: StackSettings
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    spam = int((problem.labels == 1).sum())
    if "gnn" not in settings.bases or spam >= FEWEST_FOR_GNN:
        return settings.bases, ()
    left = tuple(name for name in settings.bases if name != "gnn")
    if not left:
        raise TooFewLabels(f"{spam} labelled spam accounts are too few for the graph network alone")
    note = f"the graph network was left out: {spam} labelled spam accounts are too few for it"
    return left, (note,)


def _side_by_side(parts: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.column_stack(list(parts.values()))


def _in_log_odds(
    model: Forest | Boosted, X: NDArray[np.float32], threads: int
) -> NDArray[np.float64]:
    if isinstance(model, Boosted):
        return model.contributions(X, threads=threads)[0]
    parts, bias = model.contributions(X)
    moved = parts.sum(axis=1)
    # The forest adds up probabilities; the same shares of the way in log-odds.
    way = log_odds(np.clip(bias + moved, 0.002, 0.998)) - log_odds(bias)
    scale = np.divide(way, moved, out=np.ones_like(way), where=np.abs(moved) > 1e-9)
    return np.asarray(parts * scale[:, None])
