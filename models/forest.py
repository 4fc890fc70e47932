"""Random forest of the source document, and what each feature adds to its prediction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .forest_files import moved_trees

TREES = 300
DEPTH = 20
MIN_SPLIT = 5


@dataclass(frozen=True)
class Forest:
    """A fitted forest of decision trees.

    Attributes
    ----------
    model
        The fitted scikit-learn classifier with the classes 0 and 1, or its `forest_files.Trees`.
    """

    model: Any

    def predict(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Share of spam that the trees see, in [0, 1]; shape (accounts,)."""
        return np.asarray(self.model.predict_proba(X)[:, 1], dtype=np.float64)

    def contributions(
        self, X: NDArray[np.float32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Split each prediction into a bias and what each feature adds.

        Along the path of an account through a tree the share of spam changes at each node; the
        change belongs to the feature that the node asks about (Palczewska et al., "Interpreting
        Random Forest Classification Models Using a Feature Contribution Method", 2014).

        Returns
        -------
        contributions of shape (accounts, features) and the bias of shape (accounts,); their sum
        is the prediction to 1e-9.
        """
        total = np.zeros(X.shape, dtype=np.float64)
        bias = 0.0
        for estimator in self.model.estimators_:
            bias += _add_paths(estimator.tree_, X, total)
        trees = len(self.model.estimators_)
        return total / trees, np.full(len(X), bias / trees)


def fit_forest(
    X: NDArray[np.float32],
    labels: NDArray[np.integer],
    *,
    seed: int,
    trees: int = TREES,
    extra: bool = False,
    threads: int = 1,
    reads: NDArray[np.integer] | None = None,
) -> Forest:
    """Fit a forest: depth 20, at least 5 accounts to split a node, classes weighted equal.

    Parameters
    ----------
    X
        Features, shape (accounts, features), NaN where missing.
    labels
        1 spam, 0 honest, shape (accounts,); both must occur.
    seed
        Same seed, same forest.
    extra
        Draw thresholds at random and try a third of the features at each node (Geurts, Ernst and
        Wehenkel, "Extremely Randomized Trees", 2006): errs elsewhere than the forest does.
    threads
        Trees grown at a time; the result does not depend on it.
    reads
        Positions of the features that the trees read; all if None.
    """
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

    shared = {
        "n_estimators": trees,
        "max_depth": DEPTH,
        "class_weight": "balanced",
        "random_state": seed,
        "n_jobs": threads,
    }
    if extra:
        model = ExtraTreesClassifier(**shared, min_samples_leaf=2, max_features=0.3)
    else:
        model = RandomForestClassifier(**shared, min_samples_split=MIN_SPLIT)
    # Trees walk down columns.
    model.fit(np.asfortranarray(X if reads is None else X[:, reads]), labels)
    # Threads would add up the votes in an order that changes from call to call.
    model.set_params(n_jobs=1)
    return Forest(model if reads is None else moved_trees(model, reads, X.shape[1]))


def _add_paths(tree: Any, X: NDArray[np.float32], total: NDArray[np.float64]) -> float:
    """Add what each node on the path of each account changes; give the share at the root."""
    spam = tree.value[:, 0, 1] / tree.value[:, 0, :].sum(axis=1)
    rows = np.arange(len(X))
    node = np.zeros(len(X), dtype=np.int64)
    while len(rows):
        feature = tree.feature[node]
        inner = feature >= 0
        rows, node, feature = rows[inner], node[inner], feature[inner]
        value = X[rows, feature]
        left = np.where(
            np.isnan(value), tree.missing_go_to_left[node] != 0, value <= tree.threshold[node]
        )
        child = np.where(left, tree.children_left[node], tree.children_right[node])
        total[rows, feature] += spam[child] - spam[node]
        node = child
    return float(spam[0])
