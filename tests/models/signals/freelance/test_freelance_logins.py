from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from ingest import Tables
from models.signals.freelance import FREELANCE

START = datetime(2026, 1, 1, 9)
BERLIN, PARIS, MANILA = (52.52, 13.405), (48.857, 2.352), (14.6, 120.98)
Make = Callable[..., Tables]


def value(tables: Tables, name: str) -> list[float | None]:
    assert FREELANCE.lacking(tables, name) == []
    return FREELANCE.values(tables, [name])[name].to_list()


def login(account: int, hours: float, **more: Any) -> dict[str, Any]:
    return {"account": account, "ts": START + timedelta(hours=hours), "device_id": "d"} | more


def test_changes_of_country_are_counted_in_the_order_of_time(make_tables: Make) -> None:
    rows = [
        login(0, 3, country="PH"),
        login(0, 0, country="US"),
        login(0, 1, country=None),
        login(0, 2, country="US"),
        login(0, 4, country="US"),
        login(1, 0, country="DE"),
        login(2, 0, country=None),
    ]
    found = value(make_tables(3, logins=rows), "login_country_changes")
    assert found == [2.0, 0.0, None]


def at(place: tuple[float, float]) -> dict[str, float]:
    return {"latitude": place[0], "longitude": place[1]}


def test_speed_between_logins_that_follow_each_other(make_tables: Make) -> None:
    rows = [
        login(0, 0, **at(BERLIN)),
        login(0, 2, **at(PARIS)),
        login(0, 50, **at(MANILA)),
        login(1, 0, **at(PARIS)),
        login(1, 0, **at(MANILA)),
        login(2, 0, **at(BERLIN)),
        login(3, 0, **at(BERLIN)),
        login(3, 0.01, latitude=52.4, longitude=13.0),
    ]
    found = value(make_tables(4, logins=rows), "travel_speed")
    # Berlin to Paris is 878 km, Paris to Manila 10,741 km
    assert found[0] == pytest.approx(878 / 2, rel=0.01)
    assert found[1] == pytest.approx(10_741 * 60, rel=0.01)
    assert found[2:] == [None, 0.0]


def test_hours_far_from_every_hour_kept(make_tables: Make) -> None:
    kept = [login(0, 24 * day + (day % 3)) for day in range(20)]
    odd = [
        login(0, 24 * 21 - 6),
        login(0, 24 * 22 - 6),
        login(0, 24 * 23 + 5),
        login(0, 24 * 24 + 4),
    ]
    few = [login(1, 24 * day) for day in range(20)]
    found = value(make_tables(2, logins=kept + odd + few), "odd_login_hours")
    # kept 9 to 11; odd: 3 (once) and 14; 13 is near 14 and 11
    assert found == [2.0, None]


def test_the_clock_has_no_edge(make_tables: Make) -> None:
    kept = [login(0, 24 * day + 14.5) for day in range(20)]  # 23:30
    found = value(make_tables(1, logins=[*kept, login(0, 24 * 30 + 16.5)]), "odd_login_hours")
    assert found == [0.0]  # 01:30


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_odd_hours_equal_looking_at_every_earlier_login(make_tables: Make, seed: int) -> None:
    rng = np.random.default_rng(seed)
    minutes = rng.choice(60 * 24 * 60, size=60, replace=False)
    hours = np.where(
        rng.random(60) < 0.9, minutes // 60 // 24 * 24 + minutes % 240 / 60, minutes / 60
    )
    rows = [login(0, round(float(hour), 3)) for hour in hours]
    clock = [(START + timedelta(hours=round(h, 3))) for h in sorted(hours.tolist())]
    expected = 0
    for place in range(20, 60):
        gaps = [(clock[place].hour - earlier.hour) % 24 for earlier in clock[:place]]
        expected += all(min(gap, 24 - gap) >= 3 for gap in gaps)
    assert value(make_tables(1, logins=rows), "odd_login_hours") == [expected], f"seed {seed}"
