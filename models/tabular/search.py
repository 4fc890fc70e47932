"""Search of settings: which depth, rate or strength suits a table, by trial (Optuna)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.errors import SettingsError

from ..metrics import average_precision
from .estimators import Build
from .extras import need
from .fitting import score
from .prepare import fit_preparation
from .split import stratified
from .table import Table
from .zoo import spec

FOLDS = 3
ROWS = 40_000
"""Training rows that are tried on, at most."""


class Found(NamedTuple):
    """Result of a search.

    Attributes
    ----------
    options
        Settings of the estimator; empty if none was better than the usual ones.
    value
        Their mean average precision over the folds.
    usual
        The same of the usual settings.
    trials
        Every trial: its settings and value, in order.
    """

    options: dict[str, Any]
    value: float
    usual: float
    trials: list[tuple[dict[str, Any], float]]


def _forest(trial: Any) -> dict[str, Any]:
    return {
        "max_depth": trial.suggest_int("max_depth", 6, 30),
        "min_samples_split": trial.suggest_int("min_samples_split", 2, 40, log=True),
        "min_samples_leaf": trial.suggest_int("min_samples_leaf", 1, 20, log=True),
        "max_features": trial.suggest_float("max_features", 0.05, 0.6),
    }


def _lightgbm(trial: Any) -> dict[str, Any]:
    return {
        "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.1, log=True),
        "num_leaves": trial.suggest_int("num_leaves", 4, 64, log=True),
        "min_data_in_leaf": trial.suggest_int("min_data_in_leaf", 5, 200, log=True),
        "feature_fraction": trial.suggest_float("feature_fraction", 0.2, 1.0),
        "lambda_l2": trial.suggest_float("lambda_l2", 0.1, 50.0, log=True),
    }


def _xgboost(trial: Any) -> dict[str, Any]:
    return {
        "n_estimators": trial.suggest_int("n_estimators", 100, 600),
        "max_depth": trial.suggest_int("max_depth", 2, 9),
        "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.2, log=True),
        "subsample": trial.suggest_float("subsample", 0.5, 1.0),
        "colsample_bytree": trial.suggest_float("colsample_bytree", 0.2, 1.0),
        "min_child_weight": trial.suggest_float("min_child_weight", 1.0, 50.0, log=True),
    }


def _catboost(trial: Any) -> dict[str, Any]:
    return {
        "iterations": trial.suggest_int("iterations", 100, 600),
        "depth": trial.suggest_int("depth", 3, 9),
        "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.2, log=True),
        "l2_leaf_reg": trial.suggest_float("l2_leaf_reg", 1.0, 30.0, log=True),
    }


def _logistic(trial: Any) -> dict[str, Any]:
    return {"C": trial.suggest_float("C", 1e-4, 100.0, log=True)}


SPACES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "forest-300": _forest,
    "forest": _forest,
    "lightgbm": _lightgbm,
    "xgboost": _xgboost,
    "catboost": _catboost,
    "logistic": _logistic,
}
"""Models whose settings can be searched."""


def search(
    name: str,
    table: Table,
    *,
    trials: int,
    seed: int,
    threads: int = 1,
    tell: Callable[[int, float], None] = lambda _number, _best: None,
) -> Found:
    """Try settings by cross-validation inside the training part; test and validation stay unseen.

    Tree-structured Parzen estimators (Bergstra and others, "Algorithms for Hyper-Parameter
    Optimization", NeurIPS 2011). A gain inside the spread of the folds may be luck.

    Parameters
    ----------
    name
        A model of `SPACES`.
    table
        Result of `table.labelled`.
    trials
        Settings to try.
    tell
        Called after each trial with its number and the best value so far.

    Raises
    ------
    SettingsError
        The model has no settings to search, or Optuna is not installed.
    """
    if name not in SPACES:
        raise SettingsError(
            f"no search for the model {name!r}; there is one for: {', '.join(SPACES)}"
        )
    optuna = need("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    X, labels = _rows(table, seed)
    folds = _folds(labels, seed)

    def value(options: dict[str, Any]) -> float:
        return _value(name, X, labels, folds, options, seed, threads)

    tried: list[tuple[dict[str, Any], float]] = []

    def objective(trial: Any) -> float:
        options = SPACES[name](trial)
        tried.append((options, value(options)))
        tell(len(tried), max(v for _, v in tried))
        return tried[-1][1]

    usual = value({})
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(objective, n_trials=trials)
    best, reached = max(tried, key=lambda pair: pair[1])
    return Found(best if reached > usual else {}, max(reached, usual), usual, tried)


def _rows(table: Table, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    train = stratified(table.ids, table.labels, seed=seed).train
    rng = np.random.default_rng(seed)
    if len(train) > ROWS:
        train = np.sort(rng.choice(train, ROWS, replace=False))
    return table.X[train], table.labels[train].astype(np.int32)


def _folds(
    labels: NDArray[np.int32], seed: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    from sklearn.model_selection import StratifiedKFold

    cut = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return list(cut.split(np.zeros(len(labels)), labels))


def _value(
    name: str,
    X: NDArray[np.float32],
    labels: NDArray[np.int32],
    folds: list[tuple[NDArray[np.int64], NDArray[np.int64]]],
    options: dict[str, Any],
    seed: int,
    threads: int,
) -> float:
    """Mean average precision over the folds."""
    found = []
    for train, test in folds:
        scale = fit_preparation(X[train])
        known = labels[train]
        ratio = float((known == 0).sum() / max(int((known == 1).sum()), 1))
        estimator = spec(name).build(Build(seed, threads, ratio, options))
        estimator.fit(scale.apply(X[train]), known)
        risk = score(spec(name).kind, estimator, scale.apply(X[test]))
        found.append(average_precision(labels[test], risk))
    return float(np.mean(found))
