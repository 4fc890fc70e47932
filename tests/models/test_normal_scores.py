from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, rankdata

from models.normal_scores import fit_normal_scores


def table(seed: int, n: int = 900) -> np.ndarray:
    """A skewed, a coarse, a constant and an unknown feature, missing values among them."""
    rng = np.random.default_rng(seed)
    columns = [rng.lognormal(0, 2, n), rng.integers(0, 4, n), np.full(n, 7), np.full(n, np.nan)]
    X = np.column_stack(columns).astype(np.float32)
    X[rng.random(n) < 0.2, :2] = np.nan
    return X


@pytest.mark.parametrize("seed", range(3))
def test_scores_are_those_of_the_ranks(seed: int) -> None:
    X = table(seed)
    scores = fit_normal_scores(X).apply(X)
    for j in (0, 1):
        known = ~np.isnan(X[:, j])
        ranks = rankdata(X[known, j], method="average")
        plain = norm.ppf((ranks - 0.5) / known.sum())
        plain = (plain - plain.mean()) / plain.std()
        inner = np.abs(plain) < 2
        assert np.abs(scores[known, j] - plain)[inner].max() < 0.05, seed
        assert scores[known, j].mean() == pytest.approx(0, abs=1e-3)
        assert scores[known, j].std() == pytest.approx(1, abs=1e-3)


def test_chosen_features_are_scored_alone_and_in_their_order() -> None:
    X = table(4)
    scores = fit_normal_scores(X, np.array([1, 0]))
    assert (scores.apply(X) == fit_normal_scores(X).apply(X)[:, [1, 0]]).all()


def test_missing_unknown_and_constant_values_are_in_the_middle() -> None:
    X = table(3)
    scores = fit_normal_scores(X).apply(X)
    assert (scores[np.isnan(X)] == 0).all()
    assert (scores[:, 2:] == 0).all()


def test_later_values_are_cut_at_the_ends_and_keep_their_order() -> None:
    fitted = fit_normal_scores(table(4))
    later = np.tile(np.array([[-1e9], [0.5], [2.0], [1e9], [1e12]], np.float32), (1, 4))
    scores = fitted.apply(later)[:, 0]
    assert (np.diff(scores) >= 0).all()
    assert np.isfinite(scores).all()
    assert np.abs(scores).max() < 4
    assert scores[3] == scores[4]


def test_units_do_not_matter() -> None:
    X = table(5)
    other = np.sign(X) * np.abs(X) ** 3
    one, two = (fit_normal_scores(given).apply(given) for given in (X, other))
    assert np.abs(one - two).max() < 0.1
