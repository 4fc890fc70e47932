from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from ingest import InputError
from ringscope.newcomers import read_newcomers

NOW = datetime(2026, 3, 1, 6)


def test_fields_are_cleaned_like_any_input() -> None:
    row = {
        "account_id": " x ",
        "email": "A.B+x@Googlemail.com",
        "phone": "0171 1234567",
        "country": "de",
        "device_id": "D1; d1 ;unknown",
        "ip": "192.0.2.7:80;nowhere",
        "instrument_id": "c1",
        "photos": "3",
        "text": "Hello",
    }
    fresh = read_newcomers(pl.DataFrame([row]), now=NOW)
    assert fresh.accounts["account_id"].to_list() == ["x"]
    assert fresh.further.columns == ["photos"]
    assert fresh.messages.rows() == [(0, "Hello")]
    assert fresh.uses.select("kind", "value").rows() == [
        ("device", "d1"),
        ("email", "ab@gmail.com"),
        ("email_domain", "googlemail.com"),
        ("instrument", "c1"),
        ("ip", "192.0.2.7"),
        ("phone", "+491711234567"),
    ]
    assert set(fresh.uses["at"]) == {NOW}
    assert fresh.refused["column"].to_list() == ["ip"]
    assert fresh.refused["value"].to_list() == ["nowhere"]


def test_lists_need_no_separator() -> None:
    rows = pl.DataFrame(
        {"account_id": ["x", "y", "z"], "device_id": [["a;b", "d2"], [], None], "ip": [None] * 3},
        schema_overrides={"ip": pl.List(pl.String)},
    )
    uses = read_newcomers(rows, now=NOW).uses
    assert uses.select("row", "value").rows() == [(0, "a;b"), (0, "d2")]


def test_times_of_a_row_come_before_now() -> None:
    row = {"account_id": "x", "device_id": "d1", "phone": "+31612345678"}
    row |= {"created_at": "2026-02-01", "ts": "2026-02-03T04:05:06Z"}
    uses = read_newcomers(pl.DataFrame([row]), now=NOW).uses
    assert uses.select("kind", "at").rows() == [
        ("device", datetime(2026, 2, 3, 4, 5, 6)),
        ("phone", datetime(2026, 2, 1)),
    ]
    wrong = read_newcomers(pl.DataFrame([row | {"ts": "tomorrow"}]), now=NOW)
    assert wrong.refused["column"].to_list() == ["ts"]
    assert wrong.uses.filter(kind="device")["at"].item() == NOW


def test_a_row_without_a_name_is_called_after_its_place() -> None:
    rows = pl.DataFrame({"account_id": ["a", "", None, "y" * 300]})
    fresh = read_newcomers(rows, now=NOW)
    assert fresh.accounts["account_id"].to_list() == ["a", "row 2", "row 3", "row 4"]
    assert fresh.refused.select("row", "column").rows() == [(3, "account_id")]


def test_columns_that_have_names_of_ours_are_ignored() -> None:
    names = ("row", "label", "email_mailbox", "username_skeleton")
    row = {"account_id": "x"} | dict.fromkeys(names, "evil")
    fresh = read_newcomers(pl.DataFrame([row]), now=NOW)
    assert fresh.further.columns == []
    assert fresh.accounts["email_mailbox"].to_list() == [None]


def test_input_without_accounts_is_refused() -> None:
    with pytest.raises(InputError, match="no new account"):
        read_newcomers(pl.DataFrame({"email": ["x"]}), now=NOW)
    with pytest.raises(InputError, match="no new account"):
        read_newcomers(pl.DataFrame({"account_id": []}), now=NOW)
    with pytest.raises(InputError, match="at most"):
        read_newcomers(pl.DataFrame({"account_id": [str(n) for n in range(20_001)]}), now=NOW)
