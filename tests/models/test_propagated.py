from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pytest

from graph import Linkage, propagate
from ingest import Tables
from models.folds import group_folds
from models.propagated import propagated_risk

World: TypeAlias = tuple[Tables, Linkage]


def labels_of(tables: Tables) -> np.ndarray:
    return tables.accounts["label"].fill_null(-1).to_numpy()


def test_no_label_of_its_fold_moves_an_account(small: World) -> None:
    tables, linkage = small
    labels = labels_of(tables)
    folds = group_folds(linkage.component.astype(np.int64), labels, 4, 0)
    before = propagated_risk(linkage, labels, folds).risk
    for fold in range(4):
        held = folds == fold
        flipped = np.where(held, 1 - labels, labels)
        after = propagated_risk(linkage, flipped, folds).risk
        assert (before[held] == after[held]).all(), f"fold {fold}"


@pytest.mark.parametrize("seed", range(5))
def test_the_own_label_moves_nothing_even_where_folds_split_rings(small: World, seed: int) -> None:
    tables, linkage = small
    rng = np.random.default_rng(seed)
    labels = labels_of(tables)
    folds = np.where(labels >= 0, rng.integers(0, 5, len(labels)), -1)
    before = propagated_risk(linkage, labels, folds).risk
    for account in rng.choice(np.flatnonzero(labels >= 0), 10, replace=False).tolist():
        flipped = labels.copy()
        flipped[account] = 1 - labels[account]
        after = propagated_risk(linkage, flipped, folds).risk
        assert before[account] == after[account], f"seed {seed}, account {account}"


def test_risk_comes_over_links_from_spam(small: World) -> None:
    tables, linkage = small
    labels = labels_of(tables)
    got = propagated_risk(linkage, labels, np.where(labels >= 0, 0, -1))
    unknown = labels < 0
    links = (linkage.links["a"], linkage.links["b"], linkage.links["weight"])
    everything = propagate(links, linkage.accounts, (labels == 1).astype(float)).risk
    assert got.risk[unknown] == pytest.approx(everything[unknown], abs=1e-12)
    alone = np.bincount(linkage.component)[linkage.component] == 1
    assert (got.risk[alone & unknown] == 0).all()


def test_without_labels_there_is_nothing_to_spread(small: World) -> None:
    _, linkage = small
    nobody = np.full(linkage.accounts, -1)
    assert (propagated_risk(linkage, nobody, nobody).risk == 0).all()
