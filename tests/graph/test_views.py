"""NetworkX views: who is shown, under which name, with which attributes."""

from __future__ import annotations

import datetime as dt

import networkx as nx
import numpy as np
import polars as pl
import pytest

from graph.views import to_bipartite, to_networkx
from ingest import InputError

JANUARY = dt.datetime(2026, 1, 5, 12, 30)
ACCOUNTS = pl.DataFrame(
    {
        "account_id": ["ann", "bob", "cyd", "ip:1.2.3.4"],
        "created_at": [JANUARY, None, JANUARY, JANUARY],
        "risk": [0.25, float("nan"), None, 1.0],
        "label": pl.Series([1, None, 0, None], dtype=pl.Int8),
    }
)
LINKS = pl.DataFrame(
    {
        "a": [1, 0, 0],
        "b": [2, 3, 1],
        "weight": [0.5, 2.0, 1.5],
        "kinds": ["ip", "device", "ip;card"],
    },
    schema_overrides={"a": pl.UInt32, "b": pl.UInt32},
)
IDENTIFIERS = pl.DataFrame(
    {
        "identifier": [0, 1, 2],
        "kind": ["ip", "device", "device"],
        "value": ["1.2.3.4", "d1", "d2"],
        "accounts": [2, 2, 1],
        "treatment": ["cap", "", ""],
    },
    schema_overrides={"identifier": pl.UInt32, "kind": pl.Categorical},
)
SIGHTINGS = pl.DataFrame(
    {
        "account": [2, 0, 1, 0, 3],
        "identifier": [1, 0, 0, 1, 2],
        "first_seen": [JANUARY] * 5,
        "count": [1, 2, 3, 4, 5],
    },
    schema_overrides={"account": pl.UInt32, "identifier": pl.UInt32, "count": pl.UInt32},
)


def test_all_accounts() -> None:
    graph = to_networkx(LINKS, ACCOUNTS)
    assert dict(graph.nodes(data=True)) == {
        "ann": {"created_at": "2026-01-05T12:30:00.000000", "risk": 0.25, "label": 1},
        "bob": {},
        "cyd": {"created_at": "2026-01-05T12:30:00.000000", "label": 0},
        "ip:1.2.3.4": {"created_at": "2026-01-05T12:30:00.000000", "risk": 1.0},
    }
    assert list(graph.edges(data=True)) == [
        ("ann", "bob", {"weight": 1.5, "kinds": "ip;card"}),
        ("ann", "ip:1.2.3.4", {"weight": 2.0, "kinds": "device"}),
        ("bob", "cyd", {"weight": 0.5, "kinds": "ip"}),
    ]


def test_one_ring_shows_links_inside_it_only() -> None:
    graph = to_networkx(LINKS, ACCOUNTS, only=[2, 0, 1])
    assert list(graph) == ["ann", "bob", "cyd"]
    assert list(graph.edges) == [("ann", "bob"), ("bob", "cyd")]
    assert to_networkx(LINKS, ACCOUNTS, only=[]).number_of_nodes() == 0


def test_accounts_with_their_identifiers() -> None:
    graph = to_bipartite(SIGHTINGS, IDENTIFIERS, ACCOUNTS, only=[0, 1, 2])
    assert list(graph) == ["ann", "bob", "cyd", "ip:ip:1.2.3.4", "device:d1"]
    assert graph.nodes["device:d1"] == {
        "bipartite": 1, "kind": "device", "value": "d1", "accounts": 2, "treatment": "",
    }  # fmt: skip
    assert graph.nodes["ann"]["bipartite"] == 0
    assert graph.edges["ann", "device:d1"] == {
        "first_seen": "2026-01-05T12:30:00.000000",
        "count": 4,
    }
    assert graph.number_of_edges() == 4
    assert nx.is_bipartite(graph)


def test_an_identifier_never_merges_with_an_account_of_its_name() -> None:
    graph = to_bipartite(SIGHTINGS, IDENTIFIERS, ACCOUNTS)
    assert graph.nodes["ip:1.2.3.4"]["bipartite"] == 0
    assert graph.nodes["ip:ip:1.2.3.4"]["value"] == "1.2.3.4"
    assert sorted(graph["ip:ip:1.2.3.4"]) == ["ann", "bob"]
    assert list(graph["ip:1.2.3.4"]) == ["device:d2"]
    assert graph.number_of_nodes() == 7


@pytest.mark.parametrize("seed", range(3))
def test_order_of_rows_does_not_matter(seed: int) -> None:
    links = LINKS.sample(fraction=1, shuffle=True, seed=seed)
    seen = SIGHTINGS.sample(fraction=1, shuffle=True, seed=seed)
    known = IDENTIFIERS.sample(fraction=1, shuffle=True, seed=seed)
    assert list(to_networkx(links, ACCOUNTS).edges(data=True)) == list(
        to_networkx(LINKS, ACCOUNTS).edges(data=True)
    )
    one, other = to_bipartite(seen, known, ACCOUNTS), to_bipartite(SIGHTINGS, IDENTIFIERS, ACCOUNTS)
    assert list(one.nodes(data=True)) == list(other.nodes(data=True))
    assert list(one.edges(data=True)) == list(other.edges(data=True))


def test_accounts_without_attributes_and_numpy_rows() -> None:
    graph = to_networkx(
        LINKS.select("a", "b"), ACCOUNTS.select("account_id"), only=np.array([0, 1])
    )
    assert dict(graph.nodes(data=True)) == {"ann": {}, "bob": {}}
    assert list(graph.edges(data=True)) == [("ann", "bob", {})]


def test_no_links_and_no_accounts() -> None:
    assert to_networkx(LINKS.clear(), ACCOUNTS).number_of_nodes() == 4
    assert to_networkx(LINKS.clear(), ACCOUNTS.clear()).number_of_nodes() == 0
    assert to_bipartite(SIGHTINGS.clear(), IDENTIFIERS, ACCOUNTS).number_of_nodes() == 4


def test_wrong_rows_are_refused() -> None:
    with pytest.raises(InputError, match=r"only: account rows 3\.\.4 are not all in 0\.\.3"):
        to_networkx(LINKS, ACCOUNTS, only=[4, 3])
    with pytest.raises(InputError, match="account_id 'ann' occurs twice"):
        to_networkx(LINKS, pl.concat([ACCOUNTS, ACCOUNTS[:1]]))
