from __future__ import annotations

from typing import Any

import numpy as np

from graph.engagement import beginnings, engagement_waves, residuals, series_of


def waves(make_series: Any, values: np.ndarray) -> Any:
    series = series_of(make_series(values).engagement)
    return engagement_waves(series, beginnings(residuals(series)))


def test_accounts_in_step_are_linked_with_their_moments(make_series: Any, people: Any) -> None:
    values = people(60)
    rng = np.random.default_rng(8)
    moments = 4 * rng.choice(80, 12, replace=False)
    for account in (5, 17, 40):
        values[account, moments] *= 6
    for account in (3, 20, 30, 50):  # as many bursts, each at its own times
        values[account, 4 * rng.choice(80, 12, replace=False)] *= 5
    pairs, members = waves(make_series, values)
    assert pairs.select("a", "b").rows() == [(5, 17), (5, 40), (17, 40)]
    assert members["account"].to_list() == [5, 17, 40]
    assert pairs["common"].min() >= 6
    assert (pairs["surprise"] > 5).all()
    assert (pairs["first"] < pairs["last"]).all()


def test_what_half_of_all_do_is_no_wave(make_series: Any, people: Any) -> None:
    values = people(60)
    values[:30, [40, 90, 140, 200, 260]] *= 5
    pairs, members = waves(make_series, values)
    assert pairs.height == members.height == 0
