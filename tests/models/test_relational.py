from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models.metrics import auroc
from models.relational import (
    SURPLUS,
    Contacts,
    Firsts,
    SecondLook,
    fit_noisy,
    fit_second_look,
    second_features,
)


def contacts(network: csr_matrix) -> Contacts:
    """Links that share no place by half and tell a little."""
    return Contacts(network, 0.5 * network, 0.1 * network)


def world(seed: int, n: int = 600) -> tuple[Firsts, np.ndarray, Contacts]:
    """Weak first-round risks and views; accounts of a group of four are alike and linked."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) // 4
    spam = (rng.random(n // 4) < 0.3)[group].astype(np.int8)
    risk = 1 / (1 + np.exp(-rng.normal(spam * 1.2 - 0.8, 1.2)))
    network = csr_matrix((group[:, None] == group[None, :]).astype(float) - np.eye(n))
    labels = np.where(rng.random(n) < 0.7, spam, -1)
    folds = np.where(labels >= 0, group % 5, -1)
    view = rng.normal(spam - 0.5, 1.0)
    return Firsts(risk, view, labels), folds, contacts(network)


def test_linked_risk_makes_a_better_ranking() -> None:
    firsts, folds, near = world(0)
    _, second = fit_second_look(firsts, folds, near)
    known = firsts.labels >= 0
    truth = firsts.labels[known]
    assert auroc(truth, second.held_out[known]) > auroc(truth, firsts.risk[known]) + 0.05
    # Labels of linked accounts help further.
    assert auroc(truth, second.risk[known]) > auroc(truth, second.held_out[known]) + 0.01
    assert ((second.risk >= 0) & (second.risk <= 1)).all()


def test_no_label_of_its_fold_moves_a_held_out_risk() -> None:
    firsts, folds, near = world(1)
    _, before = fit_second_look(firsts, folds, near)
    held = folds == 2
    flipped = firsts._replace(labels=np.where(held, 1 - firsts.labels, firsts.labels))
    _, after = fit_second_look(flipped, folds, near)
    assert (before.held_out[held] == after.held_out[held]).all()
    assert (before.risk[~held] != after.risk[~held]).any()


@pytest.mark.parametrize("account", [0, 1, 7])
def test_its_own_label_moves_no_feature_of_an_account(account: int) -> None:
    firsts, _, near = world(4)
    labels = firsts.labels.copy()
    labels[account] = 1 - max(labels[account], 0)
    before, after = (second_features(f, near) for f in (firsts, firsts._replace(labels=labels)))
    assert (before[account] == after[account]).all()


def test_unlabelled_accounts_get_the_model_of_all_labels() -> None:
    firsts, folds, near = world(2)
    model, second = fit_second_look(firsts, folds, near)
    unknown = folds < 0
    assert (model.apply(firsts, near)[unknown] == second.risk[unknown]).all()


def test_features_by_hand() -> None:
    risk, view = np.array([0.9, 0.1, 0.1, 0.5]), np.array([1.0, -9.0, 0.5, 2.0])
    labels = np.array([1, -1, 0, 1])
    network = csr_matrix(np.array([[0, 2, 0, 0], [2, 0, 0.5, 0], [0, 0.5, 0, 0], [0, 0, 0, 0]]))
    apart = csr_matrix(np.array([[0, 0, 0, 0], [0, 0, 3.0, 0], [0, 3.0, 0, 0], [0, 0, 0, 0]]))
    ties = csr_matrix(np.array([[0, 0.2, 0, 0], [0.4, 0, 0.5, 0], [0, 0.1, 0, 0], [0, 0, 0, 0]]))
    got = second_features(Firsts(risk, view, labels), Contacts(network, apart, ties)).T
    own, mean, total, strongest, weight, seen, around, surplus = got[:8]
    assert own == pytest.approx(np.log(risk / (1 - risk)))
    assert mean == pytest.approx([0.2 / 3, 1.85 / 3.5, 0.05 / 1.5, 0])
    above = risk - np.median(risk)
    assert total == pytest.approx(np.log1p([0, 2 * above[0], 0, 0]))
    assert strongest == pytest.approx([0.1, 0.9, 0.05, 0])
    assert weight == pytest.approx(np.log1p([2, 2.5, 0.5, 0]))
    assert (seen == view).all()
    assert around == pytest.approx([-8 / 3, 2.25 / 3.5, -2 / 1.5, 0])
    # Of the second account two links have labels: spam at risk .9, honest at risk .1.
    assert surplus == pytest.approx([0, (0.1 - 0.05) / 2.5, 0, 0])
    assert (got[SURPLUS] == surplus).all()
    assert got[8] == pytest.approx([0, 3, 3, 0])
    assert got[9] == pytest.approx(np.log1p([0, 3, 3, 0]))
    assert got[10] == pytest.approx([0, 0.3, 0.3, 0])
    most = np.clip([0.2, 0.5, 0.1, 0], 1e-4, 1)
    assert got[11] == pytest.approx(np.log(most / (1 - most)))
    assert got[12] == pytest.approx(np.log1p([0.2, 0.9, 0.1, 0]))
    assert got[13] == pytest.approx([0.02, 0.36, 0.01, 0])
    assert got[14] == pytest.approx(np.log1p([0.02, 0.41, 0.01, 0]))


def test_an_account_without_links_keeps_its_place_among_such() -> None:
    model = SecondLook((1.0, 0.5, 0.5, 0.5, -0.1, 0.3, 0.2, 1.0, *[0.1] * 7), -1.0)
    risk = np.linspace(0.01, 0.99, 50)
    firsts = Firsts(risk, np.zeros(50), np.full(50, -1))
    assert (np.diff(model.apply(firsts, contacts(csr_matrix((50, 50))))) > 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_known_share_of_wrong_labels_is_seen_through(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(20_000, 2))
    spam = rng.random(20_000) < 1 / (1 + np.exp(-(2 * x[:, 0] - x[:, 1] - 2)))
    told = np.where(rng.random(20_000) < 0.05, ~spam, spam).astype(int)
    knowing, naive = fit_noisy(x, told, 0.05), fit_noisy(x, told, 0.0)
    assert knowing.weights == pytest.approx((2, -1), abs=0.2), f"seed {seed}"
    assert knowing.offset == pytest.approx(-2, abs=0.2), f"seed {seed}"
    assert abs(naive.weights[0]) < 1.6, f"seed {seed}"
