"""Where an investigator begins: the top ring, its riskiest members and what they share."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ingest.errors import ServerError

from ..neo4j import Home, connect, target
from ..queries import ask_graph, bind, get
from .links import BROWSER

if TYPE_CHECKING:
    from neo4j import Driver

_LOG = logging.getLogger("ringscope.browser")

KEYS = ("ring_id", "account_id", "other_id", "kind", "value", "template")
"""Parameters without a default, in the order in which pages ask for them."""


def find_start(driver: Driver, database: str = "neo4j") -> dict[str, str]:
    """Return values of `KEYS` for the ring of highest risk; empty texts where there is none."""

    def ask(name: str, **values: str) -> list[dict[str, str]]:
        query = get(name)
        return ask_graph(query, bind(query, values), driver, database).to_dicts()

    found = dict.fromkeys(KEYS, "")
    rings = ask("triage-top-rings")
    if not rings:
        return found
    found["ring_id"] = rings[0]["ring_id"]
    members = ask("ring-members", ring_id=found["ring_id"])
    found |= dict(zip(("account_id", "other_id"), (m["account_id"] for m in members), strict=False))
    evidence = ask("ring-evidence", ring_id=found["ring_id"])
    if evidence:
        found |= {"kind": evidence[0]["kind"], "value": evidence[0]["value"]}
    used = [row["value"] for row in evidence if row["kind"] == "template"]
    spread = used or [row["template"] for row in ask("template-top")]
    return found | ({"template": spread[0]} if spread else {})


def at_hand(address: str | None = None) -> tuple[dict[str, str], str, str]:
    """Return where to begin, the Browser's address and that of its server.

    Parameters
    ----------
    address
        The Browser's address; None takes that of the local server.

    Returns
    -------
    tuple
        Values of `KEYS` (empty texts where no server answers: the pages work without), the address
        of Neo4j Browser, and the Bolt address (empty if none is known).
    """
    facts = Home.default().facts()
    place = address or (facts.browser if facts else BROWSER)
    try:
        where = target()
        with connect(where) as driver:
            return find_start(driver, where.database), place, where.uri
    except ServerError as error:
        _LOG.warning("the pages begin empty: %s", error)
        return dict.fromkeys(KEYS, ""), place, ""
