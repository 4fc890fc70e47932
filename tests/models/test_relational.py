from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models.metrics import auroc
from models.relational import SecondLook, _features, fit_second_look


def world(seed: int, n: int = 600) -> tuple[np.ndarray, np.ndarray, np.ndarray, csr_matrix]:
    """Weak first-round risks; accounts of a group of four are alike and linked."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) // 4
    spam = (rng.random(n // 4) < 0.3)[group].astype(np.int8)
    risk = 1 / (1 + np.exp(-rng.normal(spam * 1.2 - 0.8, 1.2)))
    network = csr_matrix((group[:, None] == group[None, :]).astype(float) - np.eye(n))
    labels = np.where(rng.random(n) < 0.7, spam, -1)
    folds = np.where(labels >= 0, group % 5, -1)
    return risk, labels, folds, network


def test_linked_risk_makes_a_better_ranking() -> None:
    risk, labels, folds, network = world(0)
    _, second = fit_second_look(risk, labels, folds, network)
    known = labels >= 0
    assert auroc(labels[known], second[known]) > auroc(labels[known], risk[known]) + 0.05
    assert ((second >= 0) & (second <= 1)).all()


def test_no_label_of_its_fold_moves_an_account() -> None:
    risk, labels, folds, network = world(1)
    _, before = fit_second_look(risk, labels, folds, network)
    held = folds == 2
    flipped = np.where(held, 1 - labels, labels)
    _, after = fit_second_look(risk, flipped, folds, network)
    assert (before[held] == after[held]).all()
    assert (before[~held] != after[~held]).any()


def test_unlabelled_accounts_get_the_model_of_all_labels() -> None:
    risk, labels, folds, network = world(2)
    model, second = fit_second_look(risk, labels, folds, network)
    unknown = folds < 0
    assert (model.apply(risk, network)[unknown] == second[unknown]).all()


def test_features_by_hand() -> None:
    risk = np.array([0.9, 0.1, 0.1, 0.5])
    network = csr_matrix(np.array([[0, 2, 0, 0], [2, 0, 0.5, 0], [0, 0.5, 0, 0], [0, 0, 0, 0]]))
    own, mean, total, strongest, weight = _features(risk, network).T
    assert own == pytest.approx(np.log(risk / (1 - risk)))
    assert mean == pytest.approx([0.2 / 3, 1.85 / 3.5, 0.05 / 1.5, 0])
    above = risk - np.median(risk)
    assert total == pytest.approx(np.log1p([0, 2 * above[0], 0, 0]))
    assert strongest == pytest.approx([0.1, 0.9, 0.05, 0])
    assert weight == pytest.approx(np.log1p([2, 2.5, 0.5, 0]))


def test_an_account_without_links_keeps_its_place_among_such() -> None:
    model = SecondLook((1.0, 0.5, 0.5, 0.5, -0.1), -1.0)
    risk = np.linspace(0.01, 0.99, 50)
    second = model.apply(risk, csr_matrix((50, 50)))
    assert (np.diff(second) > 0).all()
