from __future__ import annotations

import numpy as np
import pytest

from models.boosted import fit_boosted
from models.calibration import log_odds
from models.metrics import auroc


def planted(seed: int, n: int = 600) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 5)).astype(np.float32)
    labels = (X[:, 0] * X[:, 1] + 0.2 * rng.standard_normal(n) > 0).astype(int)
    X[rng.random((n, 5)) < 0.05] = np.nan
    return X, labels


@pytest.mark.parametrize("seed", range(3))
def test_an_interaction_is_learned(seed: int) -> None:
    X, labels = planted(seed, 2000)
    model = fit_boosted(X[:1500], labels[:1500], seed=seed, rounds=200)
    assert auroc(labels[1500:], model.predict(X[1500:])) > 0.85, seed


def test_contributions_add_up_to_the_log_odds() -> None:
    X, labels = planted(1)
    model = fit_boosted(X, labels, seed=0, rounds=60, seeds=2)
    parts, bias = model.contributions(X)
    assert parts.sum(axis=1) + bias == pytest.approx(log_odds(model.predict(X)), abs=1e-6)


def test_same_seed_same_bits() -> None:
    X, labels = planted(2)
    first = fit_boosted(X, labels, seed=3, rounds=40)
    second = fit_boosted(X, labels, seed=3, rounds=40)
    assert (first.predict(X) == second.predict(X)).all()


def test_seeds_are_averaged() -> None:
    X, labels = planted(2)
    two = fit_boosted(X, labels, seed=3, rounds=20, seeds=2)
    one = fit_boosted(X, labels, seed=3, rounds=20)
    assert len(two.models) == 2
    assert (two.predict(X) != one.predict(X)).any()


def test_each_model_reads_its_own_features_as_if_there_were_no_others() -> None:
    X, labels = planted(5)
    reads = (np.array([0, 1]), np.array([0, 2, 3]))
    both = fit_boosted(X, labels, seed=3, rounds=20, seeds=2, reads=reads)
    alone = fit_boosted(X[:, reads[0]], labels, seed=3, rounds=20)
    raw = [model.predict(X, raw_score=True) for model in both.models]
    assert (raw[0] == alone.models[0].predict(X[:, reads[0]], raw_score=True)).all()
    parts, _ = both.contributions(X)
    assert (parts[:, 4] == 0).all()
    changed = X.copy()
    changed[:, 4] = 1e9
    assert (both.predict(changed) == both.predict(X)).all()


def test_few_accounts_and_few_spam() -> None:
    X, labels = planted(4, 200)
    labels[np.flatnonzero(labels)[10:]] = 0
    risk = fit_boosted(X, labels, seed=0, rounds=50).predict(X)
    assert np.isfinite(risk).all()
    assert risk.min() >= 0
    assert risk.max() <= 1
