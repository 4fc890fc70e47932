from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from ingest import read_tables

Folder = Callable[..., Path]
DAY = datetime(2026, 1, 1)


def test_logins(folder: Folder) -> None:
    logins = (
        "account_id,ts,ip,device_id,user_agent\n"
        "a2,2026-01-01,8.8.8.8,D1,UA\n"
        "a1,2026-01-01,,D1,\n"
        "a1,2026-01-01,8.8.8.9,unknown,\n"
        "a1,2026-01-01,300.1.1.1,D2,\n"
        "a3,2026-01-01,,unknown,\n"
    )
    tables = read_tables(folder(logins=logins))
    assert tables.logins.drop("ts").rows() == [
        (0, None, None, None, "d1", None),
        (0, None, None, None, "d2", None),
        (0, "8.8.8.9", "8.8.8.0/24", "public", None, None),
        (1, "8.8.8.8", "8.8.8.0/24", "public", "d1", "UA"),
    ]
    assert tables.quarantine.select("row", "column", "value", "reason").rows() == [
        (4, "ip", "300.1.1.1", "not an IP address; row kept"),
        (5, "ip", "", "none of ip, device_id"),
    ]


def test_messages(folder: Folder) -> None:
    long = "x" * 30_000
    messages = (
        "account_id,ts,text,recipient_id\n"
        'a1,2026-01-01," a\nb ",r1\n'
        "a1,2026-01-01, ,r1\n"
        f"a2,2026-01-01,{long},\n"
    )
    tables = read_tables(folder(messages=messages), max_bad_share=0.5)
    assert tables.messages["text"].to_list() == ["a\nb", "x" * 20_000]
    assert tables.messages["recipient_id"].to_list() == ["r1", None]
    assert tables.quarantine["reason"].to_list() == [
        "blank",
        "longer than 20,000 characters; cut; row kept",
    ]
    assert tables.quarantine["value"].str.len_chars().max() == 200


def test_events_payments_and_engagement(folder: Folder) -> None:
    tables = read_tables(
        folder(
            events=(
                "account_id,ts,event_type,target_id\na1,2199-01-01,x,\na1,2026-01-01, Search ,t9\n"
            ),
            payments="account_id,instrument_id,ts\na1,C1,\na1,C1,2026-01-01\na1,C2,soon\n",
            engagement="account_id,ts,views,likes\na1,2026-01-01,10,\na1,2026-01-02,-1,2.5\n",
        ),
        max_bad_share=0.5,
    )
    assert tables.events.rows() == [(0, DAY, "search", "t9")]
    assert tables.payments.rows() == [(0, "C1", None), (0, "C1", DAY), (0, "C2", None)]
    assert tables.engagement.select("views", "likes", "shares").rows() == [
        (10, None, None),
        (None, 2.5, None),
    ]
    assert tables.quarantine.select("table", "row", "column").rows() == [
        ("engagement", 2, "views"),
        ("events", 1, "ts"),
        ("payments", 3, "ts"),
    ]


def test_edges(folder: Folder) -> None:
    edges = "src,dst,kind,weight\na2,a1,Works_With,2\na1,a1,,\na1,a9,,\na3,a1,,heavy\n"
    tables = read_tables(folder(edges=edges), max_bad_share=0.5)
    assert tables.edges.drop("ts").rows() == [(1, 0, "works_with", 2.0), (2, 0, None, None)]
    assert tables.quarantine.select("row", "column", "value", "reason").rows() == [
        (2, "dst", "a1", "an edge from an account to itself"),
        (3, "dst", "a9", "no such account"),
        (4, "weight", "heavy", "not a number of at least 0; row kept"),
    ]


@pytest.mark.parametrize("column", ["account", "other", "extra", "row", "key", "value", "reason"])
def test_further_columns_are_ignored_with_a_note(folder: Folder, column: str) -> None:
    events = f"account_id,ts,event_type,{column}\na1,2026-01-01,x,7\n"
    tables = read_tables(folder(events=events))
    assert tables.events.rows() == [(0, DAY, "x", None)]
    assert f"events: ignored '{column}' (no use for it)." in tables.notes


def test_a_table_with_a_header_only(folder: Folder) -> None:
    tables = read_tables(folder(payments="account_id,instrument_id\n"))
    assert tables.payments.height == 0
    assert "The payments table has no rows." in tables.notes
