from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from ingest import DTYPES, TABLES, SettingsError, check_tables, read_tables

Folder = Callable[..., Path]
LOGINS = (
    "account_id,ts,ip,longitude,latitude,country,colour\n"
    "a1,2026-01-01,8.8.8.8,13.4,52.5,de,red\n"
    "a2,2026-01-02,8.8.4.4,181,-91,UK,red\n"
    "a3,2026-01-03,8.8.4.4,,x,,red\n"
)


def test_further_columns_are_cleaned_where_the_input_has_them(folder: Folder) -> None:
    tables = read_tables(folder(logins=LOGINS))
    check_tables(tables)
    added = tables.logins.columns[len(DTYPES["logins"]) :]
    assert added == [column.name for column in TABLES["logins"].further]
    assert tables.logins["country"].to_list() == ["DE", "GB", None]
    assert tables.logins["latitude"].to_list() == [52.5, None, None]
    refused = tables.quarantine.select("row", "column", "value").rows()
    assert refused == [(2, "latitude", "-91"), (2, "longitude", "181"), (3, "latitude", "x")]
    assert "logins: ignored 'colour' (no use for it)." in tables.notes


def test_tables_without_them_stay_as_they_are(folder: Folder) -> None:
    tables = read_tables(folder(logins="account_id,ts,ip\na1,2026-01-01,8.8.8.8\n"))
    assert tables.logins.columns == list(DTYPES["logins"])


def test_amounts_and_times_of_targets(folder: Folder) -> None:
    events = (
        "account_id,ts,event_type,target_id,price,target_ts\n"
        "a1,2026-01-01T10:00:00,proposal,j1,40,2026-01-01T09:59:50\n"
        "a1,2026-01-02T10:00:00,proposal,j2,-3,never\n"
    )
    tables = read_tables(folder(events=events), columns={"events": {"price": "amount"}})
    check_tables(tables)
    assert tables.events["amount"].to_list() == [40.0, None]
    assert tables.events["target_ts"].to_list() == [datetime(2026, 1, 1, 9, 59, 50), None]
    assert tables.events.schema["amount"] == pl.Float64
    assert tables.quarantine["column"].to_list() == ["amount", "target_ts"]


def test_a_wrong_target_names_the_further_columns_too(folder: Folder) -> None:
    with pytest.raises(SettingsError, match=r"did you mean .latitude.*longitude"):
        read_tables(folder(logins=LOGINS), columns={"logins": {"lat": "latitudes"}})
