"""Questions asked of Neo4j."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from .schema import Query, Value
from .table import table

if TYPE_CHECKING:
    from neo4j import Driver

_SECONDS = 60.0


def ask_graph(
    query: Query, values: Mapping[str, Value], driver: Driver, database: str = "neo4j"
) -> pl.DataFrame:
    """Ask the graph, in a session that may only read.

    Parameters
    ----------
    query
        The question.
    values
        A value for each of its parameters, see `binding.bind`.
    driver
        An open driver.
    database
        Name of the database.

    Returns
    -------
    DataFrame
        The columns of the question; at most `query.limit` rows. Nodes, relationships and paths
        are told in words.
    """
    from neo4j import READ_ACCESS
    from neo4j import Query as Statement

    with driver.session(database=database, default_access_mode=READ_ACCESS) as session:
        result = session.run(Statement(query.cypher, timeout=_SECONDS), dict(values))
        rows = [[told(value) for value in record.values()] for record in result]
        names = list(result.keys())
    return table(rows, names)


def told(value: Any) -> Any:
    """Return a value of the driver as a table can hold it."""
    from neo4j.graph import Node, Path, Relationship
    from neo4j.time import Date, DateTime

    if isinstance(value, Node):
        return name(value)
    if isinstance(value, Relationship):
        return value.type
    if isinstance(value, Path):
        return _path(value)
    if isinstance(value, list):
        return "; ".join(str(told(inner)) for inner in value)
    if isinstance(value, DateTime):
        return _naive(value.to_native())
    return value.to_native() if isinstance(value, Date) else value


def name(node: Mapping[str, Any]) -> str:
    """What a node is called: its caption, or its key."""
    keys: Iterable[str] = ("name", "account_id", "ring_id", "value")
    return next((str(node[key]) for key in keys if node.get(key) is not None), "?")


def _path(path: Any) -> str:
    words = [name(path.start_node)]
    for step, node in zip(path.relationships, path.nodes[1:], strict=True):
        told_by = step.get("kinds") or [step.get("role") or step.type]
        words += [", ".join(told_by), name(node)]
    return " - ".join(words)


def _naive(value: datetime) -> datetime:
    return value.replace(tzinfo=None)
