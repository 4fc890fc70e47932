"""Clean tables from rows as a test writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from ingest import Tables, read_tables


def build(accounts: int, **rows: list[dict[str, Any]]) -> Tables:
    """Tables of accounts a0, a1, ... and of rows by table; rows name accounts by number."""
    frames = {"accounts": pl.DataFrame({"account_id": [f"a{i}" for i in range(accounts)]})}
    for name, given in rows.items():
        named = [{**row, "account_id": f"a{row['account']}"} for row in given]
        frames[name] = pl.DataFrame(named).drop("account")
    return read_tables(frames)


@pytest.fixture
def make_tables() -> Callable[..., Tables]:
    """Give the builder of tables."""
    return build
