from __future__ import annotations

import numpy as np
import pytest

from models.calibration import fit_calibrator, log_odds, mean_risk, probability
from models.metrics import calibration_error


def scored(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Over-confident scores: the truth is nearer to the mean than they say."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-2, 1.5, n)
    labels = (rng.random(n) < probability(odds)).astype(int)
    return probability(2.5 * odds + 1), labels


@pytest.mark.parametrize("n", [3_000, 20_000])
@pytest.mark.parametrize("seed", range(3))
def test_error_is_small_on_fresh_accounts(n: int, seed: int) -> None:
    scores, labels = scored(seed, n)
    fresh, truth = scored(seed + 100, 20_000)
    curve = fit_calibrator(scores, labels)
    assert bool(curve.knots) == (n == 20_000), seed
    assert calibration_error(truth, fresh) > 0.05, seed
    assert calibration_error(truth, curve.apply(fresh)) < 0.02, seed


@pytest.mark.parametrize("n", [200, 20_000])
def test_the_order_of_scores_never_changes(n: int) -> None:
    scores, labels = scored(1, n)
    risk = fit_calibrator(scores, labels).apply(np.linspace(0, 1, 500))
    assert (np.diff(risk) >= 0).all()
    assert ((risk >= 0) & (risk <= 1)).all()


def test_scores_that_separate_perfectly_stay_finite() -> None:
    curve = fit_calibrator(np.array([0.0] * 20 + [1.0] * 20), np.array([0] * 20 + [1] * 20))
    low, high = curve.apply(np.array([0.0, 1.0]))
    assert 0 < low < 0.1
    assert 0.9 < high < 1


def test_scores_that_mean_nothing_become_the_share_of_spam() -> None:
    rng = np.random.default_rng(0)
    curve = fit_calibrator(rng.random(5000), (rng.random(5000) < 0.1).astype(int))
    assert curve.apply(np.array([0.1, 0.9])) == pytest.approx([0.1, 0.1], abs=0.03)


def test_log_odds_and_probability_are_inverse() -> None:
    p = np.array([0.001, 0.3, 0.5, 0.99])
    assert probability(log_odds(p)) == pytest.approx(p)
    assert log_odds(np.array([0.0, 1.0])) == pytest.approx([-13.8155, 13.8155], abs=1e-3)


def test_models_that_disagree_meet_in_the_middle_of_their_odds() -> None:
    """The middle of odds of 1 to 9 and 9 to 1 are even odds; of 9 and 99 to 1, 29.8."""
    risks = np.array([[0.1, 0.9, 0.3], [0.9, 0.99, 0.3]])
    assert mean_risk(risks) == pytest.approx([0.5, 1 - 1 / (1 + np.sqrt(9 * 99)), 0.3])
