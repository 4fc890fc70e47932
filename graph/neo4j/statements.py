"""The Cypher that writes a graph: made of names from `model`, values come as parameters only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Statement:
    """What writes a batch.

    Parameters of the statements: `rows`, a list per element, and `run`, the stamp.

    Attributes
    ----------
    create
        For a label or type of which there is none yet; a quarter less work than the other.
    merge
        May be repeated. An element that carries the stamp already is left alone.
    """

    create: str
    merge: str


def write_nodes(node: Node, frame: pl.DataFrame) -> Iterator[tuple[Statement, pl.DataFrame]]:
    """Tell what writes a frame of nodes: per set of extra labels the statement and its rows."""
    for flags, part in flag_groups(frame):
        held = _filled(part, node.columns)
        yield _node_statement(node, flags, held), _rows(part, held)


def write_relationships(
    one: Relationship, frame: pl.DataFrame
) -> Iterator[tuple[Statement, pl.DataFrame]]:
    """Tell what writes a frame of relationships, whose nodes are there: per label of their end."""
    for label, part in end_groups(one, frame):
        held = _filled(part, one.columns)
        yield _relationship_statement(one, label, held), _rows(part, held)


def _filled(frame: pl.DataFrame, columns: Mapping[str, Type]) -> dict[str, Type]:
    """Columns that hold anything; blank ones need neither travel nor be evaluated."""
    return {name: columns[name] for name in columns if frame[name].null_count() < frame.height}


def _node_statement(node: Node, flags: str, held: Mapping[str, Type]) -> Statement:
    labels = f"{node.label}:{flags}" if flags else node.label
    add = f" SET n:{flags}" if flags else ""
    gone = [label for label in node.extra if label not in flags.split(":")]
    drop = f" REMOVE n:{':'.join(gone)}" if gone else ""
    values = _values(held, first=0)
    return Statement(
        f"UNWIND $rows AS row CREATE (n:{labels} {_map(values)})",
        "UNWIND $rows AS row "
        f"MERGE (n:{node.label} {{{node.key}: row[0]}}) "
        f"WITH n, row WHERE n.{STAMP} IS NULL OR n.{STAMP} <> $run "
        f"SET n += {_map(_blank(node.columns) | values)}{add}{drop}",
    )


def _relationship_statement(one: Relationship, label: str, held: Mapping[str, Type]) -> Statement:
    start, end = nodes()[one.start], nodes()[label]
    key = f" {{{one.key}: row[2]}}" if one.key else ""
    values = _values(held, first=2)
    ends = (
        "UNWIND $rows AS row "
        f"MATCH (a:{start.label} {{{start.key}: row[0]}}) "
        f"MATCH (b:{end.label} {{{end.key}: row[1]}}) "
    )
    return Statement(
        f"{ends}CREATE (a)-[n:{one.type} {_map(values)}]->(b)",
        f"{ends}MERGE (a)-[n:{one.type}{key}]->(b) "
        f"WITH n, row WHERE n.{STAMP} IS NULL OR n.{STAMP} <> $run "
        f"SET n += {_map(_blank(one.columns) | values)}",
    )


def _rows(frame: pl.DataFrame, columns: Mapping[str, Type]) -> pl.DataFrame:
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


def _values(columns: Mapping[str, Type], first: int) -> dict[str, str]:
    """Property -> its value in Cypher, of a row whose values start at a place."""
    place, found = first, {STAMP: "$run"}
    for name, dtype in columns.items():
        if dtype == TIME:
            when = f"datetime({{epochSeconds: row[{place}], nanosecond: row[{place + 1}]}})"
            found[name] = f"CASE WHEN row[{place}] IS NULL THEN null ELSE {when} END"
            place += 2
        else:
            found[name] = f"row[{place}]"
            place += 1
    return found


def _blank(columns: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(columns, "null")


def _map(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in values.items()) + "}"
