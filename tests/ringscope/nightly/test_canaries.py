from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from ingest import Tables, read_tables
from ingest.schema import check_tables
from ringscope import Settings, analyze
from ringscope.demo import make_world
from ringscope.nightly.canaries import CURVE, FLAVOURS, canaries
from ringscope.nightly.hands import SIZE, Flavour, hands
from ringscope.nightly.shadow import last_moment, plant

SETTINGS = Settings(threads=1)
NAMES = ("accounts", "logins", "messages", "events", "payments", "engagement", "edges")


@pytest.fixture(scope="module")
def world() -> Mapping[str, pl.DataFrame]:
    found = make_world(accounts=300, seed=3)
    del found["truth"]
    return {**found, "accounts": found["accounts"].drop("label")}


@pytest.fixture(scope="module")
def tables(world: Mapping[str, pl.DataFrame]) -> Tables:
    return read_tables(world)


@pytest.fixture(scope="module")
def report(tables: Tables) -> dict[str, Any]:
    return canaries(tables, SETTINGS)


def test_the_shadow_has_the_real_rows_first_and_fits_the_schema(tables: Tables) -> None:
    end = last_moment(tables)
    assert end is not None
    shadow = plant(tables, [Flavour("lazy", 0.0)], 2, end, seed=1)
    check_tables(shadow.tables)
    for name in NAMES:
        real, copy = getattr(tables, name), getattr(shadow.tables, name)
        assert copy.head(real.height).equals(real), name
    accounts = shadow.tables.accounts["account_id"]
    assert accounts.is_sorted()
    assert accounts.tail(2 * SIZE).to_list() == shadow.members["account_id"].to_list()
    assert last_moment(shadow.tables) == end


def test_the_real_tables_are_left_as_they_are(tables: Tables, report: dict[str, Any]) -> None:
    again = {name: getattr(tables, name).hash_rows().sum() for name in NAMES}
    canaries(tables, SETTINGS)
    assert {name: getattr(tables, name).hash_rows().sum() for name in NAMES} == again


def test_what_is_planted_is_in_nobody_elses_hands(tables: Tables) -> None:
    end = last_moment(tables)
    assert end is not None
    shadow = plant(tables, [*FLAVOURS, *CURVE], 2, end, seed=1).tables
    first = tables.accounts.height
    for name, column in (
        ("logins", "device_id"),
        ("logins", "subnet"),
        ("payments", "instrument_id"),
        ("messages", "text"),
    ):
        frame = getattr(shadow, name).drop_nulls(column)
        real = frame.filter(pl.col("account") < first)[column].unique()
        planted = frame.filter(pl.col("account") >= first)[column].unique()
        assert not planted.is_in(real.implode()).any(), column


def test_lazy_rings_share_all_and_careful_ones_one_thing_per_pair(tables: Tables) -> None:
    rng = np.random.default_rng(4)
    lazy = hands(rng, tables, [Flavour("lazy", 0.0)])
    assert {name: held.n_unique() for name, held in lazy.items()} == dict.fromkeys(lazy, 1)
    careful = hands(rng, tables, [Flavour("careful", 0.0, chain=True)])
    shared = np.zeros((SIZE, SIZE), dtype=int)
    for held in careful.values():
        values = held.to_numpy()
        shared += values[:, None] == values[None, :]
    expected = np.eye(SIZE, dtype=int) * len(careful)
    expected += np.eye(SIZE, k=1, dtype=int) + np.eye(SIZE, k=-1, dtype=int)
    assert (shared == expected).all()


def test_rotation_takes_sharing_away(tables: Tables) -> None:
    rng = np.random.default_rng(5)
    alone = [
        np.mean([
            len(set(held)) / len(held)
            for held in hands(rng, tables, [flavour] * 30).values()
        ])
        for flavour in (FLAVOURS[0], *CURVE)
    ]  # fmt: skip
    assert alone == sorted(alone)


def test_the_report_counts_each_flavour_and_the_curve(report: dict[str, Any]) -> None:
    rings = [row["rings"] for row in report["flavours"]]
    assert report["planted"] == sum(rings) == 3 * len([*FLAVOURS, *CURVE])
    assert report["found"] == sum(row["found"] for row in report["flavours"])
    assert [row["rotation"] for row in report["curve"]] == [0.0, 0.2, 0.4, 0.5, 0.6, 0.8]
    assert all(row["found"] <= row["listed"] <= row["rings"] for row in report["flavours"])
    assert report["flavours"][0]["found"] == 3, "lazy rings are found even without labels"
    assert report["sentence"].startswith(f"{report['found']} of {report['planted']} planted rings")


def test_the_same_again_gives_the_same_report(tables: Tables, report: dict[str, Any]) -> None:
    assert canaries(tables, SETTINGS) == report


def test_without_activity_nothing_is_planted() -> None:
    alone = read_tables({"accounts": pl.DataFrame({"account_id": ["a", "b", "c"]})})
    assert canaries(alone, SETTINGS)["planted"] == 0


def test_tables_that_lack_much_can_be_planted_in() -> None:
    ids = [f"a{i}" for i in range(40)]
    rows = {"account_id": ids, "ts": [datetime(2025, 5, 1, i % 24) for i in range(40)]}
    logins = pl.DataFrame({**rows, "device_id": [f"d{i // 2}" for i in range(40)]})
    found = canaries(
        read_tables({"accounts": pl.DataFrame({"account_id": ids}), "logins": logins}), SETTINGS
    )
    assert found["planted"] == 21


def test_a_run_has_the_same_bytes_with_and_without_canaries(
    world: Mapping[str, pl.DataFrame], tables: Tables, tmp_path: Path
) -> None:
    small = {name: frame.head(4_000) for name, frame in world.items()}
    analyze(small, SETTINGS, tmp_path / "without")
    canaries(read_tables(small), SETTINGS)
    analyze(small, SETTINGS, tmp_path / "with")
    first, second = (
        {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and path.name != "timings.json"
        }
        for folder in (tmp_path / "without", tmp_path / "with")
    )
    assert first == second
