"""Optional models join the stack only where they help."""

from __future__ import annotations

import numpy as np
import pytest

from models.calibration import probability
from models.earning import earning


@pytest.mark.parametrize("seed", range(3))
def test_a_model_that_knows_more_joins_and_noise_does_not(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = 4000
    labels = (rng.random(count) < 0.4).astype(np.int8)
    folds = np.arange(count) % 4
    seen, unseen = (labels * 2.0 - 1 + rng.normal(0, 1.5, count) for _ in range(2))
    noise = rng.normal(0, 1.5, count)
    optional = np.array([False, True])
    helpful = np.column_stack([probability(seen), probability(unseen)])
    useless = np.column_stack([probability(seen), probability(noise)])
    assert earning(helpful, labels, folds, optional).tolist() == [True, True], f"seed {seed}"
    assert earning(useless, labels, folds, optional).tolist() == [True, False], f"seed {seed}"


def test_few_labels_are_no_judge() -> None:
    rng = np.random.default_rng(7)
    labels = (rng.random(1000) < 0.3).astype(np.int8)
    scores = np.column_stack([rng.random(1000), labels * 0.8 + 0.1])
    used = earning(scores, labels, np.arange(1000) % 4, np.array([False, True]))
    assert used.tolist() == [True, False]


def test_models_that_are_not_optional_always_stay() -> None:
    rng = np.random.default_rng(5)
    scores = rng.random((200, 2))
    labels = (rng.random(200) < 0.5).astype(np.int8)
    used = earning(scores, labels, np.arange(200) % 4, np.array([False, False]))
    assert used.all()
