from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from ingest import InputError, read_tables

SIGNUP = "user_id\tcountry_code\tsignup_ts\nu1\tIT\t2019-03-02\nu2\tGB\t1551600000000\n"
CALL = "user_id\tcall_ts\nu1\t2019-03-03 10:00:00\nu1\t2019-03-03 10:00:00\nu9\t2019-03-03\n"
SEARCH = "User_ID\tSEARCH_TS\nu2\t1551700000000\nu1\tyesterday\nu2\t2019-03-04T12:00:00\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    for name, text in (("signup", SIGNUP), ("call", CALL), ("search", SEARCH)):
        (tmp_path / f"{name}.tsv").write_text(text)
    return tmp_path


def test_files_become_accounts_and_events(log: Path) -> None:
    tables = read_tables(log, preset="event-logs", max_bad_share=0.5)
    assert tables.accounts.select("account_id", "country").rows() == [("u1", "IT"), ("u2", "GB")]
    assert tables.events.select("account", "ts", "event_type").rows() == [
        (0, datetime(2019, 3, 2), "signup"),
        (0, datetime(2019, 3, 3, 10), "call"),
        (1, datetime(2019, 3, 3, 8), "signup"),
        (1, datetime(2019, 3, 4, 11, 46, 40), "search"),
        (1, datetime(2019, 3, 4, 12), "search"),
    ]
    assert set(tables.sources) == {"signup.tsv", "call.tsv", "search.tsv"}


def test_rows_are_counted_per_file(log: Path) -> None:
    tables = read_tables(log, preset="event-logs", max_bad_share=0.5)
    assert tables.logs is not None
    assert tables.logs.rows() == [
        ("signup", 2, 0, 0, 2),
        ("call", 3, 1, 1, 1),
        ("search", 3, 0, 1, 2),
    ]
    assert "call: 3 rows, 1 of them twice (counted once)." in tables.notes
    refused = tables.quarantine.select("row", "value", "reason").rows()
    assert [(row, value) for row, value, _ in refused] == [(4, ""), (5, "u9"), (7, "yesterday")]


def test_other_input_has_no_logs() -> None:
    assert read_tables({"accounts": pl.DataFrame({"account_id": ["a"]})}).logs is None


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("call.csv", CALL, "are both call"),
        ("events.csv", "account_id,ts,event_type\nu1,2019-03-03,view\n", "are both events"),
        ("message.tsv", "user_id\twhen\nu1\t2019-03-03\n", "'message_ts' is missing"),
        ("message.tsv", "who\tmessage_ts\nu1\t2019-03-03\n", "'user_id' is missing"),
    ],
)
def test_bad_files_are_one_clear_error(log: Path, name: str, text: str, message: str) -> None:
    (log / name).write_text(text)
    with pytest.raises(InputError, match=message):
        read_tables(log, preset="event-logs")


def test_a_log_without_its_preset_is_told_of_it(log: Path) -> None:
    with pytest.raises(InputError, match="--preset event-logs"):
        read_tables(log)


def test_no_signups_is_an_error_that_names_the_file(log: Path) -> None:
    (log / "signup.tsv").unlink()
    with pytest.raises(InputError, match=r"signup\.csv, signup\.tsv"):
        read_tables(log, preset="event-logs")
