from __future__ import annotations

import numpy as np
import pytest

from models import metrics


def test_figures_by_hand() -> None:
    labels = np.array([1, 0, 1, 0])
    risk = np.array([0.9, 0.8, 0.7, 0.1])
    assert metrics.average_precision(labels, risk) == pytest.approx((1 + 2 / 3) / 2)
    assert metrics.auroc(labels, risk) == pytest.approx(3 / 4)
    assert metrics.recall_at_k(labels, risk) == pytest.approx(1 / 2)
    assert metrics.precision_at(labels, risk, 3) == pytest.approx(2 / 3)
    assert metrics.brier(labels, risk) == pytest.approx((0.01 + 0.64 + 0.09 + 0.01) / 4)


def test_figures_that_do_not_exist_are_nan() -> None:
    assert np.isnan(metrics.auroc(np.ones(3, int), np.zeros(3)))
    assert np.isnan(metrics.average_precision(np.zeros(3, int), np.zeros(3)))
    assert np.isnan(metrics.precision_at(np.zeros(0, int), np.zeros(0), 5))


def test_calibration_error_by_hand() -> None:
    labels, risk = np.array([0, 1, 1, 1]), np.array([0.2, 0.2, 1.0, 1.0])
    assert metrics.calibration_error(labels, risk, bins=10) == pytest.approx(0.5 * 0.3)


def test_calibrated_scores_have_little_error_and_others_much() -> None:
    rng = np.random.default_rng(3)
    risk = rng.random(20_000)
    labels = rng.random(20_000) < risk
    assert metrics.calibration_error(labels, risk) < 0.015
    assert metrics.calibration_error(labels, risk**3) > 0.1


def test_interval_covers_the_figure_and_narrows_with_more_accounts() -> None:
    rng = np.random.default_rng(4)
    widths = []
    for n in (100, 3000):
        risk = rng.random(n)
        labels = (rng.random(n) < risk).astype(int)
        found = metrics.interval(metrics.auroc, labels, risk, seed=0, rounds=50)
        assert found.low <= found.value <= found.high
        widths.append(found.high - found.low)
    assert widths[1] < widths[0] / 2


def test_interval_leaves_out_resamples_without_the_figure() -> None:
    found = metrics.interval(metrics.auroc, np.array([1, 0]), np.array([1.0, 0.0]), seed=0)
    assert found == (1.0, 1.0, 1.0)
