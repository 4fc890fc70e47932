from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from ingest import Tables, mark_networks, read_networks, read_tables
from models.signals.freelance import FREELANCE

Make = Callable[..., Tables]


def value(tables: Tables, name: str) -> list[float | None]:
    assert FREELANCE.lacking(tables, name) == []
    return FREELANCE.values(tables, [name])[name].to_list()


def login(
    account: int, day: int, ip: str | None = None, device: str | None = None
) -> dict[str, Any]:
    return {"account": account, "ts": f"2026-01-{day:02}", "ip": ip, "device_id": device}


def test_others_in_the_range_that_is_used_most(make_tables: Make) -> None:
    rows = [
        login(0, 1, "8.8.8.1"), login(0, 2, "8.8.8.2"), login(0, 3, "9.9.9.9"),
        login(1, 1, "8.8.8.3"), login(2, 1, "9.9.9.1"), login(3, 1, "9.9.9.2"),
        login(4, 1, "192.168.1.1"), login(5, 1, "192.168.1.2"),
    ]  # fmt: skip
    found = value(make_tables(6, logins=rows), "shared_ip_range")
    assert found == [1.0, 1.0, 2.0, 2.0, None, None]


def test_others_on_the_device_with_the_most(make_tables: Make) -> None:
    rows = [
        login(0, 1, device="kit"), login(0, 2, device="kit"), login(0, 3, device="own"),
        login(1, 1, device="kit"), login(2, 1, device="kit"), login(3, 1, device="mine"),
        login(4, 1, "8.8.8.8"),
    ]  # fmt: skip
    found = value(make_tables(5, logins=rows), "shared_device")
    assert found == [2.0, 2.0, 2.0, 0.0, None]


def test_others_with_the_same_payment_details(make_tables: Make) -> None:
    rows = [
        {"account": account, "instrument_id": card}
        for account, card in ((0, "x"), (1, "x"), (1, "y"))
    ]
    assert value(make_tables(3, payments=rows), "shared_payment") == [1.0, 1.0, None]


def test_share_of_logins_from_listed_networks(make_tables: Make, tmp_path: Any) -> None:
    path = tmp_path / "vpn.txt"
    path.write_text("8.8.8.0/24\n", encoding="utf-8")
    rows = [login(0, 1, "8.8.8.1"), login(0, 2, "9.9.9.9"), login(1, 1, device="d")]
    tables = make_tables(2, logins=rows)
    assert FREELANCE.lacking(tables, "listed_network") == ["logins.network_listed"]
    marked = mark_networks(tables, read_networks(path))
    assert value(marked, "listed_network") == [0.5, None]


def shown(account: int, day: int, item: str) -> dict[str, Any]:
    return {"account": account, "ts": f"2026-01-{day:02}", "event_type": "portfolio_item",
            "target_id": item}  # fmt: skip


def test_the_first_to_show_an_item_is_not_blamed(make_tables: Make) -> None:
    rows = [shown(0, 1, "h1"), shown(1, 2, "h1"), shown(1, 3, "h1"), shown(1, 1, "h2"),
            shown(2, 5, "h1"), shown(2, 5, "h2"), shown(3, 1, "h3"), shown(4, 1, "h3")]  # fmt: skip
    found = value(make_tables(6, events=rows), "portfolio_copies")
    assert found == [0.0, 1.0, 2.0, 0.0, 0.0, None]


def test_what_profiles_cannot_be() -> None:
    accounts = pl.DataFrame(
        {
            "account_id": list("abcde"),
            "created_at": ["2026-01-03", "2026-01-01", "2026-01-01", None, "2026-01-01"],
            "age": [18, 40, None, 17, -3],
            "experience_years": [10, 10, 10, 2, 10],
        }
    )
    logins = pl.DataFrame(
        {"account_id": ["a", "b", "d"], "ts": ["2026-01-01T12:00:00"] * 3, "device_id": ["kit"] * 3}
    )
    tables = read_tables({"accounts": accounts, "logins": logins})
    assert value(tables, "experience_beyond_age") == [7.0, 0.0, None, 0.0, None]
    assert value(tables, "active_before_signup") == pytest.approx([1.5, 0.0, None, None, None])
