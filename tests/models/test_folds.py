from __future__ import annotations

import numpy as np
import pytest

from models.folds import group_folds, time_split, unheard, whole_folds


@pytest.mark.parametrize("seed", range(5))
def test_groups_stay_whole_and_spam_is_balanced(seed: int) -> None:
    rng = np.random.default_rng(seed)
    groups = rng.integers(-1, 120, 1500)
    labels = (rng.random(1500) < 0.1).astype(int)
    labels[rng.random(1500) < 0.3] = -1
    folds = group_folds(groups, labels, 5, seed)
    assert ((folds == -1) == (labels < 0)).all(), seed
    for group in range(120):
        assert len(set(folds[(groups == group) & (labels >= 0)])) <= 1, (seed, group)
    spam = np.bincount(folds[labels == 1], minlength=5)
    accounts = np.bincount(folds[labels >= 0], minlength=5)
    assert spam.max() - spam.min() <= 3, (seed, spam)
    assert accounts.max() - accounts.min() <= 60, (seed, accounts)


def test_accounts_without_a_group_are_dealt_one_by_one() -> None:
    labels = np.array([1, 0] * 50)
    folds = group_folds(np.full(100, -1), labels, 4, 0)
    assert np.bincount(folds).tolist() == [25] * 4
    assert np.bincount(folds[labels == 1]).max() <= 13


def test_same_seed_same_folds_and_another_seed_other_folds() -> None:
    labels = np.array([1, 0, 0, 0] * 50)
    groups = np.full(200, -1)
    first = group_folds(groups, labels, 5, 1)
    assert (first == group_folds(groups, labels, 5, 1)).all()
    assert (first != group_folds(groups, labels, 5, 2)).any()


def test_no_labels_no_folds() -> None:
    assert group_folds(np.array([0, 1]), np.array([-1, -1]), 5, 0).tolist() == [-1, -1]


def test_number_of_folds_is_checked() -> None:
    with pytest.raises(ValueError, match="2 to 100, not 1"):
        group_folds(np.array([0]), np.array([1]), 1, 0)


def test_newest_accounts_are_held_out_together() -> None:
    times = np.array(["2024-01-03", "2024-01-01", "NaT", "2024-01-03", "2024-01-02"], "M8[us]")
    cut, held = time_split(times, 0.4)
    assert cut == np.datetime64("2024-01-03")
    assert held.tolist() == [True, False, False, True, False]


def test_split_by_time_needs_times() -> None:
    with pytest.raises(ValueError, match="creation time"):
        time_split(np.array(["NaT"], "M8[us]"))


def test_folds_of_labelled_accounts_are_those_of_their_group() -> None:
    rng = np.random.default_rng(5)
    groups = rng.integers(0, 60, 500)
    labels = np.where(rng.random(500) < 0.2, rng.integers(0, 2, 500), -1)
    folds = group_folds(groups, labels, 4, 0)
    whole = whole_folds(groups, folds, 0)
    assert (whole[folds >= 0] == folds[folds >= 0]).all()
    for group in np.unique(groups):
        assert len(np.unique(whole[groups == group])) == 1
    assert set(whole.tolist()) == {0, 1, 2, 3}


def test_accounts_of_groups_without_labels_are_unheard() -> None:
    groups, labels = np.array([0, 1, 0, 2, 1, 3]), np.array([-1, -1, 1, -1, -1, 0])
    assert unheard(groups, labels).tolist() == [False, True, False, True, True, False]
    assert unheard(groups[:0], labels[:0]).shape == (0,)
