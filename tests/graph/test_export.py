"""Exports: read back by NetworkX, equal to what was written, the same bytes each time."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.export import portable, write_graph
from graph.views import to_networkx
from ingest import InputError

NASTY = [
    "plain", "a\x00b", "a\u2400b", "new\nline", "tab\t", "\r", " ", "", "<&>\"'", "]]>", "\ud800",
    "\ufffe", "\U0001f600", "=1+1", "\u202eabc", "a" * 300, "&#0;", "\x7f", "\x85", "\u2028", "0",
]  # fmt: skip
words = st.one_of(st.sampled_from(NASTY), st.text(max_size=8))
keys = st.sampled_from(
    ["label", "label_", "kind", "id", "a b", "a\x01", "a\u2401", "type", "for", "start", "self", ""]
)
values = st.one_of(words, st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.none())


@st.composite
def graphs(draw: st.DrawFn) -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph()
    for name in draw(st.lists(words, unique=True, min_size=1, max_size=6)):
        graph.add_nodes_from([(name, draw(st.dictionaries(keys, values, max_size=3)))])
    nodes = sorted(graph.nodes)
    ends = st.tuples(st.sampled_from(nodes), st.sampled_from(nodes))
    for a, b in draw(st.lists(ends, max_size=6)):
        graph.add_edge(a, b, weight=draw(st.floats(0.01, 1e9)), kind=draw(words))
    return graph


def read(path: Path) -> nx.Graph[str]:
    if path.suffix == ".graphml":
        return nx.read_graphml(path)
    if path.suffix == ".gexf":
        graph = nx.read_gexf(path)
        for node, data in graph.nodes(data=True):
            assert data.pop("label") == node
        for *_, data in graph.edges(data=True):
            data.pop("id")
        return graph
    return nx.node_link_graph(json.loads(path.read_text("utf-8")), edges="edges")


def content(graph: nx.Graph[str]) -> tuple[dict[str, Any], dict[frozenset[str], Any]]:
    edges = {frozenset((a, b)): data for a, b, data in graph.edges(data=True)}
    return dict(graph.nodes(data=True)), edges


@pytest.mark.parametrize("form", ["graphml", "gexf", "json"])
@settings(max_examples=60)
@given(graph=graphs())
def test_round_trip(
    graph: nx.Graph[str], form: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / f"round.{form}"
    write_graph(graph, path)
    assert content(read(path)) == content(portable(graph))
    once = path.read_bytes()
    write_graph(graph.copy(), path)
    assert path.read_bytes() == once


@given(graph=graphs())
def test_portable_keeps_the_shape(graph: nx.Graph[str]) -> None:
    copy = portable(graph)
    assert copy.number_of_nodes() == graph.number_of_nodes()
    assert copy.number_of_edges() == graph.number_of_edges()
    assert [copy.degree(n) for n in copy] == [graph.degree(n) for n in graph]
    assert content(portable(copy)) == content(copy)


@pytest.mark.parametrize("form", ["graphml", "gexf", "json"])
def test_views_survive(form: str, tmp_path: Path) -> None:
    when = dt.datetime(2026, 1, 5)
    accounts = pl.DataFrame(
        {"account_id": ["a\x00", "b<", "c"], "created_at": [when] * 3, "risk": [0.1, None, 1e-9]}
    )
    links = pl.DataFrame(
        {"a": [0, 1], "b": [1, 2], "weight": [0.5, 2.0], "kinds": ["ip", "ip;card"]}
    )
    graph = to_networkx(links, accounts)
    write_graph(graph, tmp_path / f"ring.{form}")
    again = read(tmp_path / f"ring.{form}")
    assert set(again) == {"a\u2400", "b<", "c"}
    assert again.nodes["c"] == {"created_at": "2026-01-05T00:00:00.000000", "risk": 1e-9}
    assert again.edges["b<", "c"] == {"weight": 2.0, "kinds": "ip;card"}


def test_what_portable_changes() -> None:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_node("a\u2400", risk=math.nan, note="", seen=None, text="two\nlines", ok=True)
    graph.add_node("a\x00")
    assert dict(portable(graph).nodes(data=True)) == {
        "a\u2400": {"text": "two\u240alines", "ok": True},
        "a\u2400 (2)": {},
    }


def test_attributes_of_mixed_types_become_text_and_taken_names_move() -> None:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_node("a", x=np.int64(1), label=1)
    graph.add_node("b", x=True, label_=0)
    assert dict(portable(graph).nodes(data=True)) == {
        "a": {"x": "1", "label (2)": 1},
        "b": {"x": "True", "label_": 0},
    }


def test_an_unknown_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x\.dot: unknown graph format 'dot'; use graphml"):
        write_graph(nx.Graph(), tmp_path / "x.dot")


@pytest.mark.parametrize("form", ["graphml", "gexf", "json"])
def test_the_form_can_be_named_and_an_empty_graph_written(form: str, tmp_path: Path) -> None:
    write_graph(nx.Graph(), tmp_path / "file.txt", form=form)
    (tmp_path / "file.txt").rename(tmp_path / f"file.{form}")
    assert content(read(tmp_path / f"file.{form}")) == ({}, {})


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    """Neither hash seed nor clock get into the files."""
    code = (
        "import sys, pathlib, networkx as nx\n"
        "from graph.export import write_graph\n"
        "g = nx.Graph()\n"
        "for i in range(9):\n"
        "    g.add_node(f'n{i}', a=i, b=str(i), c=i / 7, d=i > 3)\n"
        "    g.add_edge(f'n{i}', f'n{i * i % 9}', weight=i / 3, x=i)\n"
        "for form in ('graphml', 'gexf', 'json'):\n"
        "    write_graph(g, pathlib.Path(sys.argv[1]) / f'g.{form}')\n"
    )
    root = str(Path(__file__).parents[2])
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed)],
            check=True,
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root},
        )
    for form in ("graphml", "gexf", "json"):
        one, two = (tmp_path / seed / f"g.{form}" for seed in ("1", "2"))
        assert one.read_bytes() == two.read_bytes()
