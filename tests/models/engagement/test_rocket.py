from __future__ import annotations

import numpy as np

from models.engagement.rocket import DILATIONS, LEVELS, TAKEN, _responses, fit_rocket


def test_a_kernel_is_minus_one_and_two() -> None:
    series = np.random.default_rng(2).normal(size=(3, 40)).astype(np.float32)
    weights = np.full(9, -1.0)
    weights[list(TAKEN[5])] = 2.0
    response = _responses(series, 2)[5]
    spread = np.zeros(17)
    spread[::2] = weights
    wanted = np.correlate(np.pad(series[1], 8), spread, "valid")
    assert np.allclose(response[1], wanted, atol=1e-4)


def test_features_are_shares_and_depend_on_the_seed_alone() -> None:
    series = np.random.default_rng(3).normal(size=(20, 60, 3)).astype(np.float32)
    one, same = (fit_rocket(series, 5).transform(series) for _ in range(2))
    assert one.shape == (20, len(DILATIONS) * len(TAKEN) * len(LEVELS))
    assert np.array_equal(one, same)
    assert 0 <= one.min() <= one.max() <= 1
