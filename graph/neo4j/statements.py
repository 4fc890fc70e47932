"""The Cypher that writes a graph: made of names from `model`, values come as parameters only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from .elements import END, END_LABEL, FLAGS, START
from .model import RUN, STAMP, TIME, Node, Relationship, Type, nodes


def constraints() -> list[str]:
    """Uniqueness of every key; the first thing that is written."""
    return [
        f"CREATE CONSTRAINT ringscope_{node.label.lower()} IF NOT EXISTS "
        f"FOR (n:{node.label}) REQUIRE n.{node.key} IS UNIQUE"
        for node in (*nodes().values(), RUN)
    ]


def merge_nodes(node: Node, flags: str) -> str:
    """Write a batch of nodes that have the same extra labels.

    Parameters of the statement: `rows`, made by `rows` below, and `run`, the stamp. A node that
    carries the stamp already is left alone.
    """
    add = f" SET n:{flags}" if flags else ""
    gone = [label for label in node.extra if label not in flags.split(":")]
    drop = f" REMOVE n:{':'.join(gone)}" if gone else ""
    return (
        "UNWIND $rows AS row "
        f"MERGE (n:{node.label} {{{node.key}: row[0]}}) "
        f"WITH n, row WHERE n.{STAMP} IS NULL OR n.{STAMP} <> $run "
        f"SET n += {_map(node.columns, first=0)}{add}{drop}"
    )


def merge_relationships(one: Relationship, label: str) -> str:
    """Write a batch of relationships whose nodes are there; parameters as for nodes.

    The end is of the label, which is that of `one` if it has one.
    """
    start, end = nodes()[one.start], nodes()[label]
    key = f" {{{one.key}: row[2]}}" if one.key else ""
    return (
        "UNWIND $rows AS row "
        f"MATCH (a:{start.label} {{{start.key}: row[0]}}) "
        f"MATCH (b:{end.label} {{{end.key}: row[1]}}) "
        f"MERGE (a)-[n:{one.type}{key}]->(b) "
        f"WITH n, row WHERE n.{STAMP} IS NULL OR n.{STAMP} <> $run "
        f"SET n += {_map(one.columns, first=2)}"
    )


def rows(frame: pl.DataFrame, columns: Mapping[str, Type]) -> pl.DataFrame:
    """Lay a frame out as the statements read it: the key or keys, then a column per value.

    A time becomes two numbers, seconds since 1970 and nanoseconds: they travel six times as fast
    as the driver's own times.
    """
    keys = [START, END] if START in frame.columns else []
    return frame.select(*keys, *(part for name in columns for part in _parts(name, columns[name])))


def flag_groups(frame: pl.DataFrame) -> Iterable[tuple[str, pl.DataFrame]]:
    """Split a frame of nodes by their extra labels, in a fixed order."""
    for flags in frame[FLAGS].unique().sort().to_list():
        yield flags, frame.filter(pl.col(FLAGS) == flags)


def end_groups(one: Relationship, frame: pl.DataFrame) -> Iterable[tuple[str, pl.DataFrame]]:
    """Split a frame of relationships by the label of their end, in a fixed order."""
    if one.end:
        yield one.end, frame
    else:
        for label in frame[END_LABEL].unique().sort().to_list():
            yield label, frame.filter(pl.col(END_LABEL) == label)


def _parts(name: str, dtype: Type) -> list[pl.Expr]:
    if dtype != TIME:
        return [pl.col(name)]
    micros = pl.col(name).dt.timestamp("us")
    return [
        (micros // 1_000_000).alias(f"{name}_s"),
        ((micros % 1_000_000) * 1000).alias(f"{name}_ns"),
    ]


def _map(columns: Mapping[str, Type], first: int) -> str:
    """The map of properties of one row, whose values start at a place."""
    place, parts = first, [f"{STAMP}: $run"]
    for name, dtype in columns.items():
        if dtype == TIME:
            when = f"datetime({{epochSeconds: row[{place}], nanosecond: row[{place + 1}]}})"
            parts.append(f"{name}: CASE WHEN row[{place}] IS NULL THEN null ELSE {when} END")
            place += 2
        else:
            parts.append(f"{name}: row[{place}]")
            place += 1
    return "{" + ", ".join(parts) + "}"
