from __future__ import annotations

import numpy as np
import pytest

from models.calibration import probability
from models.metrics import auroc, calibration_error
from models.stacker import crossfitted_risk, fit_stacker


def scored(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """A good model, a worse one with errors of its own, and noise."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-2, 1.5, n)
    labels = (rng.random(n) < probability(odds)).astype(int)
    good, fair = odds + rng.normal(0, 0.7, n), odds + rng.normal(0, 1.2, n)
    return probability(np.column_stack([good, fair, rng.normal(-2, 1, n)])), labels


@pytest.mark.parametrize("seed", range(3))
def test_better_models_weigh_more_and_noise_nothing(seed: int) -> None:
    scores, labels = scored(seed, 8000)
    good, fair, noise = fit_stacker(scores, labels).weights
    assert good > fair > 0.05, seed
    assert noise < 0.08, seed


@pytest.mark.parametrize("seed", range(3))
def test_the_stack_ranks_better_than_any_model_and_is_calibrated(seed: int) -> None:
    scores, labels = scored(seed, 6000)
    fresh, truth = scored(seed + 50, 20_000)
    risk = fit_stacker(scores, labels).apply(fresh)
    assert auroc(truth, risk) > max(auroc(truth, fresh[:, j]) for j in range(3)), seed
    assert calibration_error(truth, risk) < 0.02, seed


def test_few_labels_give_nearly_equal_weights() -> None:
    scores, labels = scored(1, 40)
    weights = np.array(fit_stacker(scores, labels).weights)
    assert np.abs(weights - 1 / 3).max() < 0.25


def test_wrong_labels_hardly_change_the_order() -> None:
    scores, labels = scored(2, 6000)
    wrong = np.where(np.random.default_rng(0).random(6000) < 0.05, 1 - labels, labels)
    clean, noisy = (fit_stacker(scores, given).apply(scores) for given in (labels, wrong))
    assert auroc(labels, noisy) > auroc(labels, clean) - 0.005


def test_the_label_of_a_held_out_account_does_not_change_its_risk() -> None:
    scores, labels = scored(3, 400)
    folds = np.arange(400) % 4
    flipped = labels.copy()
    flipped[8] = 1 - flipped[8]
    before, after = (crossfitted_risk(scores, given, folds) for given in (labels, flipped))
    assert before[folds == 0] == pytest.approx(after[folds == 0], abs=0)
    assert (before != after).any()
