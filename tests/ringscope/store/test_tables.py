from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ingest import DTYPES, InputError, RunError, Tables, read_tables
from ringscope import Settings
from ringscope.demo import make_world
from ringscope.store import Store
from ringscope.store.tables import append_rows, stored_tables

Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def world() -> Frames:
    frames = make_world(accounts=500, seed=5)
    return {name: frame for name, frame in frames.items() if name != "truth"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.make(tmp_path / "store")


def same(got: Tables, expected: Tables) -> None:
    for name in DTYPES:
        assert getattr(got, name).equals(getattr(expected, name)), name
    assert got.features == expected.features
    assert got.categories == expected.categories


def some(world: Frames, ids: pl.Series) -> Frames:
    inside = pl.col("account_id").is_in(ids.implode())
    return {name: frame.filter(inside) for name, frame in world.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_nights_that_bring_parts_make_the_whole(world: Frames, store: Store, seed: int) -> None:
    ids = world["accounts"]["account_id"].unique().sort().shuffle(seed)
    cut = int(np.random.default_rng(seed).integers(50, 450))
    append_rows(store, some(world, ids[:cut]), Settings())
    got, added = append_rows(store, some(world, ids[cut:]), Settings())
    assert added["accounts"] == len(ids) - cut - world["accounts"]["account_id"].null_count()
    same(got, read_tables(world))
    same(stored_tables(store), got)


def test_the_same_rows_again_change_nothing(world: Frames, store: Store) -> None:
    first, _ = append_rows(store, world, Settings())
    again, added = append_rows(store, world, Settings())
    assert added == {}
    assert again.sources == first.sources
    same(again, first)


def test_activity_of_known_accounts_comes_without_accounts(world: Frames, store: Store) -> None:
    early = {**world, "logins": world["logins"].head(100)}
    append_rows(store, early, Settings())
    got, added = append_rows(store, {"logins": world["logins"]}, Settings())
    assert set(added) == {"logins"}
    assert got.logins.equals(read_tables(world).logins)


def test_of_an_account_that_comes_again_filled_cells_count(store: Store) -> None:
    def rows(**cells: object) -> Frames:
        return {"accounts": pl.DataFrame({"account_id": ["a", "b"], **cells})}

    append_rows(store, rows(username=["ann", "bob"], label=[None, "0"]), Settings())
    _, added = append_rows(store, rows(username=["ann", "bob"]), Settings())
    assert added == {}
    got, added = append_rows(store, rows(label=["1", None], country=["DE", None]), Settings())
    assert added == {"accounts": 1}
    assert got.accounts["username"].to_list() == ["ann", "bob"]
    assert got.accounts["label"].to_list() == [1, 0]
    assert got.accounts["country"].to_list() == ["DE", None]


def test_rows_of_unknown_accounts_are_refused(world: Frames, store: Store) -> None:
    append_rows(store, world, Settings())
    stranger = pl.DataFrame({"account_id": ["nobody"], "ts": ["2026-01-01"], "ip": ["1.2.3.4"]})
    with pytest.raises(InputError, match="rows are bad"):
        append_rows(store, {"logins": stranger}, Settings())


def test_a_column_that_changes_its_kind_is_refused_and_nothing_is_added(store: Store) -> None:
    def rows(ids: list[str], stars: list[str]) -> Frames:
        return {"accounts": pl.DataFrame({"account_id": ids, "stars": stars})}

    append_rows(store, rows(["a", "b"], ["1", "2"]), Settings())
    with pytest.raises(InputError, match="numbers in one night and words in another"):
        append_rows(store, rows(["c", "d"], ["many", "few"]), Settings())
    assert stored_tables(store).accounts["account_id"].to_list() == ["a", "b"]


def test_damaged_parts_are_refused(world: Frames, store: Store) -> None:
    append_rows(store, world, Settings())
    part = store.tables / "logins-000001.parquet"
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    with pytest.raises(RunError, match=r"logins-000001\.parquet: missing or altered"):
        stored_tables(store)


def test_parts_that_no_index_names_do_not_count(world: Frames, store: Store) -> None:
    append_rows(store, world, Settings())
    (store.tables / "logins-000002.parquet").write_bytes(b"half")
    same(stored_tables(store), read_tables(world))
    append_rows(store, {"logins": world["logins"].head(1)}, Settings())


def test_a_store_without_tables_says_so(store: Store) -> None:
    with pytest.raises(RunError, match="keeps no tables"):
        stored_tables(store)
