from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.kernel_ridge import KernelRidge

import models.kernel
from models.calibration import log_odds, probability
from models.kernel import RIDGE, ROUNDS, WIDTH, Kernel, fit_kernel
from models.metrics import auroc
from models.normal_scores import fit_normal_scores


def rows(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Two features that matter only together, and six that do not."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 8)).astype(np.float32)
    odds = 3 * np.sin(2 * X[:, 0]) * np.sign(X[:, 1]) - 0.7
    X[rng.random(n) < 0.05, 5] = np.nan
    return X, (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(np.int8)


def fitted(X: np.ndarray, labels: np.ndarray, seed: int = 0, averaged: int = 3) -> Kernel:
    return fit_kernel(X, labels, fit_normal_scores(X), seed=seed, averaged=averaged)


def slowly(X: np.ndarray, labels: np.ndarray, asked: np.ndarray, averaged: int) -> np.ndarray:
    """The same in double precision, with scikit-learn's ridge and slopes by differences."""
    scores = fit_normal_scores(X)
    Z, A = scores.apply(X).astype(float), scores.apply(asked).astype(float)
    prior, factors, said = labels.mean(), np.ones(X.shape[1]), []
    for _ in range(ROUNDS):
        reach = WIDTH * cdist(Z * factors, Z * factors).mean()

        def near(a: np.ndarray, by: np.ndarray = factors / reach) -> np.ndarray:
            return np.asarray(np.exp(-cdist(a * by, Z * by)))

        ridge = KernelRidge(alpha=RIDGE, kernel="precomputed").fit(near(Z), labels - prior)
        said.append(near(A) @ ridge.dual_coef_)
        slopes = np.empty_like(Z)
        for j, step in enumerate(1e-5 * np.eye(X.shape[1])):
            # The kernel has its tip at each account: a centred difference is the slope without it.
            slopes[:, j] = (near(Z + step) - near(Z - step)) @ ridge.dual_coef_ / 2e-5
        factors = np.sqrt((slopes**2).mean(axis=0))
        factors /= np.sqrt((factors**2).mean())
    return probability(log_odds(prior) + np.mean(said[-averaged:], axis=0) / (prior * (1 - prior)))


@pytest.mark.parametrize(("seed", "averaged"), [(0, 1), (1, 3), (2, 2)])
def test_agrees_with_a_plain_computation(seed: int, averaged: int) -> None:
    X, labels = rows(seed)
    asked, _ = rows(seed + 100)
    got = fitted(X, labels, averaged=averaged).predict(asked)
    assert got == pytest.approx(slowly(X, labels, asked, averaged), abs=5e-3), seed


@pytest.mark.parametrize("seed", range(3))
def test_features_that_matter_are_told_from_others(seed: int) -> None:
    X, labels = rows(seed, 1200)
    model = fitted(X[:800], labels[:800])
    counts = model.lengths / model.lengths.sum(axis=1, keepdims=True)
    assert counts[-1, :2].min() > 3 * counts[-1, 2:].max(), seed
    assert auroc(labels[800:], model.predict(X[800:])) > 0.8, seed


@pytest.mark.parametrize("seed", range(2))
def test_several_sets_of_features_are_averaged(seed: int) -> None:
    X, labels = rows(seed)
    asked, _ = rows(seed + 100)
    reads = (np.array([0, 1, 4]), np.array([1, 2, 5]))
    used = np.array([0, 1, 2, 4, 5])
    scores = fit_normal_scores(X, used)
    both = fit_kernel(X, labels, scores, seed=0, averaged=2, reads=reads)
    assert both.lengths.shape == (4, 5)
    assert (both.lengths[:2, [2, 4]] == 0).all()
    alone = [
        fit_kernel(X, labels, fit_normal_scores(X, read), seed=0, averaged=2).predict(asked)
        for read in reads
    ]
    mean = probability(np.mean([log_odds(said) for said in alone], axis=0))
    assert both.predict(asked) == pytest.approx(mean, abs=1e-5), seed


def test_a_score_does_not_depend_on_who_else_is_asked() -> None:
    X, labels = rows(3, 1500)
    model = fitted(X[:500], labels[:500])
    together = model.predict(X)
    assert ((together >= 0) & (together <= 1)).all()
    for asked in (np.arange(1500)[::-1], np.arange(7, 1500, 13), np.array([1499])):
        assert (model.predict(X[asked]) == together[asked]).all()
    assert len(model.predict(X[:0])) == 0


def test_same_seed_same_bits_and_no_more_accounts_than_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    X, labels = rows(4)
    one, two = fitted(X, labels), fitted(X, labels)
    assert (one.predict(X) == two.predict(X)).all()
    monkeypatch.setattr(models.kernel, "MOST", 150)
    one, two, other = (fitted(X, labels, seed) for seed in (1, 1, 2))
    assert one.points.shape == (150, 8)
    assert (one.points == two.points).all()
    assert (one.weights == two.weights).all()
    assert (one.points != other.points).any()


def test_features_that_say_nothing_and_accounts_that_are_alike() -> None:
    labels = (np.arange(60) % 3 == 0).astype(np.int8)
    alike = fitted(np.ones((60, 2), np.float32), labels)
    assert alike.predict(np.zeros((5, 2), np.float32)) == pytest.approx(1 / 3, abs=0.02)
    some = np.random.default_rng(5).standard_normal((30, 2)).astype(np.float32)
    twice = np.repeat(some, 2, axis=0)
    assert np.isfinite(fitted(twice, labels).predict(twice)).all()
