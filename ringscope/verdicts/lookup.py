"""What a verdict is about: members and identifiers as a run shows them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

import polars as pl

from graph import kinds
from graph.hubs import SILENT
from ingest.errors import NotFound

from ..run import Run
from ..views import one
from .record import CONFIRM

ROOF = 0.5
"""Kinds that tell less of one hand (see `graph/kinds.yaml`) can be a place."""


def known_identifier(run: Run, kind: str, value: str) -> dict[str, Any]:
    """Return the facts of an identifier of a run.

    Raises
    ------
    NotFound
        There is none; the message names near misses.
    """
    if kind not in kinds():
        raise NotFound(f"no kind {kind!r}; there are: {', '.join(kinds())}")
    same = run.frame("identifiers").filter(pl.col("kind") == kind)
    found = same.filter(pl.col("value") == value)
    if found.is_empty():
        near = difflib.get_close_matches(value, same["value"].head(5000).to_list(), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise NotFound(f"no {kind} {value!r} in the current run{hint}")
    return found.row(0, named=True)


def shared_in(run: Run, accounts: Sequence[str], share: float = 0.0) -> list[tuple[str, str]]:
    """Identifiers that at least two of some accounts, and at least a share of them, were seen with.

    Hubs do not count. Sorted by kind and value.
    """
    hubs = run.frame("identifiers").filter(pl.col("treatment").is_in(SILENT))
    return (
        run.frame("sightings")
        .filter(pl.col("account_id").is_in(pl.Series(accounts).implode()))
        .join(hubs, ["kind", "value"], "anti")
        .group_by("kind", "value")
        .agg(pl.col("account_id").n_unique().alias("users"))
        .filter((pl.col("users") > 1) & (pl.col("users") >= share * len(accounts)))
        .sort("kind", "value")
        .select("kind", "value")
        .rows()
    )


def members_of(run: Run, ring_id: str) -> tuple[str, ...]:
    """Account ids of a ring, sorted.

    Raises
    ------
    NotFound
        The run has no such ring.
    """
    one(run.frame("rings"), "ring_id", ring_id, "ring")
    members = run.frame("ring_members").filter(pl.col("ring_id") == ring_id)
    return tuple(members["account_id"].sort().to_list())


def orphans_of(run: Run, ring_id: str) -> tuple[str, ...]:
    """Account ids of the members that only the ring's rush of sign-ups holds, sorted."""
    orphans = pl.col("confidence").is_not_null()
    members = run.frame("ring_members").filter(orphans, pl.col("ring_id") == ring_id)
    return tuple(members["account_id"].sort().to_list())


def accounts_decided(run: Run, ring_id: str, act: str) -> tuple[str, ...]:
    """Accounts that a verdict on a ring is about, sorted.

    All members; but who confirms a ring says nothing of its orphans, of whom some are honest.

    Raises
    ------
    NotFound
        The run has no such ring.
    """
    left_out = set(orphans_of(run, ring_id)) if act == CONFIRM else set()
    return tuple(name for name in members_of(run, ring_id) if name not in left_out)


def roofs_of(run: Run, ring_id: str) -> tuple[tuple[str, str], ...]:
    """What at least half of a ring shares and a roof explains as well as a hand.

    Raises
    ------
    NotFound
        There is no such ring, or no such identifier.
    """
    every = shared_in(run, members_of(run, ring_id), 0.5)
    found = tuple((kind, value) for kind, value in every if kinds()[kind].tell < ROOF)
    if not found:
        raise NotFound(
            f"{ring_id}: half of its members share nothing that could be a place; name one"
        )
    return found
