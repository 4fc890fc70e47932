"""A graph read back from Neo4j, as the tables of the run that was loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from ..kinds import kinds
from .elements import END, NOTHING, START
from .model import EVENTS, TIME, Type, nodes, relationships

if TYPE_CHECKING:
    from neo4j import Session

_ACCOUNT = ("account_id", "created_at", "username", "email", "phone", "country", "label")
_SCORES = (
    "account_id", "risk", "risk_tabular", "risk_graph", "risk_propagated", "ring_id", "ring_role",
    "action", "reasons",
)  # fmt: skip
_IDENTIFIER = ("kind", "value", "accounts", "first_seen", "last_seen", "treatment")
_TEMPLATE = ("template", "example", "messages", "accounts", "first_seen", "last_seen")
_HUB = ("kind", "value", "accounts", "treatment")
_HUB_OWN = ("reason", "share", "who", "when", "expiry")
_PAIR = ("account_a", "account_b")


def read(session: Session) -> dict[str, pl.DataFrame]:
    """Read all that ringscope wrote.

    Returns
    -------
    dict
        The run's tables by name: accounts, scores, rings, ring_members, links, evidence,
        sightings, identifiers, templates and hubs, with the columns, types and order of the
        run folder; accounts of equal risk stand in the order of their ids.
    """
    accounts = _nodes(session, "Account")
    kept = pl.concat(
        [_nodes(session, kind.label) for kind in kinds().values()], how="diagonal"
    ).sort("kind", "value")
    templates = kept.filter(kind="template").rename({"value": "template"})
    hubs = kept.filter(pl.col("hub_reason").is_not_null())
    links = _relationships(session, "LINKED").rename(dict(zip((START, END), _PAIR, strict=True)))
    return {
        "accounts": accounts.select(_ACCOUNT).sort("account_id"),
        "scores": accounts.with_columns(pl.col("reasons").list.join("; "))
        .select(_SCORES)
        .sort("risk", "account_id", descending=[True, False]),
        "rings": _rings(session),
        "ring_members": _relationships(session, "MEMBER_OF")
        .rename({END: "ring_id", START: "account_id"})
        .select("ring_id", "account_id", "role", "stability", "joined", "confidence")
        .sort("ring_id", "role", "account_id"),
        "links": links.select(*_PAIR, "weight", pl.col("kinds").list.join(";")).sort(_PAIR),
        "evidence": _evidence(links),
        "sightings": _sightings(session),
        "identifiers": kept.select(_IDENTIFIER),
        "templates": templates.select(_TEMPLATE),
        "hubs": hubs.select(*_HUB, *(pl.col(f"hub_{name}").alias(name) for name in _HUB_OWN)),
    }


def _rings(session: Session) -> pl.DataFrame:
    return (
        _nodes(session, "Ring")
        .drop("name", *EVENTS)
        .with_columns(pl.col("link_kinds").list.join(";"))
        .sort("risk", "size", "ring_id", descending=[True, True, False], nulls_last=True)
    )


def _sightings(session: Session) -> pl.DataFrame:
    found = [
        _relationships(session, kind.relationship).with_columns(kind=pl.lit(kind.name))
        for kind in kinds().values()
    ]
    return (
        pl.concat(found)
        .select(
            pl.col(START).alias("account_id"),
            "kind",
            pl.col(END).alias("value"),
            "first_seen",
            "last_seen",
            "count",
        )
        .sort("account_id", "kind", "value")
    )


def _evidence(links: pl.DataFrame) -> pl.DataFrame:
    named = {
        "kind": "evidence_kinds",
        "value": "evidence_values",
        "shared_by": "evidence_shared_by",
        "weight": "evidence_weights",
        "first_seen": "evidence_first_seen",
        "last_seen": "evidence_last_seen",
    }
    rows = links.select(*_PAIR, **named).explode(*named).drop_nulls("kind")
    times = pl.col("first_seen", "last_seen").replace(NOTHING, None).str.to_datetime(time_unit="us")
    related = pl.col("shared_by") > 0
    return rows.with_columns(
        times,
        value=pl.when(related).then(pl.col("value")),
        shared_by=pl.when(related).then(pl.col("shared_by")).cast(pl.UInt32),
    ).sort(*_PAIR, "kind", "value")


def _nodes(session: Session, label: str) -> pl.DataFrame:
    columns = nodes()[label].columns
    return _frame(session, f"MATCH (n:{label})", {}, columns)


def _relationships(session: Session, name: str) -> pl.DataFrame:
    one = relationships()[name]
    start, end = nodes()[one.start], nodes()[one.end]
    keys = {START: f"a.{start.key}", END: f"b.{end.key}"}
    return _frame(
        session, f"MATCH (a:{start.label})-[n:{name}]->(b:{end.label})", keys, one.columns
    )


def _frame(
    session: Session, match: str, keys: Mapping[str, str], columns: Mapping[str, Type]
) -> pl.DataFrame:
    """Read properties as a frame; times travel as microseconds since 1970."""
    wanted = [*keys.values(), *(_value(name, dtype) for name, dtype in columns.items())]
    rows = session.run(f"{match} RETURN {', '.join(wanted)}").values()
    schema: dict[str, Type] = {**dict.fromkeys(keys, pl.String), **columns}
    raw = {name: pl.Int64 if dtype == TIME else dtype for name, dtype in schema.items()}
    frame = pl.DataFrame(rows, schema=raw, orient="row")
    return frame.cast({name: TIME for name, dtype in schema.items() if dtype == TIME})


def _value(name: str, dtype: Type) -> str:
    if dtype != TIME:
        return f"n.{name}"
    # Not epochSeconds: of a time before 1970 with a fraction, Neo4j gives the second after it.
    return f"n.{name}.epochMillis * 1000 + n.{name}.microsecond % 1000"
