"""The models by name: what each reads, and its scores for accounts that it was not trained on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.engagement import Series, residuals

from .autoencoder import autoencoder_scores
from .rocket import fit_rocket
from .synchrony import synchrony
from .temporal import temporal_features

Values = NDArray[np.float32]
Rows = NDArray[np.intp]
TREES = 300

ODD = (
    "odd", "jumps.top_ten", "jumps.bottom_ten", "jumps.pulses", "jumps.echo", "rhythm.peak",
    "rhythm.window", "same_hour.highest", "same_hour.uneven", "quiet_bursts", "jumps.skew",
    "jumps.bursts", "jumps.ends", "jumps.highest", "jumps.lowest", "days.highest", "synchrony",
    "memory_24", "cycle.rough", "cycle.steep", "~",
)  # fmt: skip
"""Features (parts of names) in which faking goes one way: up, or down for DOWN."""
DOWN = ("lowest", "bottom")


@dataclass(frozen=True)
class Material:
    """What the models read of each account; rows go with `Series.accounts`.

    Attributes
    ----------
    features, names
        Temporal features with synchrony, shape (n, features).
    z, jumps
        Residuals, shape (n, steps, channels).
    """

    features: Values
    names: tuple[str, ...]
    z: Values
    jumps: Values


def material(series: Series) -> Material:
    """Compute what all models read, once."""
    matrix, names = temporal_features(series)
    found = residuals(series)
    together = synchrony(found.jumps, len(series.metrics))
    figures = np.column_stack([matrix, *together.values()]).astype(np.float32)
    return Material(figures, (*names, *together), found.z, found.jumps)


def oddness(features: Values, names: tuple[str, ...], seed: int) -> Values:
    """Isolation forest on how far each account is above the usual half of the others.

    Only features in which faking goes one way count. The deviation is measured below the median:
    fakes, which are above it, do not widen it (Liu, Ting and Zhou, "Isolation Forest", 2008).

    Returns
    -------
    Higher is stranger, shape (n,).
    """
    from sklearn.ensemble import IsolationForest

    chosen = [i for i, name in enumerate(names) if any(part in name for part in ODD)]
    sign = np.array([-1 if any(part in names[i] for part in DOWN) else 1 for i in chosen])
    X = features[:, chosen] * sign
    middle = np.median(X, axis=0)
    below = np.where(middle >= X, middle - X, np.nan)
    width = np.maximum(1.4826 * np.nanmedian(below, axis=0), 1e-3)
    steep = np.log1p(np.clip((X - middle) / width, 0, 30))
    forest = IsolationForest(n_estimators=TREES, random_state=seed).fit(steep)
    return np.asarray(-forest.score_samples(steep), dtype=np.float32)


def unsupervised(found: Material, seed: int) -> dict[str, Values]:
    """Scores of the models that read no labels; higher is stranger."""
    return {
        "isolation forest": oddness(found.features, found.names, seed),
        "autoencoder": autoencoder_scores(found.z, seed),
    }


def _forest(found: Material, train: Rows, labels: NDArray[np.integer], seed: int) -> Values:
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(
        n_estimators=TREES, min_samples_leaf=2, max_features=0.2, class_weight="balanced",
        random_state=seed, n_jobs=1,
    )  # fmt: skip
    model.fit(found.features[train], labels)
    return np.asarray(model.predict_proba(found.features)[:, 1])


def _logistic(found: Material, train: Rows, labels: NDArray[np.integer], seed: int) -> Values:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import QuantileTransformer, StandardScaler

    model = make_pipeline(
        QuantileTransformer(n_quantiles=50, output_distribution="normal", random_state=seed),
        StandardScaler(),
        LogisticRegression(C=0.01, max_iter=500, class_weight="balanced"),
    )
    model.fit(found.features[train], labels)
    return np.asarray(model.predict_proba(found.features)[:, 1])


def _boosted(found: Material, train: Rows, labels: NDArray[np.integer], seed: int) -> Values:
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(
        n_estimators=250, learning_rate=0.05, num_leaves=8, colsample_bytree=0.3,
        subsample=0.8, subsample_freq=1, random_state=seed, n_jobs=1, verbose=-1,
        deterministic=True, force_col_wise=True,
    )  # fmt: skip
    model.fit(found.features[train], labels)
    return np.asarray(model.booster_.predict(found.features))


def _rocket(found: Material, train: Rows, labels: NDArray[np.integer], seed: int) -> Values:
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    both = np.concatenate([found.z, found.jumps], axis=2)
    fitted = fit_rocket(both[train], seed)
    X = fitted.transform(both)
    model = make_pipeline(StandardScaler(), RidgeClassifierCV(np.logspace(1, 5, 9)))
    model.fit(X[train], labels)
    return np.asarray(1 / (1 + np.exp(-model.decision_function(X))))


SUPERVISED: dict[str, Callable[[Material, Rows, NDArray[np.integer], int], Values]] = {
    "forest": _forest,
    "boosted trees": _boosted,
    "logistic regression": _logistic,
    "convolutions": _rocket,
}

TOGETHER = ("forest", "boosted trees", "logistic regression")
"""Models whose mean is the score; the convolutions are far behind these."""


def supervised(
    found: Material, train: Rows, labels: NDArray[np.integer], seed: int
) -> dict[str, Values]:
    """Train every model on some accounts; scores of all accounts in [0, 1].

    `together` is the mean of the models in TOGETHER.

    Parameters
    ----------
    train
        Row numbers of the accounts to train on.
    labels
        Of these: 1 fake, 0 honest; both have to occur.
    """
    scores = {
        name: fit(found, train, labels, seed).astype(np.float32) for name, fit in SUPERVISED.items()
    }
    joined = np.mean([scores[name] for name in TOGETHER], axis=0)
    return scores | {"together": joined.astype(np.float32)}
