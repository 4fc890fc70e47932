"""What a store keeps of accounts and identifiers: read back as it was, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from graph import link
from ingest import Tables, read_tables
from ingest.kept import Kept
from ingest.read_once import of_messages, read_once
from ringscope.store import Store
from ringscope.store.kept import MARK, load_kept, save_kept

FILES = [
    "evidence.units.parquet",
    "evidence.pairs.parquet",
    "evidence.popularity.parquet",
    "messages.units.parquet",
    "messages.counted.parquet",
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.make(tmp_path / "store")
    kept = load_kept(store)
    work(kept)
    save_kept(store, kept)
    return store


def platform() -> Tables:
    """Six accounts, three to a device, each with two messages."""
    ids = [f"a{number}" for number in range(6)]
    logins = {"account_id": ids, "ts": ["2026-01-01"] * 6, "device_id": ["d1"] * 3 + ["d2"] * 3}
    texts = {"account_id": ids * 2, "ts": ["2026-01-01"] * 12, "text": [*"abcdefghijkl"]}
    return read_tables(
        {
            "accounts": pl.DataFrame({"account_id": ids}),
            "logins": pl.DataFrame(logins),
            "messages": pl.DataFrame(texts),
        }
    )


def counted(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {"counted": rows.group_by("account", maintain_order=True).len()}


def work(kept: Kept) -> None:
    tables = read_once(platform(), kept)
    assert link(tables).evidence.equals(link(platform()).evidence)
    assert of_messages(tables, ("counted",), counted)["counted"]["len"].to_list() == [2] * 6


def test_what_was_saved_is_known(store: Store) -> None:
    assert sorted(path.name for path in store.kept.iterdir()) == sorted([*FILES, MARK])
    kept = load_kept(store)
    work(kept)
    assert kept.told() == [
        "evidence: 0 of 2 identifiers made again",
        "messages: 0 of 6 accounts made again",
    ]


@pytest.mark.parametrize("name", FILES)
def test_an_altered_file_makes_all_unknown(
    store: Store, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = store.kept / name
    frame = pl.read_parquet(path)
    frame.with_columns(pl.col(frame.columns[-1]).reverse(), pl.lit(1).alias("more")).write_parquet(
        path
    )
    kept = load_kept(store)
    work(kept)
    assert kept.again == {}
    assert f"all is computed again: what was kept holds an altered file, {name}" in caplog.text


def test_other_versions_and_a_broken_mark_make_all_unknown(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    mark = json.loads((store.kept / MARK).read_text())
    (store.kept / MARK).write_text(json.dumps(mark | {"versions": {"polars": "0"}}))
    kept = load_kept(store)
    work(kept)
    assert kept.again == {}
    assert "is of other library versions" in caplog.text
    (store.kept / MARK).write_text("{")
    work(kept := load_kept(store))
    assert kept.again == {}
    assert "cannot be read" in caplog.text
