"""The network of 11 inputs, 6 hidden units and one output beside four common models.

After P. Mishra (2019), see `grouping`. Each model is fitted on the plain features, on the products
of groups, and on the features of the message alone, so that what each input is worth can be told.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..calibration import fit_calibrator
from .figures import decisions
from .fitting import TableModel, one_thread, score
from .grouping import GROUPS, Grouping, Products, fit_grouping
from .messages import LabelledMessages
from .prepare import Preparation, fit_preparation
from .thresholds import best_f1

HIDDEN = 6
SVM_ROWS = 5000
"""Rows that the support vector machine is fitted on, at most: its time grows with their square."""
INPUTS = ("products", "plain", "message only")
KINDS = {"svm": "decision"}
"""How a model gives scores where that is not by probabilities."""
PAPER = {
    ("network", "products"): (0.9889, 0.9557, 0.9720, 0.9757),
    ("svm", "plain"): (0.9115, 0.9884, 0.9484, 0.9516),
    ("naive bayes", "plain"): (0.9705, 0.8867, 0.9267, 0.9370),
    ("knn", "plain"): (0.9411, 0.9520, 0.9465, 0.9516),
    ("forest", "plain"): (0.9795, 0.9611, 0.9702, 0.9694),
}
"""Precision, recall, F1 and accuracy of the paper, by model and input."""
FIGURES = ("precision", "recall", "f1", "accuracy")


class Trial(NamedTuple):
    """Figures of one model on one input in one fold."""

    split: str
    fold: int
    model: str
    input: str
    figures: dict[str, float]


@dataclass(frozen=True)
class TweetComparison:
    """All trials, and the groups that each fold of the split by sender found, as names."""

    trials: list[Trial]
    groups: list[list[list[str]]]


def compare_tweet_models(
    messages: LabelledMessages,
    *,
    seed: int,
    folds: int = 5,
    groups: int = GROUPS,
    tell: Callable[[str], None] = lambda _line: None,
) -> TweetComparison:
    """Fit five models on three inputs, split by sender and by message.

    Groups, filling and scaling are learned from the training rows of each fold. Split by message,
    as the paper did (80/20), a sender's messages stand on both sides, and what is known of the
    sender gives the answer away; split by sender they do not.

    Parameters
    ----------
    folds
        Each fold is the test part once; 5 folds are splits 80/20.
    tell
        Called with a line before each fold.
    """
    trials: list[Trial] = []
    found: list[list[list[str]]] = []
    for split in ("by sender", "by message"):
        for fold, (train, test) in enumerate(_folds(messages, split, folds, seed)):
            tell(f"{split}, fold {fold + 1} of {folds}")
            grouping = fit_grouping(messages.X[train], groups)
            if split == "by sender":
                found.append(named(grouping, messages.columns))
            for kind in INPUTS:
                parts = _inputs(kind, grouping, messages, train, test)
                trials += [
                    Trial(split, fold, name, kind, figures)
                    for name, figures in _models(messages.labels, train, test, *parts, seed)
                ]
    return TweetComparison(trials, found)


@dataclass(frozen=True)
class TweetModel:
    """A model that can score other messages, and the rows that made it.

    Attributes
    ----------
    model
        Fitted, calibrated, with a threshold.
    input
        What it reads, one of `INPUTS`.
    train, validation
        Rows that it was fitted on, and that gave calibration and threshold; senders of the one have
        no message in the other.
    risk
        Risk of the validation rows.
    """

    model: TableModel
    input: str
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    risk: NDArray[np.float64]


def fit_tweet_model(
    messages: LabelledMessages, name: str, kind: str, *, seed: int, groups: int = GROUPS
) -> TweetModel:
    """Fit one model of the comparison on four fifths of the senders; the fifth calibrates it.

    Parameters
    ----------
    name
        Of the model: network, svm, naive bayes, knn or forest.
    kind
        What it reads, one of `INPUTS`.
    """
    train, validation = next(_folds(messages, "by sender", 5, seed))
    alone = [not column.startswith("user_") for column in messages.columns]
    read = np.array(alone) if kind == "message only" else np.ones(len(alone), dtype=bool)
    X = messages.X[:, read]
    ready: Preparation | Products
    if kind == "products":
        grouping = fit_grouping(X[train], groups)
        ready = Products(grouping, fit_preparation(grouping.apply(X[train])))
    else:
        ready = fit_preparation(X[train])
    estimator = _zoo(seed)[name]
    if name == "knn":
        estimator.set_params(algorithm="brute")  # a tree of points cannot be saved
    rows = _few(train, seed) if name == "svm" else train
    _fit(estimator, ready.apply(X[rows]), messages.labels[rows])
    one_thread(estimator)
    way = KINDS.get(name, "proba")
    raw = score(way, estimator, ready.apply(X[validation]))
    calibrator = fit_calibrator(raw, messages.labels[validation])
    risk = calibrator.apply(raw)
    columns = tuple(c for c, kept in zip(messages.columns, read, strict=True) if kept)
    threshold = best_f1(messages.labels[validation], risk)
    model = TableModel(name, way, estimator, columns, ready, calibrator, threshold)
    return TweetModel(model, kind, train, validation, risk)


def named(grouping: Grouping, columns: tuple[str, ...]) -> list[list[str]]:
    """Groups as lists of column names."""
    return [[columns[place] for place in group] for group in grouping.members]


def _folds(
    messages: LabelledMessages, split: str, folds: int, seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    shared = {"n_splits": folds, "shuffle": True, "random_state": seed}
    if split == "by sender":
        cut = StratifiedGroupKFold(**shared)
        yield from cut.split(messages.X, messages.labels, messages.senders)
    else:
        yield from StratifiedKFold(**shared).split(messages.X, messages.labels)


def _inputs(
    kind: str,
    grouping: Grouping,
    messages: LabelledMessages,
    train: NDArray[np.int64],
    test: NDArray[np.int64],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Training and test rows of one input, filled and scaled by training rows."""
    X = messages.X
    if kind == "products":
        X = grouping.apply(X)
    elif kind == "message only":
        X = X[:, [not name.startswith("user_") for name in messages.columns]]
    scale = fit_preparation(X[train])
    return scale.apply(X[train]), scale.apply(X[test])


def _models(
    labels: NDArray[np.int64],
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    X: NDArray[np.float32],
    X_test: NDArray[np.float32],
    seed: int,
) -> Iterator[tuple[str, dict[str, float]]]:
    few = _few(np.arange(len(train)), seed)
    for name, model in _zoo(seed).items():
        rows = few if name == "svm" else slice(None)
        _fit(model, X[rows], labels[train][rows])
        yield name, decisions(labels[test], model.predict(X_test) == 1)


def _few(rows: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Rows that the support vector machine is fitted on."""
    return np.sort(np.random.default_rng(seed).permutation(rows)[:SVM_ROWS])


def _fit(model: Any, X: NDArray[np.float32], labels: NDArray[np.int64]) -> None:
    """Fit in place. The network stops after a set number of rounds, which is no cause for alarm."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, labels)


def _zoo(seed: int) -> dict[str, Any]:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.svm import SVC

    return {
        "network": MLPClassifier(
            (HIDDEN,), activation="tanh", alpha=1e-4, learning_rate_init=0.01,
            max_iter=100, random_state=seed,
        ),
        "svm": SVC(),
        "naive bayes": GaussianNB(),
        "knn": KNeighborsClassifier(5),
        "forest": RandomForestClassifier(100, random_state=seed),
    }  # fmt: skip
