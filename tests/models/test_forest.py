from __future__ import annotations

import numpy as np
import pytest

from models.forest import fit_forest


def planted(seed: int, n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 6)).astype(np.float32)
    labels = (X[:, 0] + X[:, 1] * X[:, 2] + 0.3 * rng.standard_normal(n) > 0.5).astype(int)
    X[rng.random((n, 6)) < 0.1] = np.nan
    return X, labels


@pytest.mark.parametrize("extra", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_contributions_and_bias_add_up_to_the_prediction(seed: int, extra: bool) -> None:
    X, labels = planted(seed)
    forest = fit_forest(X[:200], labels[:200], seed=seed, trees=25, extra=extra)
    fresh = X.copy()
    fresh[rng_rows(seed), 3] = np.nan
    parts, bias = forest.contributions(fresh)
    assert np.abs(parts.sum(axis=1) + bias - forest.predict(fresh)).max() < 1e-9, seed


def rng_rows(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).choice(300, 150, replace=False)


@pytest.mark.parametrize("extra", [False, True])
def test_features_that_are_not_read_count_for_nothing(extra: bool) -> None:
    X, labels = planted(7)
    forest = fit_forest(X, labels, seed=0, trees=25, extra=extra, reads=np.array([0, 1, 3]))
    alone = fit_forest(X[:, [0, 1, 3]], labels, seed=0, trees=25, extra=extra)
    assert (forest.predict(X) == alone.predict(X[:, [0, 1, 3]])).all()
    parts, _ = forest.contributions(X)
    assert (parts[:, [2, 4, 5]] == 0).all()
    assert (parts[:, [0, 1, 3]] == alone.contributions(X[:, [0, 1, 3]])[0]).all()


def test_the_feature_that_decides_contributes_most() -> None:
    rng = np.random.default_rng(5)
    X = rng.standard_normal((400, 5)).astype(np.float32)
    forest = fit_forest(X, (X[:, 3] > 0).astype(int), seed=0, trees=40)
    parts, _ = forest.contributions(X)
    assert np.abs(parts).mean(axis=0).argmax() == 3
    assert (np.sign(parts[:, 3]) == np.sign(X[:, 3])).mean() > 0.95


@pytest.mark.parametrize("extra", [False, True])
def test_same_seed_same_forest_whatever_the_threads(extra: bool) -> None:
    X, labels = planted(1)
    first = fit_forest(X, labels, seed=4, trees=10, extra=extra).predict(X)
    second = fit_forest(X, labels, seed=4, trees=10, extra=extra, threads=2).predict(X)
    assert (first == second).all()
    assert (first != fit_forest(X, labels, seed=5, trees=10, extra=extra).predict(X)).any()


def test_settings_of_the_source_document() -> None:
    X, labels = planted(2)
    settings = fit_forest(X, labels, seed=0).model.get_params()
    assert settings["n_estimators"] == 300
    assert settings["class_weight"] == "balanced"
    assert settings["max_depth"] == 20
    assert settings["min_samples_split"] == 5
