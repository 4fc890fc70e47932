"""Changed runs, and dumps of a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from graph.neo4j import read
from ringscope import Run, neo4j

Changed = Callable[..., Run]
Dump = Callable[[neo4j.Target], dict[str, list[str]]]


@pytest.fixture
def changed() -> Changed:
    """Another run: the same one with some other tables."""

    def change(run: Run, **frames: pl.DataFrame) -> Run:
        other = Run(run.folder, {**run.manifest, "changed": sorted(frames)})
        other._frames = frames
        return other

    return change


@pytest.fixture
def dump() -> Dump:
    """All that a database holds, in a fixed order."""

    def rows(where: neo4j.Target) -> dict[str, list[str]]:
        with neo4j.connect(where) as driver, driver.session() as session:
            found = {name: sorted(map(str, frame.rows())) for name, frame in read(session).items()}
            nodes = "MATCH (n) RETURN labels(n), properties(n)"
            ends = "MATCH (a)-[r]->(b) RETURN a.name, type(r), properties(r), b.name"
            for name, query in (("nodes", nodes), ("ends", ends)):
                found[name] = sorted(map(_ordered, session.run(query).values()))
        return found

    return rows


def _ordered(row: list[Any]) -> str:
    """A row as text, its labels and its properties in the order of their names."""
    items = [value.items() if isinstance(value, dict) else value for value in row]
    return str([value if isinstance(value, str) else sorted(value) for value in items])
