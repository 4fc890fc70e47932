"""What is kept of logins, moments of action and scraping: the next night in parts is the night."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ingest import Tables, read_tables
from ingest.kept import Kept
from ingest.read_once import read_once
from models.features import behaviour_features
from models.signals import signal_features

START = datetime(2026, 1, 1)
KEY = bytes(range(32))
TYPES = ["search", "view", "call", "message", "signup", "purchase"]
Frames = dict[str, pl.DataFrame]


def platform(seed: int, accounts: int = 14, rows: int = 500) -> Frames:
    """Accounts that log in, search and write; one keeps a beat, one never acts."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"a{number:03d}" for number in range(accounts)])
    busy = ids[1:]

    def at(count: int) -> list[datetime]:
        return [START + timedelta(seconds=int(s)) for s in rng.integers(0, 30 * 86_400, count)]

    beat = [START + timedelta(seconds=300 * step) for step in range(40)]
    events = pl.DataFrame(
        {
            "account_id": [*rng.choice(busy, rows), *[ids[1]] * len(beat)],
            "ts": [*at(rows), *beat],
            "event_type": [*rng.choice(TYPES, rows), *["search"] * len(beat)],
        }
    )
    logins = {"account_id": rng.choice(busy, rows), "ts": at(rows), "device_id": "d"}
    texts = [f"hello {word}" for word in rng.integers(0, 9, rows // 5)]
    messages = {"account_id": rng.choice(busy, rows // 5), "ts": at(rows // 5), "text": texts}
    return {
        "accounts": pl.DataFrame({"account_id": ids, "created_at": at(accounts)}),
        "logins": pl.DataFrame(logins),
        "events": events,
        "messages": pl.DataFrame(messages),
    }


def changed(frames: Frames, rng: np.random.Generator, share: float, drop: str) -> Frames:
    """Rows that came late or went, accounts that went with theirs, a table that is missing."""
    gone = frames["accounts"]["account_id"].sample(2, seed=int(rng.integers(1 << 30)))
    left = {
        name: rows.filter(
            pl.Series(rng.random(rows.height) >= share) | (name == "accounts")
        ).filter(~pl.col("account_id").is_in(gone.implode()))
        for name, rows in frames.items()
        if name != drop
    }
    moved = (pl.col("ts") + pl.duration(hours=1)).alias("ts")
    later = pl.Series(rng.random(left["logins"].height) < share) if "logins" in left else None
    if later is not None:
        moved_rows = left["logins"].filter(later).with_columns(moved)
        left["logins"] = pl.concat([left["logins"].filter(~later), moved_rows])
    return left


def seen(tables: Tables) -> pl.DataFrame:
    """What is made of the rows of accounts."""
    return pl.concat(
        [behaviour_features(tables), signal_features(tables, ["scrapers", "freelance"]).frame],
        how="horizontal",
    )


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    share=st.sampled_from([0.0, 0.02, 0.4]),
    drop=st.sampled_from(["", "events", "messages", "logins"]),
    back=st.booleans(),
)
def test_a_night_in_parts_is_the_whole_night(
    seed: int, share: float, drop: str, back: bool
) -> None:
    whole = platform(seed)
    other = changed(whole, np.random.default_rng(seed), share, drop)
    nights = [read_tables(frames) for frames in ((other, whole) if back else (whole, other))]
    first = read_once(nights[0], Kept(key=KEY))
    seen(first)
    second = read_once(nights[1], Kept(first.kept.found(), KEY))
    assert_frame_equal(seen(second), seen(nights[1]), abs_tol=1e-9)


def test_only_who_acted_is_worked_on_again() -> None:
    whole = platform(5)
    first = read_once(read_tables(whole), Kept(key=KEY))
    seen(first)
    row = {"account_id": "a003", "ts": START + timedelta(days=31), "device_id": "d"}
    logins = pl.concat([whole["logins"], pl.DataFrame(row)])
    second = read_once(read_tables({**whole, "logins": logins}), Kept(first.kept.found(), KEY))
    seen(second)
    assert second.kept.again == {"actions": 1, "log": 0, "logins": 1, "messages": 0}


@pytest.mark.parametrize("lost", ["actions", "log", "logins"])
def test_what_was_not_kept_is_made(lost: str) -> None:
    tables = read_tables(platform(6))
    first = read_once(tables, Kept(key=KEY))
    seen(first)
    left = {name: found for name, found in first.kept.found().items() if name != lost}
    second = read_once(tables, Kept(left, KEY))
    assert_frame_equal(seen(second), seen(tables), abs_tol=1e-9)
    assert lost not in second.kept.again
