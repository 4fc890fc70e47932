"""The shape of the graph in Neo4j: node labels, relationship types and their properties.

Labels and types of identifiers come from `graph/kinds.yaml`, all others stand here; nothing that a
stranger wrote ever becomes a name in a query.

Colours in Neo4j Browser follow the label that is first in the alphabet, captions the property
`name`. The extra labels are named so that they come before the label of their kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import polars as pl
from polars.datatypes import DataTypeClass

from ..kinds import kinds

VERSION = 2
"""Goes up when the same run becomes another graph; part of the stamp."""

STAMP = "ringscope_run"
"""Property of each node and relationship that ringscope wrote: the stamp of the run."""

Type = DataTypeClass | pl.DataType
TIME = pl.Datetime("us")
_TEXTS, _NUMBERS = pl.List(pl.String), pl.List(pl.Float64)
_WHOLE = pl.List(pl.Int64)

HIGH_RISK, HUB = "HighRisk", "Hub"
ACTIONS = {name: f"ACTION_{name}" for name in ("BLOCK", "FLAG", "MONITOR")}
"""Recommended action -> extra label of an account; other actions have none."""

STATUSES = {
    "suspected": "PossibleRing",
    "confirmed": "ConfirmedRing",
    "contested": "ContestedRing",
    "rejected": "RejectedRing",
}
"""Status of a ring -> its extra label; status `ring` has none."""


@dataclass(frozen=True)
class Node:
    """One sort of node.

    Attributes
    ----------
    label, key
        Its label, and the property that is unique among nodes of the label.
    columns
        Properties and their types, the key among them.
    extra
        Labels that some of the nodes have besides.
    """

    label: str
    key: str
    columns: Mapping[str, Type]
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relationship:
    """One sort of relationship.

    Attributes
    ----------
    type
        Its type.
    start, end
        The sorts of node that it joins, by label; a blank end: each has its own.
    columns
        Properties and their types.
    key
        Property that tells apart those between the same two nodes, the first of the columns;
        blank: there is one at most.
    """

    type: str
    start: str
    end: str
    columns: Mapping[str, Type] = field(default_factory=dict)
    key: str = ""


_ACCOUNT: dict[str, Type] = {
    "account_id": pl.String,
    "name": pl.String,
    "created_at": TIME,
    "username": pl.String,
    "email": pl.String,
    "phone": pl.String,
    "country": pl.String,
    "label": pl.Int8,
    "risk": pl.Float64,
    "risk_tabular": pl.Float64,
    "risk_graph": pl.Float64,
    "risk_propagated": pl.Float64,
    "ring_id": pl.String,
    "ring_role": pl.String,
    "action": pl.String,
    "reasons": _TEXTS,
}
_IDENTIFIER: dict[str, Type] = {
    "value": pl.String,
    "name": pl.String,
    "kind": pl.String,
    "accounts": pl.UInt32,
    "first_seen": TIME,
    "last_seen": TIME,
    "treatment": pl.String,
    "hub_reason": pl.String,
    "hub_share": pl.Float64,
    "hub_who": pl.String,
    "hub_when": TIME,
    "hub_expiry": TIME,
}
_TEMPLATE: dict[str, Type] = {**_IDENTIFIER, "example": pl.String, "messages": pl.UInt32}
EVENTS: dict[str, Type] = {"events": _TEXTS, "causes": _TEXTS, "size_before": pl.UInt32}
"""Properties of a ring that only the runs of a store have: what happened to it tonight, why, and
how many accounts it had the night before."""

_RING: dict[str, Type] = {
    "ring_id": pl.String,
    "name": pl.String,
    "size": pl.UInt32,
    "core_size": pl.UInt32,
    "risk": pl.Float64,
    "reading": pl.String,
    "surprise": pl.Float64,
    "link_kinds": _TEXTS,
    "first_seen": TIME,
    "last_seen": TIME,
    "labelled_spam": pl.UInt32,
    "labelled_honest": pl.UInt32,
    "status": pl.String,
    "innocent_reading": pl.String,
    "expected_honest": pl.Float64,
    "why": pl.String,
    **EVENTS,
}
_LINKED: dict[str, Type] = {
    "weight": pl.Float64,
    "kinds": _TEXTS,
    # The evidence, one entry per shared identifier or relation. A list in Neo4j holds no nulls:
    # times are text, "-" where time says nothing; a relation has the value "-" and is shared by 0.
    "evidence_kinds": _TEXTS,
    "evidence_values": _TEXTS,
    "evidence_shared_by": _WHOLE,
    "evidence_weights": _NUMBERS,
    "evidence_first_seen": _TEXTS,
    "evidence_last_seen": _TEXTS,
}
_SEEN: dict[str, Type] = {"first_seen": TIME, "last_seen": TIME, "count": pl.UInt32}
_MEMBER: dict[str, Type] = {
    "role": pl.String,
    "stability": pl.Float64,
    "joined": TIME,
    "confidence": pl.Float64,
}
_DECIDED: dict[str, Type] = {
    "decision": pl.String,
    "verdict": pl.String,
    "who": pl.String,
    "when": TIME,
    "why": pl.String,
}
VERDICTS: dict[str, Type] = {
    "account_id": pl.String,
    "about_label": pl.String,
    "about": pl.String,
    **_DECIDED,
}
"""The table of verdicts in force: one row per account and per ring, identifier or account that the
verdict was about, which is named by its label and key."""

RUN = Node(
    "Run", "run_id", {"run_id": pl.String, "name": pl.String, "complete": pl.Boolean,
                      "part": pl.String}
)  # fmt: skip
"""One node that says which run the database holds, and whether the load came to its end."""


@cache
def nodes() -> MappingProxyType[str, Node]:
    """All sorts of node by label, in the order in which they are written."""
    found = [Node("Account", "account_id", _ACCOUNT, (HIGH_RISK, *ACTIONS.values()))]
    for kind in kinds().values():
        columns = _TEMPLATE if kind.name == "template" else _IDENTIFIER
        found.append(Node(kind.label, "value", columns, (HUB, "CappedHub")))
    found.append(Node("Subnet", "value", {"value": pl.String, "name": pl.String}))
    found.append(Node("Ring", "ring_id", _RING, tuple(STATUSES.values())))
    return MappingProxyType({node.label: node for node in found})


@cache
def relationships() -> MappingProxyType[str, Relationship]:
    """All sorts of relationship by type, in the order in which they are written."""
    found = [
        Relationship(kind.relationship, "Account", kind.label, _SEEN) for kind in kinds().values()
    ]
    found.append(Relationship("IN_SUBNET", kinds()["ip"].label, "Subnet"))
    found.append(Relationship("MEMBER_OF", "Account", "Ring", _MEMBER))
    found.append(Relationship("LINKED", "Account", "Account", _LINKED))
    found.append(Relationship("DECIDED", "Account", "", _DECIDED, key="decision"))
    return MappingProxyType({one.type: one for one in found})
