from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ingest import Tables
from models.signals.scrapers.log import event_log
from models.signals.scrapers.master import daily_trend, funnel, master_table

Make = Callable[..., Tables]
DAY = 86_400


def test_tenure_counts_days_from_one_and_rates_go_by_it(make_log: Make) -> None:
    tables = make_log(
        {"search": [0, 3, DAY + 5], "call": [2 * DAY - 1]}, {"search": [-2 * DAY]}, {"x": [9]}
    )
    master = master_table(event_log(tables), 3)
    assert master["tenure_days"].to_list() == [2, 1, 1]
    assert master["num_searches"].to_list() == [3, 1, 0]
    assert master["search_per_day"].to_list() == [1.5, 1, 0]
    assert master["num_rapid_actions"].to_list() == [2, 0, 0]
    assert master["mean_gap"].to_list() == pytest.approx([(2 * DAY - 1) / 4, 2 * DAY, 9])
    assert master["last_action_ts"].null_count() == 1


def test_an_account_without_actions_has_a_row_of_zeros(make_log: Make) -> None:
    master = master_table(event_log(make_log({"search": [1]}, {})), 2)
    last = master.row(1, named=True)
    assert (last["num_searches"], last["tenure_days"], last["mean_gap"]) == (0, 1, None)


def test_funnel_and_trend_count_accounts_and_actions(make_log: Make) -> None:
    tables = make_log({"search": [0, DAY], "call": [5]}, {"search": [9]})
    log = event_log(tables)
    assert funnel(master_table(log, 2)).rows() == [
        ("signed up", 2), ("searched", 2), ("messaged", 0), ("called", 1),
    ]  # fmt: skip
    trend = daily_trend(log)
    assert trend["day"].to_list() == [date(2019, 3, 2), date(2019, 3, 3)]
    assert trend["search"].to_list() == [2, 1]
    assert trend["signup"].to_list() == [2, 0]
