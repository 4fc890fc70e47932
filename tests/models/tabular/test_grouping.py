from __future__ import annotations

import numpy as np
import pytest

from models.tabular.grouping import correlation, fit_grouping


def made(seed: int, rows: int = 400) -> np.ndarray:
    """Three pairs: the second column of each follows the first, in the second pair falling."""
    rng = np.random.default_rng(seed)
    base = rng.random((rows, 3))
    noise = 0.05 * rng.random((rows, 3))
    follow = base * [1, -1, 1] + noise
    return np.column_stack([base, follow]).astype(np.float32)


@pytest.mark.parametrize("seed", range(4))
def test_correlated_columns_stand_together(seed: int) -> None:
    found = fit_grouping(made(seed), 3)
    assert found.members == ((0, 3), (1, 4), (2, 5)), seed
    assert found.falls.tolist() == [False, False, False, False, True, False], seed


def test_products_rise_with_their_members() -> None:
    X = made(1)
    products = fit_grouping(X, 3).apply(X)
    assert products.shape == (len(X), 3)
    assert products.min() >= 0
    assert products.max() <= 1
    for group in range(3):
        assert np.corrcoef(products[:, group], X[:, group])[0, 1] > 0.9


def test_a_product_is_worked_by_hand() -> None:
    X = np.array([[0, 0], [1, 10], [2, 30]], dtype=np.float32)
    found = fit_grouping(X, 1).apply(X)
    np.testing.assert_allclose(found[:, 0], [0, 0.5 * 10 / 30, 1])


def test_correlation_is_pearsons() -> None:
    X = np.random.default_rng(2).normal(size=(50, 4))
    np.testing.assert_allclose(correlation(X), np.corrcoef(X.T), atol=1e-12)


def test_other_rows_have_no_say() -> None:
    X = made(3)
    found = fit_grouping(X[:200], 3)
    changed = X.copy()
    changed[200:] = 9
    again = fit_grouping(changed[:200], 3)
    np.testing.assert_array_equal(found.apply(X[:200]), again.apply(X[:200]))


def test_constant_missing_and_single_columns_are_no_trouble() -> None:
    X = np.column_stack([made(4)[:, 0], np.full(400, 2.0), np.full(400, np.nan)])
    assert np.isfinite(fit_grouping(X.astype(np.float32), 2).apply(X.astype(np.float32))).all()
    assert fit_grouping(X[:, :1].astype(np.float32), 11).members == ((0,),)
