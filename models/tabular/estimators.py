"""The estimators behind the names of the comparison."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..boosted import Boosted, fit_boosted
from ..forest import DEPTH, MIN_SPLIT, TREES
from .extras import need

ROUNDS, MORE_ROUNDS = 500, 150
"""Trees of LightGBM, and trees that are added to a model that goes on."""


class Build(NamedTuple):
    """What an estimator is made with.

    Attributes
    ----------
    seed
        Same seed, same model.
    threads
        Threads of fitting; the result does not depend on it.
    honest_per_spam
        Honest rows per spam row among the training rows (36 in the source document).
    options
        Settings that a search found; they replace the ones here.
    """

    seed: int
    threads: int
    honest_per_spam: float
    options: dict[str, Any]


class LightGbm:
    """LightGBM behind the interface of scikit-learn, as far as it is needed here.

    Attributes
    ----------
    boosted
        The fitted trees; None before.
    start
        Trees that `fit` goes on from, if any.
    """

    def __init__(self, build: Build, start: Boosted | None = None) -> None:
        self.build = build
        self.start = start
        self.boosted: Boosted | None = None

    def fit(self, X: Any, labels: Any) -> LightGbm:
        """Fit boosted trees, or add some to those it starts from."""
        build, start = self.build, self.start
        self.boosted = fit_boosted(
            X,
            labels,
            seed=build.seed,
            rounds=MORE_ROUNDS if start else ROUNDS,
            threads=build.threads,
            options=build.options,
            start=start.models[0] if start else None,
        )
        return self


def forest_300(build: Build) -> Any:
    """Forest of the source document."""
    return _forest(build, TREES, max_depth=DEPTH, min_samples_split=MIN_SPLIT)


def forest(build: Build) -> Any:
    """Forest with scikit-learn's settings: 100 trees, grown to the end."""
    return _forest(build, 100)


def bagging(build: Build) -> Any:
    """Thirty trees that try every column at each node, on half of the rows each."""
    from sklearn.ensemble import BaggingClassifier

    return BaggingClassifier(
        tree(build), n_estimators=30, max_samples=0.5, random_state=build.seed, n_jobs=build.threads
    )


def extra_trees(build: Build) -> Any:
    """Trees with thresholds drawn at random."""
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(
        n_estimators=100,
        max_depth=DEPTH,
        min_samples_split=MIN_SPLIT,
        class_weight="balanced",
        random_state=build.seed,
        n_jobs=build.threads,
    )


def stacking(build: Build) -> Any:
    """Forest, extra trees and logistic regression under a logistic regression, by 3 folds.

    The document's stack has the worst ranking of all its trees (AUC .856): it was stacked on
    decisions. Here it is stacked on probabilities.
    """
    from sklearn.ensemble import StackingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    return StackingClassifier(
        _members(build),
        LogisticRegression(class_weight="balanced"),
        cv=StratifiedKFold(3, shuffle=True, random_state=build.seed),
        stack_method="predict_proba",
    )


def voting_soft(build: Build) -> Any:
    """Mean probability of forest, extra trees and logistic regression."""
    from sklearn.ensemble import VotingClassifier

    return VotingClassifier(_members(build), voting="soft")


def voting_hard(build: Build) -> Any:
    """Decisions of forest, extra trees and logistic regression, counted."""
    from sklearn.ensemble import VotingClassifier

    return VotingClassifier(_members(build), voting="hard")


def mlp(build: Build) -> Any:
    """Network with two hidden layers, stopped when it no longer gains on rows set aside."""
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(
        (64, 32), early_stopping=True, max_iter=60, n_iter_no_change=5,
        random_state=build.seed,
    )  # fmt: skip


def tree(build: Build) -> Any:
    """One decision tree."""
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(
        min_samples_split=MIN_SPLIT, class_weight="balanced", random_state=build.seed
    )


def gradient_boosting(build: Build) -> Any:
    """A hundred boosted trees of depth 3, each on half of the rows."""
    from sklearn.ensemble import GradientBoostingClassifier

    return GradientBoostingClassifier(subsample=0.5, random_state=build.seed)


def lightgbm(build: Build) -> Any:
    """Boosted trees as the account models use them; classes are not weighed."""
    return LightGbm(build)


def adaboost(build: Build) -> Any:
    """A hundred boosted stumps."""
    from sklearn.ensemble import AdaBoostClassifier

    return AdaBoostClassifier(n_estimators=100, random_state=build.seed)


def knn_5(build: Build) -> Any:
    """Five nearest rows."""
    return _neighbours(build, 5)


def knn_10(build: Build) -> Any:
    """Ten nearest rows."""
    return _neighbours(build, 10)


def xgboost(build: Build) -> Any:
    """XGBoost with spam weighed by how rare it is."""
    return need("xgboost").XGBClassifier(
        **{"n_estimators": 300, "max_depth": 6, "learning_rate": 0.1} | build.options,
        scale_pos_weight=build.honest_per_spam,
        tree_method="hist",
        random_state=build.seed,
        n_jobs=build.threads,
    )


def catboost(build: Build) -> Any:
    """CatBoost with classes weighed equal."""
    return need("catboost").CatBoostClassifier(
        **{"iterations": 500, "depth": 6, "learning_rate": 0.1} | build.options,
        auto_class_weights="Balanced",
        random_seed=build.seed,
        thread_count=build.threads,
        allow_writing_files=False,
        logging_level="Silent",
    )


def logistic(build: Build) -> Any:
    """Logistic regression, classes weighed equal."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(**{"C": 1.0} | build.options, class_weight="balanced", max_iter=2000)


def sgd(build: Build) -> Any:
    """Logistic regression by stochastic gradient descent."""
    from sklearn.linear_model import SGDClassifier

    return SGDClassifier(
        loss="log_loss", alpha=1e-3, class_weight="balanced", random_state=build.seed
    )


def ridge(build: Build) -> Any:  # noqa: ARG001 - the solution is closed: no seed, no threads
    """Ridge regression on the labels."""
    from sklearn.linear_model import RidgeClassifier

    return RidgeClassifier(class_weight="balanced")


def bernoulli_nb(build: Build) -> Any:  # noqa: ARG001 - counts only
    """Naive Bayes on whether a column is above its mean."""
    from sklearn.naive_bayes import BernoulliNB

    return BernoulliNB()


def gaussian_nb(build: Build) -> Any:  # noqa: ARG001 - means and variances only
    """Naive Bayes with a normal distribution per column."""
    from sklearn.naive_bayes import GaussianNB

    return GaussianNB()


def _forest(build: Build, trees: int, **options: Any) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        **{"n_estimators": trees} | options | build.options,
        class_weight="balanced",
        random_state=build.seed,
        n_jobs=build.threads,
    )


def _members(build: Build) -> list[tuple[str, Any]]:
    plain = build._replace(options={})
    shallow = _forest(plain, 100, max_depth=DEPTH, min_samples_split=MIN_SPLIT)
    return [("forest", shallow), ("extra", extra_trees(plain)), ("logistic", logistic(plain))]


def _neighbours(build: Build, k: int) -> Any:
    from sklearn.neighbors import KNeighborsClassifier

    # With fifty columns no tree of points beats comparing with all of them.
    return KNeighborsClassifier(k, algorithm="brute", n_jobs=build.threads)
