from __future__ import annotations

from collections.abc import Callable

from ingest import Tables
from models.signals.scrapers.log import event_log, gaps_of

Make = Callable[..., Tables]


def test_gaps_run_to_the_next_action_of_the_account(make_log: Make) -> None:
    log = event_log(make_log({"search": [10, 14.9], "call": [12]}, {"favourite": [3]}))
    assert log["account"].to_list() == [0, 0, 0, 0, 1, 1]
    assert log["kind"].to_list() == ["signup", "search", "call", "search", "signup", "other"]
    assert log["gap"].to_list() == [10, 2, 2, None, 3, None]  # times are cut to whole seconds


def test_signup_events_stand_for_the_time_of_the_account(make_log: Make) -> None:
    log = event_log(make_log({"signup": [5, 9], "view": [20]}))
    assert log["kind"].to_list() == ["signup", "signup", "search"]


def test_gaps_of_one_kind_leave_out_the_others(make_log: Make) -> None:
    log = event_log(make_log({"search": [10, 40], "call": [20]}, {"search": [1]}))
    assert gaps_of(log, "search").select("account", "gap").rows() == [
        (0, None), (0, 30), (1, None),
    ]  # fmt: skip
