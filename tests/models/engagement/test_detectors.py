from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from graph.engagement import series_of
from ingest import read_tables
from models.engagement import Material, material, supervised, unsupervised
from ringscope.simulate import make_engagement

SEED = 21


@pytest.fixture(scope="module")
def made() -> tuple[Material, np.ndarray]:
    world = make_engagement(users=200, seed=SEED, length=168, strength=2.0)
    tables = read_tables({name: world[name] for name in ("accounts", "engagement")})
    return material(series_of(tables.engagement)), world["truth"]["fake"].to_numpy()


def test_models_find_fakes_that_they_have_not_seen(made: tuple[Material, np.ndarray]) -> None:
    found, fake = made
    train, test = np.arange(0, 200, 2), np.arange(1, 200, 2)
    scores = supervised(found, train, fake[train], SEED)
    assert set(scores) == {
        "forest", "boosted trees", "logistic regression", "convolutions", "together",
    }  # fmt: skip
    for name in ("forest", "boosted trees", "logistic regression", "together"):
        assert roc_auc_score(fake[test], scores[name][test]) > 0.8, f"{name}, seed {SEED}"
        assert 0 <= scores[name].min() <= scores[name].max() <= 1


def test_models_without_labels(made: tuple[Material, np.ndarray]) -> None:
    found, fake = made
    scores = unsupervised(found, SEED)
    assert roc_auc_score(fake, scores["isolation forest"]) > 0.7, f"seed {SEED}"
    again = unsupervised(found, SEED)
    assert all(np.array_equal(scores[name], again[name]) for name in scores)
