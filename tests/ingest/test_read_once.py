"""Tables with other labels have kept rows in common, and nothing that was prepared."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ingest import Tables, read_tables
from ingest.read_once import MESSAGES, of_messages, prepared, read_once


def tables() -> Tables:
    accounts = {"account_id": ["a", "b"], "label": [1, None]}
    messages = {"account_id": ["a", "a", "b"], "ts": ["2026-01-01"] * 3, "text": ["x", "y", "z"]}
    return read_tables({"accounts": pl.DataFrame(accounts), "messages": pl.DataFrame(messages)})


def counted(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {"counted": rows.group_by("account", maintain_order=True).len()}


def labels(given: Tables) -> list[int | None]:
    return given.accounts["label"].to_list()


def test_other_labels_share_what_is_kept_but_nothing_prepared() -> None:
    once = read_once(tables())
    assert prepared(once, "labels", labels) == [1, None]
    first = of_messages(once, ("counted",), counted)["counted"]
    accounts = once.accounts.with_columns(label=pl.lit(0, pl.Int8))
    other = replace(once, accounts=accounts)
    assert prepared(other, "labels", labels) == [0, 0]
    assert of_messages(other, ("counted",), counted)["counted"] is first
    assert first.rows() == [(0, 2), (1, 1)]


def test_what_is_prepared_is_prepared_once_and_only_for_tables_that_are_read_once() -> None:
    asked: list[Tables] = []
    once = read_once(tables())
    for given in (once, once, tables(), tables()):
        prepared(given, "asked", asked.append)
    assert len(asked) == 3
    assert once.kept.found() == {}


def test_what_is_kept_knows_units_by_name() -> None:
    once = read_once(tables())
    of_messages(once, ("counted",), counted)
    index = once.kept.found()[MESSAGES.name].index
    assert index.columns == ["account", "account_id", "first", "second"]
    assert index["account_id"].to_list() == ["a", "b"]
