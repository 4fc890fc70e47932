from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from graph.engagement import residuals, series_of


def found(make_series: Any, values: np.ndarray) -> Any:
    return residuals(series_of(make_series(values).engagement))


def test_usual_days_deviate_by_about_one(make_series: Any, people: Any) -> None:
    z = found(make_series, people(20)).z
    assert z.std() == pytest.approx(1, abs=0.25)
    assert abs(float(z.mean())) < 0.1


def test_the_expectation_is_the_daily_cycle(make_series: Any, people: Any) -> None:
    values = people(5)
    expected = found(make_series, values).expected[:, :, 0]
    by_hour = values[:, :, 0].reshape(5, 14, 24).mean(axis=1)
    assert np.corrcoef(expected[:, :24].ravel(), by_hour.ravel())[0, 1] > 0.98


def test_a_burst_stands_out_and_does_not_move_what_is_expected(
    make_series: Any, people: Any
) -> None:
    values = people(5)
    before = found(make_series, values)
    values[2, 100:103] *= 4
    after = found(make_series, values)
    assert after.z[2, 100:103, 0].min() > 4
    assert after.jumps[2, 100, 0] > 4
    assert after.z[2, 103:].max() < 6
    assert after.expected[2, 100, 0] == pytest.approx(before.expected[2, 100, 0], rel=0.1)


def test_likes_without_views_show_in_likes_given_views(make_series: Any, people: Any) -> None:
    values = people(5)
    values[1, 50:60, 1] *= 5  # likes alone
    values[3, 50:60] *= 5  # both
    result = found(make_series, values)
    place = result.channels.index("likes|views")
    assert result.z[1, 50:60, place].mean() > 3
    assert abs(float(result.z[3, 50:60, place].mean())) < 1.5


def test_what_all_do_at_once_is_divided_out(make_series: Any, people: Any) -> None:
    values = people(60)
    values[:40, 200:206] = np.round(values[:40, 200:206] * 2.5)
    many = found(make_series, values).z[:40, 200:206, 0].mean()
    few = found(make_series, values[30:60]).z[:10, 200:206, 0].mean()
    assert many < 2 < few


def test_gaps_and_unknown_metrics_leave_the_others_as_they_are(
    make_series: Any, people: Any
) -> None:
    values = people(8)
    whole = found(make_series, values)
    holes = values.copy()
    holes[1, ::9] = np.nan  # rows without counts
    holes[2, :, 1] = np.nan  # no likes at all
    holes[3, :170, 0], holes[3, 170:, 1] = np.nan, np.nan  # never both
    tables = make_series(np.nan_to_num(holes, nan=-1))
    known = [pl.when(pl.col(c) >= 0).then(pl.col(c)) for c in ("views", "likes")]
    rows = tables.engagement.with_columns(known)
    partly = residuals(series_of(rows))
    assert np.isfinite(partly.z).all()
    assert np.isfinite(partly.jumps).all()
    assert (partly.z[2, :, 1:] == 0).all()
    assert partly.z[1, ::9].any() == np.False_
    assert np.allclose(partly.z[5], whole.z[5], atol=1e-4)
    likes = partly.channels.index("likes|views")
    assert partly.z[1, :, likes].std() > 0.6
