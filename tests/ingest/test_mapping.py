from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ingest import TABLES, InputError, SettingsError, presets, read_tables
from ingest.mapping import check_columns, load_preset

Folder = Callable[..., Path]


def test_columns_are_mapped_by_settings(folder: Folder) -> None:
    source = folder(accounts="UID,is_bad\na1,1\n")
    tables = read_tables(source, columns={"accounts": {"uid": "account_id", "is_bad": "label"}})
    assert tables.accounts.select("account_id", "label").rows() == [("a1", 1)]


def test_case_and_white_space_of_names_do_not_count(folder: Folder) -> None:
    tables = read_tables(folder(accounts=" Account_ID ,LABEL\na1,1\n"))
    assert tables.accounts.select("account_id", "label").rows() == [("a1", 1)]


def test_a_mapped_column_wins_over_one_of_the_same_name(folder: Folder) -> None:
    source = folder(accounts="id,account_id\na1,old1\n")
    tables = read_tables(source, columns={"accounts": {"id": "account_id"}})
    assert tables.accounts["account_id"].to_list() == ["a1"]


@pytest.mark.parametrize(
    ("header", "hint"),
    [
        ("user_id,label", r"'user_id' looks like it: \[columns.accounts\] 'user_id' = "),
        ("acount_id,label", "'acount_id' looks like it"),
        ("x,label", r"map another column to it: \[columns.accounts\] other = "),
    ],
)
def test_a_missing_column_names_what_looks_like_it(folder: Folder, header: str, hint: str) -> None:
    with pytest.raises(InputError, match=hint) as caught:
        read_tables(folder(accounts=f"{header}\na1,1\n"))
    assert "accounts.csv: the required column 'account_id' is missing" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_table_needs_one_of_its_columns(folder: Folder) -> None:
    with pytest.raises(InputError, match=r"logins.csv: at least one of ip, device_id"):
        read_tables(folder(logins="account_id,ts\na1,2026-01-01\n"))


def test_mappings_that_make_no_sense(folder: Folder) -> None:
    source = folder()
    with pytest.raises(InputError, match=r"'labl', which is not there \(did you mean 'label'\?\)"):
        read_tables(source, columns={"accounts": {"labl": "label"}})
    with pytest.raises(SettingsError, match=r"'acount_id': no such column \(did you mean"):
        read_tables(source, columns={"accounts": {"label": "acount_id"}})
    with pytest.raises(SettingsError, match="unknown table"):
        read_tables(source, columns={"users": {}})
    with pytest.raises(SettingsError, match="unknown preset 'nope'; there are: event-logs, gig"):
        read_tables(source, preset="nope")
    twice = {"accounts": {"account_id": "account_id", "label": "account_id"}}
    with pytest.raises(InputError, match="are both account_id"):
        read_tables(source, columns=twice)


@pytest.mark.parametrize("name", presets())
def test_presets_name_tables_and_columns_of_the_contract(name: str) -> None:
    preset = load_preset(name)
    check_columns(preset.columns)
    assert preset.columns
    assert set(preset.files.values()) <= set(TABLES)


def test_the_gig_platform_preset(folder: Folder) -> None:
    source = folder(dataset="label,user_id,X1,X2\n0,7,0.5,1\n1,8,1.5,0\n")
    (source / "accounts.csv").unlink()
    tables = read_tables(source, preset="gig-platform")
    assert tables.features == ("X1", "X2")
    assert tables.accounts["label"].to_list() == [0, 1]


def test_the_tolokers_preset(folder: Folder) -> None:
    nodes = "id\tapproved_rate\teducation\tbanned\n0\t0.5\tnone\t1\n1\t0.25\thigh\t0\n"
    source = folder(nodes__tsv=nodes, edges__tsv="source\ttarget\n0\t1\n")
    (source / "accounts.csv").unlink()
    tables = read_tables(source, preset="tolokers")
    assert tables.features == ("approved_rate",)
    assert tables.accounts["education"].to_list() == ["none", "high"]
    assert tables.edges.select("account", "other").rows() == [(0, 1)]


def test_the_scraper_events_preset() -> None:
    users = pl.DataFrame({"user_id": ["u1"], "signup_ts": [1_760_000_000], "is_spam": ["spam"]})
    events = pl.DataFrame({"user_id": ["u1"], "event_ts": ["2026-01-01"], "event": ["Search"]})
    tables = read_tables({"accounts": users, "events": events}, preset="scraper-events")
    assert tables.accounts["created_at"].dt.year().to_list() == [2025]
    assert tables.events["event_type"].to_list() == ["search"]
