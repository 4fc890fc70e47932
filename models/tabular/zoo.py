"""The twenty-one models of the gig-platform comparison, each with the figures of the document.

The document names the models and few of their settings; the others are common choices, noted
where they matter. What it calls best is a forest of 300 trees, depth 20, 5 rows to split a node,
classes weighed equal.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from ingest.errors import SettingsError

from . import estimators as make


class Published(NamedTuple):
    """Figures of the source document at the model's own decision; `roc_auc` may be unknown."""

    accuracy: float
    precision: float
    recall: float
    f1: float
    roc_auc: float | None


@dataclass(frozen=True)
class Spec:
    """One model of the comparison.

    Attributes
    ----------
    name, title
        Name on the command line and in tables.
    build
        Makes the estimator to be fitted.
    balance
        What is done about rare spam: weights (in the model's loss), smote (synthetic spam in the
        training rows) or none.
    kind
        How it gives scores and is saved: proba, decision, votes (scikit-learn), boosted
        (LightGBM), xgboost or catboost.
    published
        Figures of the source document.
    """

    name: str
    title: str
    build: Callable[[make.Build], Any]
    balance: str
    kind: str
    published: Published


SPECS = (
    Spec("forest-300", "Random forest (300 trees)", make.forest_300, "weights", "proba",
         Published(0.985, 0.761, 0.636, 0.693, 0.951)),
    Spec("forest", "Random forest", make.forest, "weights", "proba",
         Published(0.985, 0.760, 0.633, 0.691, 0.948)),
    Spec("bagging", "Bagging", make.bagging, "weights", "proba",
         Published(0.984, 0.726, 0.663, 0.693, 0.956)),
    Spec("extra-trees", "Extra trees", make.extra_trees, "weights", "proba",
         Published(0.984, 0.731, 0.646, 0.686, 0.946)),
    Spec("stacking", "Stacking", make.stacking, "weights", "proba",
         Published(0.985, 0.780, 0.598, 0.677, 0.856)),
    Spec("voting-soft", "Voting (soft)", make.voting_soft, "weights", "proba",
         Published(0.968, 0.440, 0.752, 0.555, 0.950)),
    Spec("voting-hard", "Voting (hard)", make.voting_hard, "weights", "votes",
         Published(0.963, 0.404, 0.762, 0.528, None)),
    Spec("mlp", "Neural network", make.mlp, "smote", "proba",
         Published(0.957, 0.354, 0.720, 0.474, 0.930)),
    Spec("tree", "Decision tree", make.tree, "weights", "proba",
         Published(0.971, 0.469, 0.597, 0.525, 0.790)),
    Spec("gradient-boosting", "Gradient boosting", make.gradient_boosting, "smote", "proba",
         Published(0.955, 0.342, 0.747, 0.469, 0.947)),
    Spec("lightgbm", "LightGBM", make.lightgbm, "none", "boosted",
         Published(0.980, 0.629, 0.642, 0.635, 0.957)),
    Spec("adaboost", "AdaBoost", make.adaboost, "smote", "proba",
         Published(0.931, 0.247, 0.773, 0.375, 0.938)),
    Spec("knn-5", "KNN (k = 5)", make.knn_5, "smote", "proba",
         Published(0.937, 0.261, 0.737, 0.386, 0.873)),
    Spec("knn-10", "KNN (k = 10)", make.knn_10, "smote", "proba",
         Published(0.926, 0.232, 0.762, 0.355, 0.893)),
    Spec("xgboost", "XGBoost", make.xgboost, "weights", "xgboost",
         Published(0.916, 0.227, 0.878, 0.361, 0.958)),
    Spec("catboost", "CatBoost", make.catboost, "weights", "catboost",
         Published(0.881, 0.172, 0.903, 0.289, 0.958)),
    Spec("logistic", "Logistic regression", make.logistic, "weights", "proba",
         Published(0.865, 0.148, 0.842, 0.251, 0.925)),
    Spec("sgd", "SGD", make.sgd, "weights", "proba",
         Published(0.867, 0.149, 0.844, 0.254, 0.923)),
    Spec("ridge", "Ridge", make.ridge, "weights", "decision",
         Published(0.818, 0.113, 0.846, 0.199, 0.905)),
    Spec("bernoulli-nb", "Bernoulli naive Bayes", make.bernoulli_nb, "smote", "proba",
         Published(0.779, 0.089, 0.779, 0.159, 0.880)),
    Spec("gaussian-nb", "Gaussian naive Bayes", make.gaussian_nb, "smote", "proba",
         Published(0.487, 0.047, 0.944, 0.090, 0.880)),
)  # fmt: skip
NAMES = tuple(spec.name for spec in SPECS)


def spec(name: str) -> Spec:
    """Give a model of the comparison by name.

    Raises
    ------
    SettingsError
        There is no model of this name.
    """
    for found in SPECS:
        if found.name == name:
            return found
    near = difflib.get_close_matches(name, NAMES, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    raise SettingsError(f"no model {name!r}{hint}; there are: {', '.join(NAMES)}")


def chosen(names: str) -> tuple[str, ...]:
    """Names of models from a comma-separated list, or `all`, in the order of the table.

    Raises
    ------
    SettingsError
        There is no model of one of the names.
    """
    if names.strip() == "all":
        return NAMES
    wanted = {spec(name.strip()).name for name in names.split(",") if name.strip()}
    if not wanted:
        raise SettingsError(f"name at least one model, or all; there are: {', '.join(NAMES)}")
    return tuple(name for name in NAMES if name in wanted)
