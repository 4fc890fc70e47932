from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import polars as pl
import pytest

from graph import Linkage, kinds, link
from ingest import Tables, read_tables
from models.features.linked import WORDS, linked_features

World: TypeAlias = tuple[Tables, Linkage]


def test_one_row_per_account_float32_and_words_for_each_column(small: World) -> None:
    got = linked_features(*small)
    assert got.height == small[1].accounts
    assert set(got.dtypes) == {pl.Float32}
    for column in got.columns:
        known = column in WORDS or f"*.{column.split('.')[1]}" in WORDS
        assert known or column.startswith("group.share_"), column


def test_identifiers_and_partners_equal_a_plain_count(small: World) -> None:
    tables, linkage = small
    got = linked_features(tables, linkage)
    users: dict[str, set[int]] = {}
    own: dict[int, set[str]] = {}
    for account, device in tables.logins.select("account", "device_id").iter_rows():
        users.setdefault(device, set()).add(account)
        own.setdefault(account, set()).add(device)
    for account, devices in own.items():
        counts = [len(users[device]) for device in devices]
        assert got["device.most"][account] == pytest.approx(math.log1p(max(counts)))
        assert got["device.least"][account] == pytest.approx(math.log1p(min(counts)))
    evidence = linkage.evidence.filter(pl.col("kind") == "device")
    worth = np.zeros(linkage.accounts)
    partners: list[set[int]] = [set() for _ in worth]
    for a, b, weight in evidence.select("a", "b", "weight").iter_rows():
        worth[[a, b]] += weight
        partners[a].add(b)
        partners[b].add(a)
    assert got["device.worth"].to_numpy() == pytest.approx(worth, rel=1e-5)
    wanted = [math.log1p(len(others)) for others in partners]
    assert got["device.partners"].to_numpy() == pytest.approx(wanted, rel=1e-5)


def test_group_figures_by_hand(small: World) -> None:
    tables, linkage = small
    got = linked_features(tables, linkage)
    group = int(np.bincount(linkage.community).argmax())
    members = np.flatnonzero(linkage.community == group)
    inner = linkage.links.filter(pl.col("a").is_in(members) & pl.col("b").is_in(members))
    first = got.row(int(members[0]), named=True)
    pairs = len(members) * (len(members) - 1) / 2
    assert first["group.size"] == pytest.approx(math.log1p(len(members)))
    assert first["group.density"] == pytest.approx(inner.height / pairs)
    assert first["group.worth"] == pytest.approx(math.log1p(inner["weight"].sum()), rel=1e-5)
    shares = [first[f"group.share_{kind}"] for kind in kinds() if f"group.share_{kind}" in first]
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    same = got.select(pl.col("^group.*$"))[members.tolist()].unique()
    assert same.height == 1
    alone = np.flatnonzero(np.bincount(linkage.community)[linkage.community] == 1)
    assert got["group.size"].gather(alone).null_count() == len(alone)


def test_accounts_alone_give_missing_figures_and_no_partners() -> None:
    tables = read_tables({"accounts": pl.DataFrame({"account_id": ["a", "b"]})})
    got = linked_features(tables, link(tables))
    assert got.height == 2
    assert got["device.partners"].to_list() == [0, 0]
    assert got["device.most"].to_list() == got["group.size"].to_list() == [None, None]
    assert got["wording.information"].to_list() == [None, None]


def test_no_label_enters(small: World) -> None:
    tables, linkage = small
    flipped = tables.accounts.with_columns(label=1 - pl.col("label"))
    other = Tables(**{**vars(tables), "accounts": flipped})
    assert linked_features(other, linkage).equals(linked_features(tables, linkage))
