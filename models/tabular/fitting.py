"""Fit one model of the comparison and make its scores mean what they say."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import SettingsError

from ..calibration import Calibrator, fit_calibrator, probability
from .estimators import Build, LightGbm
from .extras import need
from .grouping import Products
from .prepare import Preparation, fit_preparation
from .split import Split
from .table import Table
from .thresholds import Costs, Threshold, best_f1, lowest_cost
from .zoo import Spec

BLOCK = 32_768
"""Rows that are scored at a time; also the unit of work of a thread."""


@dataclass(frozen=True)
class FitSettings:
    """How models are fitted.

    Attributes
    ----------
    seed
        Seed of the split and of every model.
    threads
        Threads of fitting and scoring; the result does not depend on it.
    costs
        What a missed spammer and a false alarm cost; None chooses the threshold of the best F1.
    options
        Settings of the estimator that a search found.
    preset
        Name of the shape of the table.
    start
        LightGBM model to go on from: its filling and scaling stay, trees are added.
    """

    seed: int = 7
    threads: int = 1
    costs: Costs | None = None
    options: dict[str, Any] = field(default_factory=dict)
    preset: str = "gig-platform"
    start: TableModel | None = None


@dataclass(frozen=True)
class TableModel:
    """A fitted model of a table.

    Attributes
    ----------
    name, kind
        Name and kind of its `Spec`.
    estimator
        What was fitted; of a kind that `score` knows.
    columns
        Features, in order.
    preparation
        Filling and scaling, or products of groups, from training rows.
    calibrator
        From score to risk, from validation rows.
    threshold
        Risk from which a row is called spam, from validation rows.
    notes
        What went otherwise than planned.
    """

    name: str
    kind: str
    estimator: Any
    columns: tuple[str, ...]
    preparation: Preparation | Products
    calibrator: Calibrator
    threshold: Threshold
    notes: tuple[str, ...] = ()

    def raw(self, X: NDArray[np.float32], *, threads: int = 1) -> NDArray[np.float64]:
        """The model's own scores in [0, 1]; it decides for spam from .5 on. Shape (rows,)."""
        return score_blocks(self.kind, self.estimator, self.preparation, X, threads)

    def risk(self, X: NDArray[np.float32], *, threads: int = 1) -> NDArray[np.float64]:
        """Calibrated probability of spam, in (0, 1); shape (rows,)."""
        return self.calibrator.apply(self.raw(X, threads=threads))


def fit_model(spec: Spec, table: Table, split: Split, settings: FitSettings) -> TableModel:
    """Fit on training rows, calibrate and choose the threshold on validation rows.

    Test rows are not looked at. Synthetic spam (SMOTE) is made from training rows only.

    Raises
    ------
    SettingsError
        The model needs a library that is not installed, or goes on from other columns.
    """
    start = settings.start
    preparation = start.preparation if start else fit_preparation(table.X[split.train])
    X, labels = preparation.apply(table.X[split.train]), table.labels[split.train].astype(np.int32)
    honest_per_spam = float((labels == 0).sum() / (labels == 1).sum())
    build = Build(settings.seed, settings.threads, honest_per_spam, settings.options)
    estimator = _go_on(start, build, table) if start else spec.build(build)
    if spec.balance == "smote":
        X, labels = _smote(X, labels, settings.seed)
    notes = _fit(estimator, X, labels)
    raw = score_blocks(
        spec.kind, estimator, preparation, table.X[split.validation], settings.threads
    )
    known = table.labels[split.validation]
    calibrator = fit_calibrator(raw, known)
    risk = calibrator.apply(raw)
    costs = settings.costs
    threshold = lowest_cost(known, risk, costs) if costs else best_f1(known, risk)
    return TableModel(
        spec.name, spec.kind, estimator, table.columns, preparation, calibrator, threshold, notes
    )


def _go_on(start: TableModel, build: Build, table: Table) -> LightGbm:
    if start.columns != table.columns:
        raise SettingsError("a model can only go on with the same columns; fit it anew")
    return LightGbm(build, start.estimator.boosted)


def score_blocks(
    kind: str,
    estimator: Any,
    preparation: Preparation | Products,
    X: NDArray[np.float32],
    threads: int,
) -> NDArray[np.float64]:
    """Score rows block by block; the result does not depend on the threads."""
    blocks = [X[start : start + BLOCK] for start in range(0, len(X), BLOCK)]
    if not blocks:
        return np.zeros(0)

    def work(block: NDArray[np.float32]) -> NDArray[np.float64]:
        return score(kind, estimator, preparation.apply(block))

    with ThreadPoolExecutor(max(threads, 1)) as pool:
        return np.concatenate(list(pool.map(work, blocks)))


def score(kind: str, estimator: Any, X: NDArray[np.float32]) -> NDArray[np.float64]:
    """Scores of prepared rows in [0, 1], .5 being where the model decides for spam."""
    if kind == "boosted":
        return np.asarray(estimator.boosted.predict(X))
    if kind == "catboost":
        return np.asarray(estimator.predict_proba(X, thread_count=1)[:, 1], dtype=np.float64)
    if kind == "decision":
        return probability(estimator.decision_function(X))
    if kind == "votes":
        return np.asarray(estimator.transform(X).mean(axis=1), dtype=np.float64)
    return np.asarray(estimator.predict_proba(X)[:, 1], dtype=np.float64)


def _fit(estimator: Any, X: NDArray[np.float32], labels: NDArray[np.int32]) -> tuple[str, ...]:
    """Fit in place; tell when it stopped before it had settled."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.filterwarnings("always", category=ConvergenceWarning)
        estimator.fit(X, labels)
    unsettled = any(issubclass(one.category, ConvergenceWarning) for one in caught)
    one_thread(estimator)
    return ("stopped before it had settled",) if unsettled else ()


def one_thread(estimator: Any) -> None:
    """Let a fitted estimator score in one thread: several add up votes in varying order."""
    if hasattr(estimator, "n_jobs"):
        estimator.n_jobs = 1
    for part in getattr(estimator, "estimators_", []):
        if hasattr(part, "n_jobs"):
            part.n_jobs = 1


def _smote(
    X: NDArray[np.float32], labels: NDArray[np.int32], seed: int
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Even the classes with synthetic spam (Chawla et al., "SMOTE", JAIR 2002)."""
    sampler = need("imblearn.over_sampling").SMOTE(random_state=seed)
    X, labels = sampler.fit_resample(X, labels)
    return np.asarray(X, dtype=np.float32), np.asarray(labels, dtype=np.int32)
