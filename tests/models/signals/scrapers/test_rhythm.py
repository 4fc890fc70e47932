from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from ingest import Tables
from models.signals.scrapers.log import event_log, gaps_of
from models.signals.scrapers.rhythm import progressions, regular_gap, search_velocity

Make = Callable[..., Tables]


def patterns(tables: Tables) -> pl.DataFrame:
    searches = gaps_of(event_log(tables), "search")
    fast = pl.Series([True] * tables.accounts.height)
    return progressions(searches, fast)


def test_fast_is_over_100_a_day_and_more_than_most(make_log: Make, crowd: Any) -> None:
    tables = make_log(*crowd(60), {"search": list(range(0, 600, 10))}, {"search": [5]})
    found = search_velocity(gaps_of(event_log(tables), "search"), 62)
    assert found["fast"].arg_true().to_list() == [60]
    assert found["velocity"][60] == pytest.approx(60 / (590 / 86_400))
    assert found["velocity"][61] == np.inf


@pytest.mark.parametrize(
    ("gaps", "names"),
    [
        ([7, 7, 7, 7], {"constant_gap", "arithmetic_progression"}),
        ([3, 5, 7, 9], {"arithmetic_progression"}),
        ([2, 4, 8, 16], {"geometric_progression"}),
        ([2, 4, 8, 17], set()),
        ([4, 4], set()),
    ],
)
def test_progressions(make_log: Make, gaps: list[int], names: set[str]) -> None:
    found = patterns(make_log({"search": np.cumsum([0, *gaps]).tolist()})).row(0, named=True)
    assert {name for name, hit in found.items() if hit} == names


def test_only_fast_searchers_are_asked_for_progressions(make_log: Make) -> None:
    tables = make_log({"search": [0, 7, 14, 21]}, {"search": [0, 7, 14, 21]})
    searches = gaps_of(event_log(tables), "search")
    found = progressions(searches, pl.Series([False, True]))
    assert found["constant_gap"].to_list() == [False, True]


@pytest.mark.parametrize(
    ("gaps", "regular"),
    [
        ([60, 60, 60], True),
        ([60, 60, 62, 58, 60], True),
        ([60, 60], False),  # too few
        ([60, 60, 90, 95], False),  # the mean is off the mode
        ([1000, 1000, 900, 1110], False),  # spreads over a minute
        ([0, 0, 0], False),  # nothing can be within 10 % of 0
    ],
)
def test_regular_gaps(make_log: Make, gaps: list[int], *, regular: bool) -> None:
    tables = make_log({"call": np.cumsum([0, *gaps]).tolist(), "search": [1, 5]})
    log = event_log(tables)
    assert regular_gap(log, "call", 1).to_list() == [regular]
    assert regular_gap(log, "search", 1).to_list() == [False]
