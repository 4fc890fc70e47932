from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from graph.engagement import residuals, series_of
from models.engagement import anomaly_windows


def test_when_and_how_large(make_series: Any, people: Any) -> None:
    values = people(6)
    values[2, 100:106] *= 4
    values[4, 50:56, 1] *= 6
    series = series_of(make_series(values).engagement)
    windows = anomaly_windows(series, residuals(series)).sort("height", descending=True)
    first = {row["account"]: row for row in windows.rows(named=True)[:2]}
    assert datetime(2026, 3, 6, 1) <= first[2]["begin"] <= datetime(2026, 3, 6, 4)
    assert datetime(2026, 3, 6, 9) <= first[2]["end"] <= datetime(2026, 3, 6, 12)
    assert 2 < first[2]["factor"] < 5  # hours beside the burst may be in the window
    assert first[4]["metric"].startswith("likes")
    assert first[4]["excess"] == pytest.approx(values[4, 50:56, 1].sum() * 5 / 6, rel=0.5)


def test_usual_days_have_hardly_a_window(make_series: Any, people: Any) -> None:
    series = series_of(make_series(people(20)).engagement)
    assert anomaly_windows(series, residuals(series)).height <= 10
