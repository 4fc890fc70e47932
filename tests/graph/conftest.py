"""Small worlds: tables from a few columns, and random ones from a seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from ingest import Tables, read_tables

START = datetime(2026, 1, 1)
WORDS = ["offer", "cheap", "crypto", "coin", "visit", "meet", "coffee", "today", "bonus", "lucky"]


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def build(accounts: int | dict[str, Any], **tables: dict[str, Any]) -> Tables:
    """Tables from columns; accounts are named a0000, a0001, ... and meant by their number."""
    if isinstance(accounts, int):
        accounts = {"created_at": [START] * accounts}
    count = len(next(iter(accounts.values())))
    frames = {"accounts": pl.DataFrame({"account_id": name(range(count)), **accounts})}
    for table, columns in tables.items():
        given = dict(columns)
        for old, new in (("account", "account_id"), ("a", "src"), ("b", "dst")):
            if old in given:
                given[new] = name(given.pop(old))
        frames[table] = pl.DataFrame(given)
    return read_tables(frames)


def name(numbers: Any) -> list[str]:
    return [f"a{number:04d}" for number in numbers]


def random_tables(seed: int, accounts: int = 80, order: int | None = None) -> Tables:
    """Tables with every kind of sharing; `order` seeds the order of the input rows."""
    rng = np.random.default_rng(seed)
    signup = [day(x) for x in rng.uniform(0, 40, accounts)]
    label = rng.choice([0, 1, None], accounts).tolist()
    logins, messages, payments = (rng.integers(0, accounts, n) for n in (400, 160, 60))
    texts = [" ".join(rng.choice(WORDS, 9)) for _ in range(12)]
    frames = {
        "accounts": pl.DataFrame(
            {
                "account_id": name(range(accounts)),
                "created_at": signup,
                "email": [
                    f"u{x}+{i}@gmail.com" for i, x in enumerate(rng.integers(0, 60, accounts))
                ],
                "phone": [f"+4915112{x:06d}" for x in rng.integers(0, 70, accounts)],
                "label": label,
            }
        ),
        "logins": pl.DataFrame(
            {
                "account_id": name(logins),
                "ts": [day(x) for x in rng.uniform(0, 60, 400)],
                "ip": [f"93.184.{x}.{y}" for x, y in rng.integers(1, 9, (400, 2))],
                "device_id": [f"d{x}" for x in rng.integers(0, 60, 400)],
            }
        ),
        "messages": pl.DataFrame(
            {
                "account_id": name(messages),
                "ts": [day(x) for x in rng.uniform(0, 60, 160)],
                "text": [f"{texts[x]} {x}" for x in rng.integers(0, 12, 160)],
            }
        ),
        "payments": pl.DataFrame(
            {
                "account_id": name(payments),
                "instrument_id": [f"card{x}" for x in rng.integers(0, 30, 60)],
            }
        ),
        "edges": pl.DataFrame(
            {
                "src": name(rng.integers(0, accounts, 30)),
                "dst": name(rng.integers(0, accounts, 30)),
                "ts": [day(x) for x in rng.uniform(0, 60, 30)],
            }
        ),
    }
    if order is not None:
        frames = {
            table: frame.sample(fraction=1, shuffle=True, seed=order)
            for table, frame in frames.items()
        }
    return read_tables(frames)


@pytest.fixture
def tables_of() -> Callable[..., Tables]:
    """Give the builder of small tables."""
    return build


@pytest.fixture
def random_world() -> Callable[..., Tables]:
    """Give the builder of random tables."""
    return random_tables


@pytest.fixture
def at() -> Callable[[float], datetime]:
    """Give the moment so many days after the start."""
    return day


@pytest.fixture
def sightings_of() -> Callable[..., tuple[pl.DataFrame, pl.DataFrame]]:
    """Give the builder of sightings and identifiers from (account, value, first, last) in days."""

    def made(
        seen: list[tuple[int, str, float | None, float | None]], kind: str
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        time = {"first_seen": pl.Datetime("us"), "last_seen": pl.Datetime("us")}
        rows = pl.DataFrame(
            [(a, v, *(None if t is None else day(t) for t in times)) for a, v, *times in seen],
            schema={"account": pl.UInt32, "value": pl.String, **time},
            orient="row",
        ).with_columns(kind=pl.lit(kind), count=pl.lit(1, pl.UInt32))
        identifiers = (
            rows.group_by("kind", "value")
            .agg(
                pl.len().cast(pl.UInt32).alias("accounts"),
                pl.col("first_seen").min(),
                pl.col("last_seen").max(),
            )
            .sort("kind", "value")
            .with_row_index("identifier")
        )
        rows = rows.join(identifiers.select("identifier", "value"), "value")
        columns = ["account", "identifier", "kind", "first_seen", "last_seen", "count"]
        return rows.select(columns).sort("account", "identifier"), identifiers

    return made
