from __future__ import annotations

import numpy as np
import pytest

from models.standardise import fit_scale


def test_scale_is_not_moved_by_outliers_and_clips_them() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(3, 2, (5000, 2)).astype(np.float32)
    X[:20, 0] = 1e9
    scaled = fit_scale(X).apply(X)
    assert scaled[:20, 0].tolist() == [5.0] * 20
    assert scaled[20:, 0].std() == pytest.approx(1, abs=0.1)
    assert scaled[20:, 0].mean() == pytest.approx(0, abs=0.1)


def test_missing_values_are_zero_and_flagged() -> None:
    X = np.array([[1, np.nan, np.nan], [2, 5, np.nan], [3, 6, np.nan]], dtype=np.float32)
    scale = fit_scale(X)
    result = scale.apply(X)
    assert scale.width == result.shape[1] == 4
    assert result[:, 3].tolist() == [1, 0, 0]
    assert result[0, 1] == 0
    assert result[:, 2].tolist() == [0, 0, 0]


def test_a_constant_feature_becomes_zero() -> None:
    X = np.full((10, 1), 7, dtype=np.float32)
    assert (fit_scale(X).apply(X) == 0).all()
