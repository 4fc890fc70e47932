"""The names that questions may use: what is in the graph, and what is in a run folder.

A name that is not there gives no error in Cypher, it gives nothing; so the lint knows them all.
"""

from __future__ import annotations

from graph.kinds import kinds

LABELS = frozenset(
    {"Account", "HighRisk", "Hub", "Ring", "Subnet", *(kind.label for kind in kinds().values())}
)
"""Node labels. Identifiers carry the label of their kind; `HighRisk` and `Hub` are extra labels."""

RELATIONSHIPS = frozenset(
    {
        "DECIDED",
        "IN_SUBNET",
        "LINKED",
        "MEMBER_OF",
        *(kind.relationship for kind in kinds().values()),
    }
)
"""Relationship types. Those of kinds lead from an account to an identifier."""

ACCOUNT = frozenset(
    {
        "account_id",
        "name",  # what the Browser shows: user name or id, and the risk in percent
        "created_at",
        "username",
        "email",
        "phone",
        "country",
        "label",
        "risk",
        "risk_tabular",
        "risk_graph",
        "risk_propagated",
        "ring_id",
        "ring_role",
        "action",
        "reasons",
        "run",
    }
)
"""Properties of accounts: the columns of accounts and scores, and the run they are from."""

IDENTIFIER = frozenset(
    {"name", "kind", "value", "accounts", "first_seen", "last_seen", "treatment", "run"}
)
"""Properties of identifiers: the columns of identifiers. A template's `value` is its id."""

TEMPLATE = frozenset({"example", "messages"})
"""Further properties of message templates."""

RING = frozenset(
    {
        "ring_id",
        "name",
        "size",
        "core_size",
        "risk",
        "reading",
        "surprise",
        "link_kinds",
        "first_seen",
        "last_seen",
        "labelled_spam",
        "labelled_honest",
        "status",
        "innocent_reading",
        "expected_honest",
        "why",
        "run",
    }
)
"""Properties of rings: the columns of rings."""

NIGHTLY = frozenset({"first_run", "previous_size", "previous_risk"})
"""Properties of rings that only a store's runs have: the run in which a ring was first seen, its
size and risk in the run before."""

SIGHTING = frozenset({"first_seen", "last_seen", "count"})
LINK = frozenset({"weight", "kinds"})
MEMBERSHIP = frozenset({"role", "stability", "joined"})
VERDICT = frozenset({"verdict", "who", "when", "why"})
"""Properties of `DECIDED`, which leads from each account that a verdict was about to the ring,
account or identifier that it was about."""

PROPERTIES = frozenset().union(
    ACCOUNT, IDENTIFIER, TEMPLATE, RING, NIGHTLY, SIGHTING, LINK, MEMBERSHIP, VERDICT
)

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
"""Tables of a run folder that a question in SQL may read."""
