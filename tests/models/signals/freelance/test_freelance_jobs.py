from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from ingest import Tables
from models.signals.freelance import FREELANCE
from models.signals.freelance.windows import most_within

START = datetime(2026, 1, 1, 9)
Make = Callable[..., Tables]


def value(tables: Tables, name: str) -> list[float | None]:
    assert FREELANCE.lacking(tables, name) == []
    return FREELANCE.values(tables, [name])[name].to_list()


def event(account: int, minutes: float, kind: str = "proposal", **more: Any) -> dict[str, Any]:
    ts = START + timedelta(minutes=minutes)
    return {"account": account, "ts": ts, "event_type": kind, "target_id": f"j{minutes:g}"} | more


def test_most_proposals_within_any_hour(make_tables: Make) -> None:
    rows = [event(0, minute) for minute in (0, 59, 59.9, 60, 100, 119)] + [event(1, 0, "search")]
    assert value(make_tables(3, events=rows), "proposals_per_hour") == [4.0, 0.0, 0.0]


def test_without_any_proposal_nothing_is_known(make_tables: Make) -> None:
    tables = make_tables(2, events=[event(0, 0, "search")])
    assert value(tables, "proposals_per_hour") == [None, None]


@pytest.mark.parametrize("seed", [1, 2])
def test_windows_equal_counting_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = pl.DataFrame(
        {
            "account": pl.Series(rng.integers(0, 5, 80), dtype=pl.UInt32),
            "ts": [START + timedelta(seconds=int(s)) for s in rng.integers(0, 900, 80)],
        }
    ).sort("account", "ts")
    found = dict(most_within(frame["account"], frame["ts"], 60).iter_rows())
    for account, rows in frame.group_by("account"):
        times = rows["ts"].to_list()
        counts = [
            sum(timedelta(0) <= end - t < timedelta(seconds=60) for t in times) for end in times
        ]
        assert found[account[0]] == max(counts), f"seed {seed}"


def test_proposals_within_a_minute_of_the_job(make_tables: Make) -> None:
    posted = {"target_ts": START}
    fast = [event(0, seconds / 60, **posted) for seconds in (1, 30, 60, 61, 600)]
    early = [event(0, -1, **posted), event(0, 5, target_ts=None)]
    few = [event(1, 0.5 + place / 100, **posted) for place in range(4)]
    found = value(make_tables(2, events=fast + early + few), "immediate_proposals")
    assert found == pytest.approx([0.6, None])


def test_bids_far_from_those_for_the_same_job(make_tables: Make) -> None:
    usual = [event(account, job, target_id=f"j{job}", amount=100 + account) for account in range(6)
             for job in range(3)]  # fmt: skip
    odd = [
        event(6, job, target_id=f"j{job}", amount=amount)
        for job, amount in enumerate((5, 101, 9000))
    ]
    two = [event(7, job, target_id=f"j{job}", amount=1) for job in range(2)]
    found = value(make_tables(8, events=usual + odd + two), "unusual_bids")
    assert found == pytest.approx([*[0.0] * 6, 2 / 3, None])


def test_bids_for_jobs_of_few_are_compared_with_all(make_tables: Make) -> None:
    rows = [
        event(account, job * 10 + account, amount=50) for account in range(4) for job in range(3)
    ]
    rows += [event(4, 100 + place, amount=amount) for place, amount in enumerate((50, 0, 5000))]
    assert value(make_tables(5, events=rows), "unusual_bids") == pytest.approx([0, 0, 0, 0, 2 / 3])


def taken(account: int, start: float, minutes: float, test: str = "t") -> list[dict[str, Any]]:
    return [
        event(account, start, "test_started", target_id=test),
        event(account, start + minutes, "test_finished", target_id=test),
    ]


def test_a_skill_test_by_the_median_time_of_all(make_tables: Make) -> None:
    rows = [row for account in range(5) for row in taken(account, account, 30)]
    rows += taken(5, 0, 2) + taken(5, 500, 60)
    rows += taken(6, 0, 1, test="rare")
    rows += [event(7, 3, "test_finished", target_id="t")]
    found = value(make_tables(8, events=rows), "test_speed")
    assert found == pytest.approx([*[1.0] * 5, 2 / 30, None, None])


def test_projects_finished_within_a_day(make_tables: Make) -> None:
    day = 24 * 60
    rows = [event(0, minute, "project_finished") for minute in (0, 10, day - 1, day, 3 * day)]
    assert value(make_tables(2, events=rows), "projects_per_day") == [3.0, 0.0]
