from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import polars as pl
import pytest

from graph import Linkage, link
from ingest import Tables, read_tables
from models.account_features import account_features, account_graph, contacts

World: TypeAlias = tuple[Tables, Linkage]


def test_every_family_is_there_and_every_column_finite_or_missing(small: World) -> None:
    got = account_features(*small)
    families = {"tabular", "behaviour", "content", "identity", "graph", "neighbours"}
    assert set(got.families.values()) >= families
    assert got.frame.height == small[1].accounts
    assert set(got.frame.dtypes) == {pl.Float32}
    assert not np.isinf(got.matrix()).any()
    assert not any(pl.Series(column).is_null().all() for column in got.frame)


def test_no_label_changes_any_feature(small: World) -> None:
    tables, linkage = small
    flipped = replace(tables, accounts=tables.accounts.with_columns(label=1 - pl.col("label")))
    got, wanted = (account_features(t, link(t)).frame for t in (flipped, tables))
    assert got.equals(wanted)
    unlabelled = replace(tables, accounts=tables.accounts.with_columns(label=pl.lit(None, pl.Int8)))
    assert account_features(unlabelled, linkage).frame.equals(wanted)


def test_shuffled_rows_give_the_same_features(
    planted_world: Callable[..., Tables], small: World
) -> None:
    turned = planted_world(1, order=4)
    assert account_features(turned, link(turned)).frame.equals(account_features(*small).frame)


def edges_world() -> Tables:
    edges = pl.DataFrame({"src": ["a", "b", "c", "a"], "dst": ["b", "a", "d", "b"]})
    accounts = pl.DataFrame({"account_id": list("abcde"), "rate": [1.0, 2.0, 3.0, 4.0, 5.0]})
    return read_tables({"accounts": accounts, "edges": edges}, max_bad_share=1)


def test_contacts_are_links_and_edges_of_weight_one() -> None:
    tables = edges_world()
    linkage = link(tables)
    got = contacts(tables, linkage).toarray()
    weight = {(a, b): w for a, b, w in linkage.links.select("a", "b", "weight").iter_rows()}
    wanted = np.zeros((5, 5))
    for a, b in ((0, 1), (2, 3)):
        wanted[a, b] = wanted[b, a] = 1 + weight.get((a, b), 0)
    assert got == pytest.approx(wanted)


def test_the_account_graph_holds_shared_identifiers_and_each_edge_once(small: World) -> None:
    tables, linkage = small
    got = account_graph(tables, linkage)
    assert got.accounts == linkage.accounts
    shared = linkage.identifiers.filter((pl.col("kind") == "device") & (pl.col("accounts") > 1))
    assert got.users("device").shape == (shared.height, linkage.accounts)
    assert sorted(np.diff(got.users("device").indptr)) == sorted(shared["accounts"])
    edges = account_graph(edges_world(), link(edges_world())).linked("edge").toarray()
    assert edges.tolist() == edges.T.tolist()
    assert edges.sum() == 4


def test_accounts_alone() -> None:
    tables = read_tables({"accounts": pl.DataFrame({"account_id": ["a", "b"]})})
    linkage = link(tables)
    assert account_features(tables, linkage).frame.height == 2
    assert account_graph(tables, linkage).relations == ((), ())
    assert contacts(tables, linkage).nnz == 0
