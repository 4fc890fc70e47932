from __future__ import annotations

from typing import Any

import numpy as np

from graph.engagement import series_of
from models.engagement import temporal_features
from models.engagement.temporal import _longest_run, _rolling_sum


def features(make_series: Any, values: np.ndarray) -> dict[str, np.ndarray]:
    matrix, names = temporal_features(series_of(make_series(values).engagement))
    assert np.isfinite(matrix).all()
    return dict(zip(names, matrix.T, strict=True))


def test_each_attack_shows_in_its_feature(make_series: Any, people: Any) -> None:
    values = people(12)
    hours = np.arange(336)
    values[0, hours % 7 == 3] *= 3  # a pulse every seven hours
    values[1, 100:140] *= 3  # a plateau
    values[2, (hours % 24 == 4) & (hours > 120) & (hours < 290)] *= 6  # the same hour of some days
    values[3, [20, 50, 77, 101, 150, 190, 222, 260, 299, 310]] *= 4  # bursts
    found = features(make_series, values)
    assert found["views.jumps.echo"].argmax() == 0
    assert found["views.jumps.rhythm.peak"].argmax() == 0
    assert found["views.longest_run"].argmax() == 1
    assert found["views.rolling_24.highest"].argmax() == 1
    assert found["views.same_hour.highest"].argmax() in (1, 2)
    assert found["views.jumps.quiet_bursts"].argmax() in (0, 2)
    assert found["views.jumps.top_ten"].argmax() in (0, 3)


def test_the_order_of_accounts_and_one_metric_alone(make_series: Any, people: Any) -> None:
    values = people(4, metrics=1)
    one, other = features(make_series, values), features(make_series, values[::-1])
    assert all(np.allclose(one[name], other[name][::-1], atol=1e-4) for name in one)
    assert not any("|" in name or "~" in name for name in one)


def test_runs_and_rolling_sums() -> None:
    flags = np.array([[True, True, False, True, True, True], [False] * 6])
    assert _longest_run(flags).tolist() == [3, 0]
    sums = _rolling_sum(np.array([[1.0, 2, 3, 4]], dtype=np.float32), 2)
    assert sums.tolist() == [[3, 5, 7]]
