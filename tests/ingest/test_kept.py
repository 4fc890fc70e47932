from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ingest import Tables, read_tables
from ingest.kept import Found, Kept
from ingest.read_once import of_messages, read_once
from models.features import content_features
from models.signals import signal_features

START = datetime(2026, 1, 1)
WORDS = [
    "hello",
    "dear",
    "SIR",
    "please",
    "visit",
    "www.a.example",
    "now",
    "@bob",
    "and",
    "@eve",
    "regards",
    "the",
]
KEY = bytes(range(32))


def platform(seed: int, accounts: int, messages: int, *, first: int = 0) -> Tables:
    """Accounts that write a few words now and then."""
    rng = np.random.default_rng(seed)
    ids = [f"a{number:03d}" for number in range(first, first + accounts)]
    rows = [
        {
            "account_id": ids[rng.integers(accounts)],
            "ts": START + timedelta(minutes=int(rng.integers(9_000))),
            "text": " ".join(rng.choice(WORDS, rng.integers(1, 9))),
        }
        for _ in range(messages)
    ]
    frame = pl.DataFrame(rows, schema_overrides={"account_id": pl.String})
    if not rows:
        frame = pl.DataFrame(schema={"account_id": pl.String, "ts": pl.Datetime, "text": pl.String})
    return read_tables({"accounts": pl.DataFrame({"account_id": ids}), "messages": frame})


def texts(tables: Tables) -> pl.DataFrame:
    """Everything that is read from texts."""
    return pl.concat(
        [content_features(tables), signal_features(tables, ["freelance", "tweets"]).frame],
        how="horizontal",
    )


def later(tables: Tables, rows: pl.DataFrame) -> Tables:
    """The tables with other messages of the same accounts."""
    named = rows.with_columns(account_id=pl.lit(tables.accounts["account_id"]).gather("account"))
    frames = {"accounts": tables.accounts.select("account_id"), "messages": named.drop("account")}
    return read_tables(frames)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 1), st.integers(0, 400))
def test_texts_read_in_two_nights_are_those_read_in_one(
    seed: int, share: float, messages: int
) -> None:
    whole = platform(seed, 12, messages)
    part = whole.messages.sample(fraction=share, seed=seed).sort(whole.messages.columns)
    first = read_once(later(whole, part), Kept(key=KEY))
    texts(first)
    second = read_once(whole, Kept(first.kept.found(), KEY))
    assert_frame_equal(texts(second), texts(whole), abs_tol=1e-9)
    wrote = set(whole.messages.join(part, part.columns, "anti", nulls_equal=True)["account"])
    again = second.kept.again.get("messages")
    assert again is None or len(wrote) <= again <= 12, f"seed {seed}"


def test_only_who_wrote_something_else_is_read_again() -> None:
    whole = platform(3, 40, 300)
    first = read_once(whole, Kept(key=KEY))
    texts(first)
    read: list[int] = []
    of_messages(first, ("noted",), lambda rows: _noted(rows, []))
    second = read_once(
        later(whole, whole.messages.filter(pl.col("account") != 7)),
        Kept(first.kept.found(), KEY),
    )
    of_messages(second, ("noted",), lambda rows: _noted(rows, read))
    assert read == []  # who is silent now is not read
    more = whole.messages.filter(pl.col("account") == 7).head(1).with_columns(text=pl.lit("new"))
    third = read_once(
        later(whole, pl.concat([whole.messages, more])), Kept(second.kept.found(), KEY)
    )
    of_messages(third, ("noted",), lambda rows: _noted(rows, read))
    assert read == [7]


def _noted(rows: pl.DataFrame, read: list[int]) -> dict[str, pl.DataFrame]:
    read.extend(rows["account"].unique().to_list())
    return {"noted": rows.group_by("account").agg(pl.len())}


def test_accounts_are_known_by_id_and_not_by_number() -> None:
    whole = platform(4, 30, 200)
    first = read_once(whole, Kept(key=KEY))
    texts(first)
    ids = whole.accounts["account_id"]
    named = whole.messages.with_columns(account_id=pl.lit(ids).gather("account")).drop("account")
    early = pl.DataFrame({"account_id": ["a0", *ids]})
    moved = read_once(
        read_tables({"accounts": early, "messages": named}), Kept(first.kept.found(), KEY)
    )
    assert_frame_equal(texts(moved)[1:], texts(whole), abs_tol=1e-9)
    assert moved.kept.again["messages"] == 0


def test_another_secret_knows_nothing() -> None:
    whole = platform(5, 10, 60)
    first = read_once(whole, Kept(key=KEY))
    texts(first)
    second = read_once(whole, Kept(first.kept.found(), bytes(32)))
    texts(second)
    assert second.kept.again["messages"] == whole.messages["account"].n_unique()


def test_for_a_shadow_copy_nothing_is_read_twice() -> None:
    whole = platform(6, 30, 200)
    first = read_once(whole, Kept(key=KEY))
    texts(first)
    shadow = read_once(whole, first.kept.once_more())
    assert_frame_equal(texts(shadow), texts(whole), abs_tol=1e-9)
    assert shadow.kept.again["messages"] == 0


def test_other_messages_in_the_same_tables_are_read_as_they_are() -> None:
    whole = platform(7, 10, 60)
    reading = read_once(whole)
    texts(reading)
    other = platform(8, 10, 60)
    assert_frame_equal(texts(read_once(other, reading.kept)), texts(other), abs_tol=1e-9)


@pytest.mark.parametrize("missing", ["content", "measures"])
def test_what_was_not_kept_is_read(missing: str) -> None:
    whole = platform(9, 20, 100)
    first = read_once(whole, Kept(key=KEY))
    texts(first)
    found = first.kept.found()["messages"]
    left = Found(found.index, {n: f for n, f in found.frames.items() if n != missing})
    again = read_once(whole, Kept({"messages": left}, KEY))
    assert_frame_equal(texts(again), texts(whole), abs_tol=1e-9)
