from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from ingest import Tables, read_tables
from ringscope.profile import LEVELS, PROFILE, QUANTILES, profile

START = datetime(2025, 5, 1)


def tables(rows: int = 50) -> Tables:
    ids = [f"a{i:03d}" for i in range(rows)]
    accounts = pl.DataFrame(
        {
            "account_id": ids,
            "created_at": [START] * rows,
            "country": ["PL", "FR"] * (rows // 2),
            "photos": [None, *range(1, rows)],
        }
    )
    logins = pl.DataFrame(
        {
            "account_id": ids,
            "ts": [START + timedelta(hours=i) for i in range(rows)],
            "device_id": [None] * 10 + [f"d{i}" for i in range(rows - 10)],
            "ip": ["203.0.113.7"] * rows,
        }
    )
    return read_tables({"accounts": accounts, "logins": logins})


def found(part: str, table: str, column: str, frame: pl.DataFrame) -> dict[str, object]:
    row = frame.filter(pl.col("part") == part, pl.col("table") == table, pl.col("column") == column)
    return row.row(0, named=True)


@pytest.fixture(scope="module")
def made() -> pl.DataFrame:
    features = pl.DataFrame({"f": np.arange(50, dtype=np.float32)})
    return profile(tables(), features, {"risk": pl.Series(np.linspace(0, 1, 50))})


def test_every_table_has_its_rows(made: pl.DataFrame) -> None:
    assert dict(made.schema) == PROFILE
    assert found("input", "logins", "", made)["rows"] == 50
    assert found("input", "messages", "", made)["rows"] == 0
    assert found("recent", "logins", "", made)["rows"] == 24


def test_numbers_have_quantiles_and_few_levels_have_shares(made: pl.DataFrame) -> None:
    photos = found("input", "accounts", "photos", made)
    assert (photos["rows"], photos["missing"]) == (50, 1)
    quantiles = photos["quantiles"]
    assert isinstance(quantiles, list)
    assert (len(quantiles), quantiles[0], quantiles[100], quantiles[-1]) == (QUANTILES, 1, 25, 49)
    country = found("input", "accounts", "country", made)
    assert (country["levels"], country["shares"]) == (["FR", "PL"], [0.5, 0.5])
    assert found("input", "logins", "device_id", made)["missing"] == 10
    assert found("input", "accounts", "account_id", made)["levels"] is None
    assert found("feature", "accounts", "f", made)["rows"] == 50
    assert found("score", "accounts", "risk", made)["quantiles"] is not None


def test_text_with_many_levels_is_only_counted() -> None:
    made = profile(tables(2 * LEVELS + 2), pl.DataFrame(), {})
    assert found("input", "logins", "device_id", made)["levels"] is None


def test_a_column_without_any_value(made: pl.DataFrame) -> None:
    email = found("input", "accounts", "email", made)
    assert (email["missing"], email["levels"], email["quantiles"]) == (50, None, None)
