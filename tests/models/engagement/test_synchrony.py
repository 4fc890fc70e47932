from __future__ import annotations

import numpy as np
import pytest

from models.engagement.synchrony import synchrony


def test_the_closest_other_account() -> None:
    jumps = np.random.default_rng(4).normal(size=(30, 100, 2)).astype(np.float32)
    jumps[7] = jumps[3]
    found = synchrony(jumps, 2)
    assert found["synchrony.closest"][[3, 7]] == pytest.approx([1, 1], abs=1e-3)
    assert np.delete(found["synchrony.closest"], [3, 7]).max() < 0.6
    assert synchrony(jumps[:4], 2)["synchrony.several"].tolist() == [0] * 4
