"""One ring, one account, one graph: what a person looks at, put together from a run's tables."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from ingest.errors import NotFound

from .run import give

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from .run import Run

HUB = pl.col("treatment").is_in(["cap", "ignore"]).fill_null(False)
"""Whether sharing an identifier says nothing; such ones come last."""
_CANDIDATES = 2_000


@dataclass(frozen=True)
class Ring:
    """One ring.

    Attributes
    ----------
    facts
        Its row of the ring table.
    members
        account_id, role, stability, joined, confidence (of orphans), risk, reasons.
    identifiers
        What at least two members share: kind, value, members, accounts (that use it at all),
        first_seen, last_seen, treatment, example (of a message template).
    links
        account_a, account_b, weight, kinds.
    """

    facts: dict[str, Any]
    members: pd.DataFrame | pl.DataFrame
    identifiers: pd.DataFrame | pl.DataFrame
    links: pd.DataFrame | pl.DataFrame


@dataclass(frozen=True)
class Account:
    """One account.

    Attributes
    ----------
    facts
        Its rows of the account and score tables.
    identifiers
        kind, value, first_seen, last_seen, count, accounts (that use it), treatment, example
        (of a message template).
    links
        Linked accounts, strongest first: account_id, weight, kinds, risk, ring_id.
    """

    facts: dict[str, Any]
    identifiers: pd.DataFrame | pl.DataFrame
    links: pd.DataFrame | pl.DataFrame


def ring(run: Run, ring_id: str, *, native: bool = False) -> Ring:
    """Put one ring together; see `Run.ring`."""
    rings = run.frame("rings")
    facts = one(rings, "ring_id", ring_id, "ring")
    members = (
        run.frame("ring_members")
        .filter(pl.col("ring_id") == ring_id)
        .join(run.frame("scores").select("account_id", "risk", "reasons"), "account_id", "left")
        .drop("ring_id")
        .sort("role", "risk", "account_id", descending=[False, True, False], nulls_last=True)
    )
    inside = members["account_id"].implode()
    links = run.frame("links").filter(
        pl.col("account_a").is_in(inside) & pl.col("account_b").is_in(inside)
    )
    shared = _shared(run, members["account_id"])
    return Ring(
        facts=facts,
        members=give(members, native=native),
        identifiers=give(shared, native=native),
        links=give(links, native=native),
    )


def account(run: Run, account_id: str, *, native: bool = False) -> Account:
    """Put one account together; see `Run.account`."""
    known = one(run.frame("accounts"), "account_id", account_id, "account")
    score = one(run.frame("scores"), "account_id", account_id, "account")
    seen = (
        run.frame("sightings")
        .filter(pl.col("account_id") == account_id)
        .drop("account_id")
        .join(described(run), ["kind", "value"], "left")
        .sort(
            HUB,
            "accounts",
            "kind",
            "value",
            descending=[False, True, False, False],
            nulls_last=True,
        )
    )
    links = (
        pl.concat(
            [
                _neighbours(run, account_id, "account_a", "account_b"),
                _neighbours(run, account_id, "account_b", "account_a"),
            ]
        )
        .join(run.frame("scores").select("account_id", "risk", "ring_id"), "account_id", "left")
        .sort("weight", "account_id", descending=[True, False])
    )
    return Account(
        facts=known | score,
        identifiers=give(seen, native=native),
        links=give(links, native=native),
    )


def to_networkx(run: Run, ring_id: str | None = None) -> nx.Graph[str]:
    """Build a NetworkX view; see `Run.to_networkx`."""
    scores = run.frame("scores")
    if ring_id is not None:
        members = ring(run, ring_id, native=True).members["account_id"]
        scores = scores.filter(pl.col("account_id").is_in(members.implode()))
    return linked(scores, run.frame("links"))


def linked(scores: pl.DataFrame, links: pl.DataFrame) -> nx.Graph[str]:
    """Build a NetworkX graph of scored accounts and the links between two of them."""
    from graph.views import to_networkx as view

    ordered = scores.sort("account_id")
    nodes = ordered.select("account_id", "risk", "ring_id", "ring_role", "action")
    rows = ordered.select("account_id").with_row_index("row")
    for end, side in (("a", "account_a"), ("b", "account_b")):
        named = rows.rename({"row": end, "account_id": side})
        links = links.join(named, side).drop(side)
    return view(links, nodes)


def one(frame: pl.DataFrame, column: str, key: str, what: str) -> dict[str, Any]:
    """Return the row with a key as a dict.

    Raises
    ------
    NotFound
        There is none; the message names near misses.
    """
    found = frame.filter(pl.col(column) == key)
    if found.is_empty():
        raise NotFound(f"no {what} {key!r} in this run{_near(frame[column], key)}")
    return found.row(0, named=True)


def _near(keys: pl.Series, key: str) -> str:
    """Name keys that look alike, comparing only those with the same beginning."""
    if keys.is_empty():
        return "; it has none"
    for length in (3, 1, 0):
        some = keys.filter(keys.str.starts_with(key[:length])).sort().head(_CANDIDATES).to_list()
        close = difflib.get_close_matches(key, some, n=3, cutoff=0.5)
        if close:
            return f"; did you mean {' or '.join(close)}?"
    return f"; ids look like {keys.sort()[0]}"


def described(run: Run) -> pl.DataFrame:
    """Identifiers by kind and value: accounts, treatment, example (text of a template)."""
    texts = run.frame("templates").select(
        kind=pl.lit("template"), value="template", example="example"
    )
    known = run.frame("identifiers").select("kind", "value", "accounts", "treatment")
    return known.join(texts, ["kind", "value"], "left")


def _shared(run: Run, accounts: pl.Series) -> pl.DataFrame:
    """Identifiers that at least two of some accounts used, most shared first, hubs last."""
    return (
        run.frame("sightings")
        .filter(pl.col("account_id").is_in(accounts.implode()))
        .group_by("kind", "value")
        .agg(
            pl.col("account_id").n_unique().alias("members"),
            pl.col("first_seen").min(),
            pl.col("last_seen").max(),
        )
        .filter(pl.col("members") > 1)
        .join(described(run), ["kind", "value"], "left")
        .select(
            *("kind", "value", "members", "accounts", "first_seen", "last_seen"),
            *("treatment", "example"),
        )
        .sort(HUB, "members", "kind", "value", descending=[False, True, False, False])
    )


def _neighbours(run: Run, account_id: str, own: str, other: str) -> pl.DataFrame:
    return (
        run.frame("links")
        .filter(pl.col(own) == account_id)
        .select(pl.col(other).alias("account_id"), "weight", "kinds")
    )
