"""Rings as a Cypher script: pasted into an empty Neo4j, it draws what the run holds.

The loader (`ringscope neo4j load`) sends values as parameters. A script has to carry them in its
text; every text is written so that no character of it can end the literal it stands in.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

import polars as pl

from graph.neo4j.elements import END, FLAGS, START, elements
from graph.neo4j.model import nodes, relationships
from graph.neo4j.statements import end_groups

BATCH = 200
"""Rows in one statement."""
_BEFORE_U = re.compile(r"(?<=\\)(?=u)")


def cypher_script(frames: Mapping[str, pl.DataFrame], *, title: str) -> str:
    """Write statements that build the graph of some tables; run twice, they change nothing.

    Parameters
    ----------
    frames
        Tables of a run (see `selection`).
    title
        Stands in a comment at the top.
    """
    found = elements(frames, flag=0.9)
    lines = [f"// {_comment(title)}", "// Run it in Neo4j Browser or with cypher-shell."]
    for label, node in nodes().items():
        lines.append(
            f"CREATE CONSTRAINT ringscope_{label.lower()} IF NOT EXISTS "
            f"FOR (n:{label}) REQUIRE n.{node.key} IS UNIQUE;"
        )
    for label, frame in found.nodes.items():
        key = nodes()[label].key
        for flags, some in frame.partition_by(FLAGS, as_dict=True, maintain_order=True).items():
            extra = f" SET n:{flags[0]}" if flags[0] else ""
            tail = f"MERGE (n:{label} {{{key}: row.{key}}}) SET n += row{extra};"
            lines += _batches(some.drop(FLAGS), tail)
    for name, frame in found.relationships.items():
        one = relationships()[name]
        start = nodes()[one.start].key
        for label, some in end_groups(one, frame):
            tail = (
                f"MATCH (a:{one.start} {{{start}: row.{START}}}) "
                f"MATCH (b:{label} {{{nodes()[label].key}: row.{END}}}) "
                f"MERGE (a)-[n:{name}]->(b) SET n += row REMOVE n.{START}, n.{END};"
            )
            lines += _batches(some, tail)
    return "\n".join(lines) + "\n"


def _batches(frame: pl.DataFrame, tail: str) -> Iterator[str]:
    for some in frame.iter_slices(BATCH):
        rows = ",\n  ".join(literal(row) for row in some.iter_rows(named=True))
        yield f"UNWIND [\n  {rows}\n] AS row {tail}"


def literal(value: object) -> str:
    r"""A value as Cypher.

    Printable ASCII stands as it is, quotes and backslashes escaped, everything else as `\uXXXX`.
    Old parsers replace such escapes before they look for the end of a literal, so a backslash
    that a stranger wrote before a `u` is set apart from it.

    Examples
    --------
    >>> print(literal({"name": "it's", "risk": 0.5}))
    {name: 'it\'s', risk: 0.5}
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "null"
    if isinstance(value, Mapping):
        kept = ((name, inner) for name, inner in value.items() if inner is not None)
        return "{" + ", ".join(f"{name}: {literal(inner)}" for name, inner in kept) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(inner) for inner in value) + "]"
    if isinstance(value, datetime):
        return f"datetime('{value.isoformat()}Z')"
    if isinstance(value, str):
        return _text(value)
    return json.dumps(value, allow_nan=False)


def _text(value: str) -> str:
    return " + ".join(_quoted(part) for part in _BEFORE_U.split(value))


def _quoted(text: str) -> str:
    escaped = json.dumps(text, ensure_ascii=True)[1:-1].replace('\\"', '"')
    return "'" + escaped.replace("'", "\\'") + "'"


def _comment(text: str) -> str:
    """One line of a comment."""
    return "".join(char if char.isprintable() else " " for char in text)
