from __future__ import annotations

from datetime import datetime

import pytest

from ingest import InputError
from ringscope.newcomers import read_newcomers
from ringscope.newcomers.fields import days

NOW = datetime(2026, 3, 1, 6)


def test_fields_are_cleaned_like_any_input() -> None:
    row = {
        "account_id": " x ",
        "email": "A.B+x@Googlemail.com",
        "phone": "0171 1234567",
        "country": "de",
        "device_id": "Dev-1; dev-1 ;unknown",
        "ip": "192.0.2.7:80;nowhere",
        "instrument_id": "c1",
        "photos": "3",
        "text": " Hello ",
    }
    (fresh,) = read_newcomers([row], now=NOW)
    assert (fresh.account_id, fresh.country, fresh.messages) == ("x", "DE", ("Hello",))
    assert fresh.further == {"photos": "3"}
    assert sorted(use[:2] for use in fresh.uses) == [
        ("device", "dev-1"),
        ("email", "ab@gmail.com"),
        ("email_domain", "googlemail.com"),
        ("instrument", "c1"),
        ("ip", "192.0.2.7"),
        ("phone", "+491711234567"),
    ]
    assert {use[2] for use in fresh.uses} == {days(NOW)}
    assert [(one["column"], one["value"]) for one in fresh.refused] == [("ip", "nowhere")]


def test_lists_need_no_separator() -> None:
    rows = [
        {"account_id": "x", "device_id": ["dev;b", "dev2"], "text": ["a", " ", "b"]},
        {"account_id": "y", "device_id": [], "ip": None},
    ]
    first, second = read_newcomers(rows, now=NOW)
    assert [use[1] for use in first.uses] == ["dev;b", "dev2"]
    assert first.messages == ("a", "b")
    assert (second.uses, second.messages) == ((), ())


def test_times_of_a_row_come_before_now() -> None:
    row = {"account_id": "x", "device_id": "dev1", "phone": "+31612345678"}
    row |= {"created_at": "2026-02-01", "ts": "2026-02-03T04:05:06Z"}
    (fresh,) = read_newcomers([row], now=NOW)
    assert {kind: at for kind, _, at in fresh.uses} == {
        "device": days(datetime(2026, 2, 3, 4, 5, 6)),
        "phone": days(datetime(2026, 2, 1)),
    }
    (wrong,) = read_newcomers([row | {"ts": "tomorrow"}], now=NOW)
    assert [one["column"] for one in wrong.refused] == ["ts"]
    assert {at for kind, _, at in wrong.uses if kind == "device"} == {days(NOW)}


def test_a_row_without_a_name_is_called_after_its_place() -> None:
    rows = [{"account_id": name} for name in ("a", "", None, "y" * 300)]
    found = read_newcomers(rows, now=NOW)
    assert [one.account_id for one in found] == ["a", "row 2", "row 3", "row 4"]
    assert [len(one.refused) for one in found] == [0, 0, 0, 1]


def test_cells_that_say_nothing_are_no_fault() -> None:
    row = dict.fromkeys(("email", "phone", "device_id", "ip", "created_at"), " N/A ")
    (fresh,) = read_newcomers([row | {"account_id": "x", "username": " "}], now=NOW)
    assert (fresh.refused, fresh.uses, fresh.username) == ((), (), None)


def test_columns_that_have_names_of_ours_are_ignored() -> None:
    names = ("label", "email_mailbox", "username_skeleton")
    (fresh,) = read_newcomers([{"account_id": "x"} | dict.fromkeys(names, "evil")], now=NOW)
    assert (fresh.further, fresh.uses) == ({}, ())


def test_input_without_accounts_is_refused() -> None:
    with pytest.raises(InputError, match="no new account"):
        read_newcomers([{"email": "x"}], now=NOW)
    with pytest.raises(InputError, match="no new account"):
        read_newcomers([], now=NOW)
    with pytest.raises(InputError, match="at most"):
        read_newcomers([{"account_id": "x"}] * 20_001, now=NOW)
