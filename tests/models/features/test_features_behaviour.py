"""What accounts do and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from ingest import Tables
from models.features import behaviour_features

Make = Callable[..., Tables]
START = datetime(2026, 3, 2)


def logins_at(seconds: list[float], account: int = 0) -> list[dict[str, object]]:
    return [{"account": account, "ts": START + timedelta(seconds=s)} for s in seconds]


def one(frame: pl.DataFrame, column: str, account: int = 0) -> float:
    value = frame[column][account]
    assert value is not None, column
    return float(value)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_gaps_against_numpy(make_tables: Make, seed: int) -> None:
    gaps = np.random.default_rng(seed).exponential(3_000, size=40).round(3)
    times = np.concatenate([[0.0], np.cumsum(gaps)]).tolist()
    frame = behaviour_features(make_tables(accounts=[{}], logins=logins_at(times)))
    mean, std = gaps.mean(), gaps.std()
    expected = {
        "rhythm.burstiness": (std - mean) / (std + mean),
        "rhythm.variation": std / mean,
        "rhythm.memory": np.corrcoef(gaps[:-1], gaps[1:])[0, 1],
        "gaps.median": np.log1p(np.median(gaps)),
        "gaps.shortest": np.log1p(gaps.min()),
        "gaps.within_60s": (gaps < 60).mean(),
        "dormancy.longest": np.log1p(gaps.max()),
        "dormancy.share_after": 1 - (gaps.argmax() + 1) / 41,
    }
    for column, value in expected.items():
        assert one(frame, column) == pytest.approx(value, rel=1e-4, abs=1e-6), (column, seed)


def test_a_clock_is_regular(make_tables: Make) -> None:
    times = [3_600.0 * hour for hour in range(10)]
    frame = behaviour_features(make_tables(accounts=[{}], logins=logins_at(times)))
    assert one(frame, "rhythm.burstiness") == -1
    assert one(frame, "rhythm.variation") == 0
    assert frame["rhythm.memory"][0] is None
    assert one(frame, "night_share") == pytest.approx(0.5)
    assert one(frame, "hour_entropy") == pytest.approx(np.log2(10))
    assert one(frame, "weekday_entropy") == 0


def test_gaps_do_not_cross_accounts(make_tables: Make) -> None:
    logins = logins_at([0, 2], account=0) + logins_at([3, 100_000], account=1)
    frame = behaviour_features(make_tables(accounts=[{}, {}, {}], logins=logins))
    assert frame["gaps.within_5s"].to_list() == [1, 0, None]
    assert one(frame, "dormancy.longest", 1) == pytest.approx(np.log1p(99_997))


def test_counts_and_rates_over_tenure(make_tables: Make) -> None:
    accounts = [{"created_at": START}, {"created_at": START + timedelta(days=9, hours=18)}]
    messages = [
        {"account": 0, "ts": START + timedelta(days=day), "text": "x", "recipient_id": to}
        for day, to in [(0, "r"), (5, "r"), (5, "s"), (10, None)]
    ]
    frame = behaviour_features(make_tables(accounts=accounts, messages=messages))
    assert frame["tenure"].to_list() == [10, 0.25]
    assert one(frame, "messages.count") == pytest.approx(np.log1p(4))
    assert one(frame, "messages.per_day") == pytest.approx(0.4)
    assert frame["messages.count"].to_list()[1] == 0
    assert one(frame, "active_days.share") == pytest.approx(3 / 11)
    assert one(frame, "busiest_day") == pytest.approx(np.log1p(2))
    assert one(frame, "recipients.diversity") == pytest.approx(2 / 3)
    assert frame["last_sign_of_life"].to_list() == [10, None]
    assert frame["sign_up_hour"].to_list() == [0, 18]
    assert frame["logins.count"].null_count() == 2, "no logins in the input"


def test_event_types_have_columns(make_tables: Make) -> None:
    kinds = ["call", "call", "view all", "call"]
    events = [
        {"account": 0, "ts": START + timedelta(days=i), "event_type": kind, "target_id": "t"}
        for i, kind in enumerate(kinds)
    ]
    frame = behaviour_features(make_tables(accounts=[{"created_at": START}, {}], events=events))
    assert one(frame, "event_call.count") == pytest.approx(np.log1p(3))
    assert frame["event_call.share"].to_list() == [0.75, None]
    assert len([c for c in frame.columns if c.startswith("event_view_all_")]) == 3
    assert one(frame, "targets.diversity") == 0.25


def test_only_the_most_used_event_types_have_columns(make_tables: Make) -> None:
    events = [{"account": 0, "ts": START, "event_type": f"t{i:03d}"} for i in range(200)]
    events.append({"account": 1, "ts": START, "event_type": "t199"})
    frame = behaviour_features(make_tables(accounts=[{}, {}], events=events))
    shares = [c for c in frame.columns if c.startswith("event_") and c.endswith(".share")]
    assert len(shares) == 20
    assert "event_t199.share" in shares


def test_first_steps_after_sign_up(make_tables: Make) -> None:
    accounts = [{"created_at": START}, {}]
    logins = logins_at([7_200, 9_000]) + logins_at([0], account=1)
    frame = behaviour_features(make_tables(accounts=accounts, logins=logins))
    assert frame["first_login"].to_list() == [2, None]
    assert frame["first_message"].null_count() == 2


def test_payments_without_time_count_but_are_no_actions(make_tables: Make) -> None:
    payments = [{"account": 0, "instrument_id": "card", "ts": None}] * 2
    frame = behaviour_features(make_tables(accounts=[{"created_at": START}], payments=payments))
    assert one(frame, "payments.count") == pytest.approx(np.log1p(2))
    assert frame["night_share"][0] is None
