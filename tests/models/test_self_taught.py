from __future__ import annotations

import numpy as np
import pytest

from models.boosted import fit_boosted
from models.metrics import auroc
from models.self_taught import fit_self_taught, said_unseen

ROUNDS = 40


def noisy(seed: int, n: int = 900) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, labels that are due to chance in part and known for half, and truth."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 6)).astype(np.float32)
    truth = (X[:, 0] + X[:, 1] > 0).astype(np.int8)
    labels = np.where(rng.random(n) < 0.25, 1 - truth, truth).astype(np.int8)
    labels[n // 2 :] = -1
    return X, labels, truth


def test_nothing_is_said_of_an_account_from_the_labels_of_its_group() -> None:
    X, labels, _ = noisy(1, 300)
    groups = np.where(np.arange(300) < 12, np.arange(300) // 6, -1)
    said = []
    for labelled in ([0, 1, 0, 1, 0, 1], [1, 0, 1, 0, 1, 0]):
        # As much spam either way: the parts stay.
        labels[:6] = labelled
        said.append(said_unseen(X, labels, groups, seed=2, rounds=ROUNDS))
    assert (said[0][:6] == said[1][:6]).all()
    assert (said[0][150:] != said[1][150:]).any()
    assert np.isfinite(said).all()


@pytest.mark.parametrize("seed", range(3))
def test_labels_of_chance_mislead_less(seed: int) -> None:
    X, labels, truth = noisy(seed)
    known = labels >= 0
    alone = np.full(len(X), -1)
    plain = fit_boosted(X[known], labels[known], seed=seed, rounds=200)
    taught = fit_self_taught(X, labels, alone, seed=seed, rounds=200)
    rest = ~known
    assert auroc(truth[rest], taught.predict(X[rest])) > auroc(
        truth[rest], plain.predict(X[rest])
    ), seed


def test_same_seed_same_bits_and_seeds_are_averaged() -> None:
    X, labels, _ = noisy(4, 300)
    alone = np.full(len(X), -1)
    first, second = (
        fit_self_taught(X, labels, alone, seed=3, rounds=ROUNDS, seeds=2) for _ in range(2)
    )
    assert len(first.models) == 2
    assert (first.predict(X) == second.predict(X)).all()


def test_all_accounts_labelled() -> None:
    X, _, truth = noisy(5, 300)
    taught = fit_self_taught(X, truth, np.full(300, -1), seed=0, rounds=ROUNDS)
    assert auroc(truth, taught.predict(X)) > 0.9
