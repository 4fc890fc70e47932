"""Columns of the account table as features."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest import Tables
from models.features import tabular_features

Make = Callable[..., Tables]


def test_numeric_columns_stay_and_missing_is_flagged(make_tables: Make) -> None:
    accounts = [{"rate": 1.5, "full": 1.0}, {"rate": None, "full": float("inf")}]
    frame = tabular_features(make_tables(features=("rate", "full"), accounts=accounts))
    assert frame["column_rate"].to_list() == [1.5, None]
    assert frame["column_rate_missing"].to_list() == [0, 1]
    assert frame["column_full"].to_list() == [1.0, None]
    assert "column_full_missing" not in frame.columns


@pytest.mark.parametrize(("missing", "flagged"), [(0, False), (1, True), (199, True), (200, False)])
def test_missing_flag_needs_both_sides(make_tables: Make, missing: int, flagged: bool) -> None:
    accounts = [{"rate": None if i < missing else 1.0} for i in range(200)]
    frame = tabular_features(make_tables(features=("rate",), accounts=accounts))
    assert ("column_rate_missing" in frame.columns) is flagged


def test_categories_by_frequency_and_by_common_level(make_tables: Make) -> None:
    levels = ["gold"] * 50 + ["free"] * 148 + ["rare", None]
    accounts = [{"plan": level} for level in levels]
    frame = tabular_features(make_tables(categories=("plan",), accounts=accounts))
    flags = [c for c in frame.columns if c.startswith("level_")]
    assert flags == ["level_plan=free", "level_plan=gold"]
    assert frame["level_plan=gold"].to_list() == [1.0] * 50 + [0.0] * 149 + [None]
    share = frame["category_plan"].to_list()
    assert share[0] == pytest.approx(0.25)
    assert share[198:] == [pytest.approx(0.005), None]


def test_profile_and_country(make_tables: Make) -> None:
    accounts = [
        {"email": "a@b.example", "username": "a", "phone": "+491", "country": "DE"},
        {"country": "DE"},
        {"country": "SE"},
        {},
    ]
    frame = tabular_features(make_tables(accounts=accounts))
    assert frame["profile_missing"].to_list() == [1, 4, 4, 5]
    assert frame["profile_no_email"].to_list() == [0, 1, 1, 1]
    assert frame["country_share"].to_list() == [0.5, 0.5, 0.25, None]
