"""Boosted trees (LightGBM): the model of the online score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 0.03
"""Learning rate."""


@dataclass(frozen=True)
class Boosted:
    """Boosted trees of one or more seeds; their log-odds are averaged.

    Attributes
    ----------
    models
        Fitted LightGBM boosters.
    """

    models: tuple[Any, ...]

    def predict(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probability of spam, in [0, 1]; shape (accounts,)."""
        raw = np.mean(
            [model.predict(X, raw_score=True, num_threads=1) for model in self.models], axis=0
        )
        return np.asarray(1 / (1 + np.exp(-raw)), dtype=np.float64)

    def contributions(
        self, X: NDArray[np.float32], *, threads: int = 1
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Split the log-odds of each prediction into a bias and what each feature adds.

        Shapley values of trees (Lundberg et al., "From Local Explanations to Global
        Understanding with Explainable AI for Trees", 2020), computed by LightGBM. The result does
        not depend on the number of `threads`.

        Returns
        -------
        contributions of shape (accounts, features), in log-odds, and the bias (accounts,).
        """
        parts = np.mean(
            [model.predict(X, pred_contrib=True, num_threads=threads) for model in self.models],
            axis=0,
        )
        return parts[:, :-1], parts[:, -1]


def fit_boosted(
    X: NDArray[np.float32],
    labels: NDArray[np.integer],
    *,
    seed: int,
    rounds: int = 500,
    seeds: int = 1,
    threads: int = 1,
    weights: NDArray[np.float64] | None = None,
    options: dict[str, Any] | None = None,
    start: Any = None,
    reads: Sequence[NDArray[np.integer]] = (),
) -> Boosted:
    """Fit boosted trees; deterministic for a seed.

    Parameters
    ----------
    X
        Features, shape (accounts, features), NaN where missing.
    labels
        1 spam, 0 honest, shape (accounts,); both must occur.
    rounds
        Trees per seed.
    seeds
        Models to average; each draws other accounts and features for its trees.
    threads
        Threads of fitting; the result does not depend on it.
    weights
        Weight of each account, 1 if None.
    options
        Settings of LightGBM that replace the ones here.
    start
        Fitted booster whose trees come first; `rounds` more are added to them.
    reads
        Positions of the features that the models read, in turn; all of them if empty.
    """
    import lightgbm

    models = []
    for number in range(seeds):
        columns = reads[number % len(reads)] if len(reads) else np.arange(X.shape[1])
        # LightGBM passes over empty features and never asks for them when it predicts.
        data = lightgbm.Dataset(only(X, columns), label=labels, weight=weights, free_raw_data=False)
        shape = len(X), len(columns)
        settings = _settings(shape, seed * 1000 + number) | {"num_threads": threads}
        settings |= options or {}
        models.append(lightgbm.train(settings, data, num_boost_round=rounds, init_model=start))
    return Boosted(tuple(models))


def fit_taught(
    X: NDArray[np.float32],
    spam: NDArray[np.float64],
    weights: NDArray[np.float64] | float = 1.0,
    least: float = 0.05,
    **named: Any,
) -> Boosted:
    """Fit boosted trees to probabilities instead of labels.

    Each row is taught as honest, and those in doubt as spam too, weighed by probability.

    Parameters
    ----------
    X
        Features, shape (rows, features).
    spam
        (rows,) probability of being spam.
    weights
        Weight of each row.
    least
        Probability from which a row is taught as spam, in part.
    named
        As for `fit_boosted`.
    """
    guilty = np.flatnonzero(spam >= least)
    taught = np.concatenate([np.arange(len(X)), guilty])
    labels = np.repeat([0, 1], [len(X), len(guilty)])
    shares = np.concatenate([1 - spam, spam[guilty]])
    return fit_boosted(
        X[taught], labels, weights=shares * np.broadcast_to(weights, len(X))[taught], **named
    )


def only(X: NDArray[np.float32], columns: NDArray[np.integer]) -> NDArray[np.float32]:
    """Features with all but the given columns empty; unchanged where all are given."""
    if len(columns) == X.shape[1]:
        return X
    kept = np.full_like(X, np.nan)
    kept[:, columns] = X[:, columns]
    return kept


def _settings(shape: tuple[int, ...], seed: int) -> dict[str, Any]:
    return {
        "objective": "binary",
        "learning_rate": RATE,
        "num_leaves": 15,
        # Small leaves on few accounts learn single accounts by heart.
        "min_data_in_leaf": int(np.clip(shape[0] // 100, 5, 20)),
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        # Few features per tree make the trees differ, but a tree needs some to combine.
        "feature_fraction": float(np.clip(40 / max(shape[1], 1), 0.2, 1.0)),
        "lambda_l2": 5.0,
        "seed": seed,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
    }
