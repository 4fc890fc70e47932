"""Event logs from lists of seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl
import pytest

from ingest import Tables, read_tables

BEGIN = 1_551_484_800
Acts = Mapping[str, Sequence[float]]


def build(*accounts: Acts) -> Tables:
    """Tables of accounts that signed up at second 0 and acted at the seconds given, by type."""
    names = [f"a{i:03d}" for i in range(len(accounts))]
    rows = [
        {"account_id": name, "event_type": kind, "ts": str(int((BEGIN + second) * 1000))}
        for name, acts in zip(names, accounts, strict=True)
        for kind, seconds in acts.items()
        for second in seconds
    ]
    signed_up = pl.DataFrame({"account_id": names, "created_at": [str(BEGIN)] * len(names)})
    return read_tables({"accounts": signed_up, "events": pl.DataFrame(rows)})


def people(count: int, seed: int = 5) -> list[Acts]:
    """Accounts that search, call and write now and then at the pace of people."""
    rng = np.random.default_rng(seed)

    def some(mean: float) -> list[float]:
        return np.cumsum(rng.lognormal(9, 1.2, rng.poisson(mean) + 1)).round().tolist()

    return [{"search": some(10), "call": some(6), "message": some(1)} for _ in range(count)]


@pytest.fixture
def make_log() -> Callable[..., Tables]:
    """Give the builder of logs."""
    return build


@pytest.fixture
def crowd() -> Callable[..., list[Acts]]:
    """Give ordinary accounts."""
    return people
