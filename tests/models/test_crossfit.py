from __future__ import annotations

import numpy as np
import pytest

from models.account_graph import AccountGraph
from models.bases import BASES, Problem, StackSettings
from models.crossfit import crossfit
from models.gnn_settings import GnnSettings

QUICK = StackSettings(folds=3, trees=10, rounds=20, gnn=GnnSettings(hidden=8, epochs=10))


def problem(seed: int, n: int = 240) -> tuple[Problem, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = (rng.random(n) < 0.4).astype(np.int8)
    labels[200:] = -1
    X = rng.normal(labels[:, None], 1, (n, 5)).astype(np.float32)
    device = rng.integers(0, 40, n)
    graph = AccountGraph(n, sightings={"device": (np.arange(n), device, np.ones(n))})
    folds = np.where(labels >= 0, np.arange(n) % 3, -1)
    return Problem(X, labels, np.full(n, -1), graph), folds


@pytest.mark.parametrize("name", BASES)
def test_flipping_the_labels_of_a_fold_changes_no_score_in_it(name: str) -> None:
    given, folds = problem(0)
    flipped = given.labels.copy()
    flipped[folds == 1] = 1 - flipped[folds == 1]
    other = Problem(given.X, flipped, given.groups, given.graph)
    before, after = (crossfit((name,), p, folds, QUICK)[name].scores for p in (given, other))
    assert (before[folds == 1] == after[folds == 1]).all()
    assert (before[folds == 0] != after[folds == 0]).any()
    assert (before[folds < 0] != after[folds < 0]).any()


def test_every_account_is_scored_and_the_right_models_are_kept() -> None:
    given, folds = problem(1)
    fitted = crossfit(BASES, given, folds, QUICK)
    kept = {name: len(base.models) for name, base in fitted.items()}
    assert kept == {"forest": 1, "extra": 1, "boosted": 1, "kernel": 1, "gnn": 3}
    for name, base in fitted.items():
        assert ((base.scores > 0) & (base.scores < 1)).mean() > 0.7, name


def test_a_network_stands_for_the_folds_that_it_has_not_seen() -> None:
    given, _ = problem(3)
    folds = np.where(given.labels >= 0, np.arange(len(given.labels)) % 4, -1)
    fitted = crossfit(("gnn",), given, folds, QUICK)["gnn"]
    assert [fitted.models.index(network) for network in fitted.by_fold] == [0, 1, 2, 0]
    for fold in range(4):
        assert (np.isnan(fitted.without[fold]) == ((folds >= 0) & (folds != fold))).all()
        own = folds == fold
        assert (fitted.without[fold, own] == fitted.scores[own]).all()


def test_all_accounts_labelled() -> None:
    given, folds = problem(2)
    labels = np.maximum(given.labels, 0)
    folds = np.arange(len(labels)) % 3
    fitted = crossfit(BASES, Problem(given.X, labels, given.groups, given.graph), folds, QUICK)
    assert all(np.isfinite(base.scores).all() for base in fitted.values())
