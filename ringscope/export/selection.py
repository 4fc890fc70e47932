"""The tables of a run, whole or only what belongs to chosen rings."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ..evidence.source import Source
from ..views import one

TABLES = (
    "rings", "ring_members", "scores", "accounts", "links", "evidence", "sightings",
    "identifiers", "templates", "hubs",
)  # fmt: skip
"""What is exported, in this order."""


def selection(source: Source, rings: Sequence[str] | None = None) -> dict[str, pl.DataFrame]:
    """Return the tables by name.

    Parameters
    ----------
    source
        A run, or a redacted view of one.
    rings
        Only these rings: their members, the links and evidence between members, and the
        identifiers, templates and hubs that members were seen with. All of the run if None.

    Raises
    ------
    NotFound
        The run has no such ring; the message names near misses.
    """
    frames = {name: source.frame(name) for name in TABLES}
    if rings is None:
        return frames
    for ring in rings:
        one(frames["rings"], "ring_id", ring, "ring")
    chosen = frames["ring_members"].filter(pl.col("ring_id").is_in(list(rings)))
    accounts = chosen.select("account_id").unique()
    seen = frames["sightings"].join(accounts, "account_id", "semi", maintain_order="left")
    values = seen.select("kind", "value").unique()
    used = seen.filter(pl.col("kind") == "template").select(template="value").unique()
    only = {
        "rings": frames["rings"].filter(pl.col("ring_id").is_in(list(rings))),
        "ring_members": chosen,
        "links": _between(frames["links"], chosen),
        "evidence": _between(frames["evidence"], chosen),
        "sightings": seen,
        "templates": frames["templates"].join(used, "template", "semi", maintain_order="left"),
    }
    for name in ("scores", "accounts"):
        only[name] = frames[name].join(accounts, "account_id", "semi", maintain_order="left")
    for name in ("identifiers", "hubs"):
        only[name] = frames[name].join(values, ["kind", "value"], "semi", maintain_order="left")
    return {name: only[name] for name in TABLES}


def _between(frame: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Rows about two members of one ring."""
    ring_a = members.select("ring_id", account_a="account_id")
    ring_b = members.select("ring_id", account_b="account_id")
    return (
        frame.join(ring_a, "account_a", maintain_order="left")
        .join(ring_b, ["account_b", "ring_id"], maintain_order="left")
        .drop("ring_id")
    )
