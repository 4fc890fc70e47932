from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime

import networkx as nx
import numpy as np
import polars as pl
import pytest

from graph import Linkage, link
from ingest import Tables

Build = Callable[..., Tables]
World = Callable[..., Tables]


def assert_equal(one: Linkage, other: Linkage, message: str) -> None:
    for field in fields(Linkage):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if isinstance(left, pl.DataFrame):
            assert left.equals(right), f"{field.name}: {message}"
        else:
            assert np.array_equal(left, right), f"{field.name}: {message}"


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_rows_give_the_same_linkage_to_the_last_bit(
    random_world: World, seed: int
) -> None:
    first = link(random_world(seed))
    assert_equal(link(random_world(seed)), first, f"again, seed {seed}")
    assert_equal(link(random_world(seed, order=seed)), first, f"seed and order {seed}")


@pytest.mark.parametrize("seed", range(4))
def test_the_parts_fit_together(random_world: World, seed: int) -> None:
    got = link(random_world(seed))
    assert (got.links["a"] < got.links["b"]).all()
    assert got.links["weight"].min() > 0
    assert got.evidence["weight"].is_between(0, 1, closed="right").all()
    assert set(got.links.select("a", "b").rows()) <= set(got.evidence.select("a", "b").rows())
    graph = nx.empty_graph(got.accounts)
    graph.add_edges_from(got.links.select("a", "b").iter_rows())
    parts = {frozenset(part) for part in nx.connected_components(graph)}
    of = {c: frozenset(np.flatnonzero(got.component == c).tolist()) for c in got.component}
    assert set(of.values()) == parts, f"seed {seed}"
    for group in np.unique(got.community):
        assert len(set(got.component[got.community == group])) == 1, f"seed {seed}"
    assert set(got.links["kinds"].str.split(";").explode()) >= {"device", "edge"}


@pytest.mark.parametrize("seed", range(4))
def test_evidence_is_of_identifiers_that_both_accounts_were_seen_with(
    random_world: World, seed: int
) -> None:
    got = link(random_world(seed))
    seen = set(got.sightings.select("account", "identifier").rows())
    shared = got.evidence.drop_nulls("identifier").select("a", "b", "identifier").rows()
    assert shared
    assert all((a, i) in seen and (b, i) in seen for a, b, i in shared), f"seed {seed}"
    capped = got.identifiers.filter(pl.col("treatment") == "cap")["identifier"]
    assert got.evidence["identifier"].is_in(capped.to_list()).sum() == 0


def test_accounts_alone(tables_of: Build, random_world: World) -> None:
    got, full = link(tables_of(3)), link(random_world(0))
    assert got.accounts == 3
    assert got.links.is_empty()
    assert got.component.tolist() == got.community.tolist() == [0, 1, 2]
    for field in fields(Linkage):
        frame = getattr(got, field.name)
        if isinstance(frame, pl.DataFrame):
            assert frame.schema == getattr(full, field.name).schema, field.name


@pytest.mark.parametrize("table", ["logins", "messages", "payments", "edges"])
def test_each_table_alone_links(
    tables_of: Build, at: Callable[[float], datetime], table: str
) -> None:
    rows = {
        "logins": {"account": [0, 1], "ts": [at(1)] * 2, "ip": ["8.8.8.8"] * 2},
        "messages": {"account": [0, 1], "ts": [at(1)] * 2, "text": ["violet anchors drift"] * 2},
        "payments": {"account": [0, 1], "instrument_id": ["card"] * 2},
        "edges": {"a": [0], "b": [1]},
    }
    got = link(tables_of(3, **{table: rows[table]}))
    assert got.accounts == 3
    expected = [] if table == "messages" else [(0, 1)]  # so few words could be chance
    assert got.links.select("a", "b").rows() == expected


def test_a_rare_text_links_its_senders_and_a_stock_phrase_does_not(
    tables_of: Build, at: Callable[[float], datetime]
) -> None:
    rng = np.random.default_rng(0)
    stock = "thank you very much for your help"
    parts = ["thank you very much", "for your help", "very much for your", "you very much for"]
    words = [f"{x}{y}" for x in "abcdefghijklmnop" for y in ("man", "er", "ship", "ing", "ful")]
    talk = [" ".join([*rng.choice(words, 6), str(rng.choice(parts))]) for _ in range(200)]
    rare = "quartz lantern bonus unlocked kindly ping marigold desk for voucher"
    messages = {
        "account": [*range(200), *range(200, 240), *range(240, 245)],
        "ts": [at(1)] * 245,
        "text": [*talk, *([stock] * 40), *([rare] * 5)],
    }
    got = link(tables_of(260, messages=messages))
    copied = got.links.filter(pl.col("b") >= 200)
    assert set(copied["a"]) | set(copied["b"]) == set(range(240, 245))
    assert copied.height == 10
    assert copied["kinds"].unique().to_list() == ["template"]
