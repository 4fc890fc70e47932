from __future__ import annotations

from typing import Any

import numpy as np

from graph.engagement import series_of


def test_rows_are_laid_on_a_grid(make_series: Any) -> None:
    values = np.arange(2 * 60 * 2, dtype=float).reshape(2, 60, 2)
    series = series_of(make_series(values).engagement)
    assert series.step == 3_600
    assert series.metrics == ("views", "likes")
    assert np.array_equal(series.values, values)
    assert series.hours[:25].tolist() == [*range(24), 0]


def test_steps_without_a_row_are_unknown(make_series: Any) -> None:
    tables = make_series(np.ones((1, 60, 1)))
    rows = tables.engagement.filter(np.arange(60) != 7)
    series = series_of(rows)
    assert np.isnan(series.values[0, :, 0]).nonzero()[0].tolist() == [7]


def test_short_series_are_left_out_and_nothing_is_nothing(make_series: Any) -> None:
    tables = make_series(np.ones((2, 60, 1)))
    short = tables.engagement.filter((np.arange(120) < 60) | (np.arange(120) > 110))
    assert series_of(short).accounts.tolist() == [0]
    assert len(series_of(tables.engagement.clear()).accounts) == 0


def test_a_part_of_the_time_knows_its_moments(make_series: Any) -> None:
    series = series_of(make_series(np.ones((2, 60, 1))).engagement)
    part = series.part(slice(1, 2), slice(30, None))
    assert part.accounts.tolist() == [1]
    assert part.moments[0] == series.moments[30]
