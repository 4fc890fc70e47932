"""The names that questions may use: what is in the graph, and what is in a run folder.

A name that is not there gives no error in Cypher, it gives nothing; so the lint knows them all.
"""

from __future__ import annotations

import polars as pl

from graph.neo4j import model

_NODES = model.nodes().values()
_RELATIONSHIPS = model.relationships()

LABELS = frozenset(label for node in _NODES for label in (node.label, *node.extra))
RELATIONSHIPS = frozenset(_RELATIONSHIPS)
PROPERTIES = frozenset().union(
    *(node.columns for node in _NODES),
    *(one.columns for one in _RELATIONSHIPS.values()),
)

IDENTIFIERS = tuple(one.end for one in _RELATIONSHIPS.values() if "count" in one.columns)
"""Labels of identifiers."""

TABLES = frozenset(
    {
        "accounts",
        "evidence",
        "hubs",
        "identifiers",
        "links",
        "ring_members",
        "rings",
        "scores",
        "sightings",
        "templates",
    }
)
"""Tables that every run folder has and a question in SQL may read."""

EVENTS = "ring_events"
"""A table that only the runs of a store have; to a question it is empty elsewhere."""

EVENT_COLUMNS: dict[str, pl.DataType] = {
    "at": pl.Datetime("us"),
    "ring_id": pl.String(),
    "event": pl.String(),
    "size_before": pl.UInt32(),
    "size": pl.UInt32(),
    "cause": pl.String(),
}
"""Columns of the table of events that questions read."""
