"""Canaries: would the rings that nobody has reported be found tonight?

Labelled rings of known make are planted in a shadow copy of tonight's tables, which is linked and
scored like the real ones. The real tables and the real run are never touched: what comes out is a
report and nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from ingest import Tables
from ingest.kept import Kept
from ingest.read_once import read_once

from .. import analysis
from ..output import SHOWN
from ..settings import Settings
from .hands import SIZE, Flavour
from .shadow import last_moment, plant

LAZY, CAREFUL, HALF = "lazy", "careful", "half-rotated"
FLAVOURS = (Flavour(LAZY, 0.0), Flavour(CAREFUL, 0.0, chain=True), Flavour(HALF, 0.5))
CURVE = tuple(Flavour(f"rotated {step}%", step / 100) for step in (20, 40, 60, 80))
"""With the lazy rings, which rotate nothing, the curve of rotation."""
PER_ACCOUNTS = 1_000
FEWEST, MOST = 3, 5
"""Rings of each flavour: one for so many accounts, within limits."""
HALF_FOUND = 0.5


def canaries(
    tables: Tables,
    settings: Settings,
    model: Path | None = None,
    policy: pl.DataFrame | None = None,
    kept: Kept | None = None,
) -> dict[str, Any]:
    """Plant rings in a shadow copy of the tables, and count how many would have been found.

    Parameters
    ----------
    tables
        Tonight's clean tables; they are not changed.
    settings
        Settings of the run.
    model
        Folder of tonight's saved models; None: the run used none.
    policy
        The hub policy of the run.
    kept
        What was made of the rows of the tables.

    Returns
    -------
    dict
        planted, found, listed (rings in all; found: at least half of the members in one ring that
        is called so; listed: in a ring of any status), flavours (name, rotation, rings, found,
        listed, members: share in such rings), curve (rotation, rings, found; by rotation),
        sentence. Without any activity to copy: planted 0.
    """
    end = last_moment(tables)
    if end is None:
        return {"planted": 0, "sentence": "No canary was planted: no activity has a time."}
    each = min(max(tables.accounts.height // PER_ACCOUNTS, FEWEST), MOST)
    flavours = [*FLAVOURS, *CURVE]
    shadow = plant(tables, flavours, each, end, settings.seed)
    planted = read_once(shadow.tables, kept)
    linkage = analysis.link(planted, settings, policy)
    scores = analysis.score(planted, linkage, settings, model)
    ids = planted.accounts["account_id"]
    placed = scores.members.join(scores.rings.select("ring", "status"), "ring").select(
        "status", found="ring", account_id=pl.lit(ids).gather("account")
    )
    return _report(_rings(shadow.members, placed), flavours)


def _rings(members: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """flavour, ring, called, listed: share of each planted ring in the ring that has most of it."""
    held = (
        members.join(placed, "account_id")
        .group_by("flavour", "ring", "found", "status")
        .agg(share=pl.len() / SIZE)
    )
    called = pl.col("share").filter(pl.col("status").is_in(SHOWN)).max()
    best = held.group_by("ring").agg(called=called, listed=pl.col("share").max())
    rings = members.select("flavour", "ring").unique().sort("ring")
    return rings.join(best, "ring", "left", maintain_order="left").with_columns(
        pl.col("called", "listed").fill_null(0.0)
    )


def _report(rings: pl.DataFrame, flavours: list[Flavour]) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for flavour in flavours:
        mine = rings.filter(pl.col("flavour") == flavour.name)
        rows.append(
            {
                "name": flavour.name,
                "rotation": flavour.rotation,
                "rings": mine.height,
                "found": int((mine["called"] >= HALF_FOUND).sum()),
                "listed": int((mine["listed"] >= HALF_FOUND).sum()),
                "members": round(float(mine["called"].to_numpy().mean()), 3),
            }
        )
    steps = sorted((row for row in rows if row["name"] != CAREFUL), key=lambda row: row["rotation"])
    curve = [{name: row[name] for name in ("rotation", "rings", "found")} for row in steps]
    planted, found = rings.height, sum(row["found"] for row in rows)
    told = ", ".join(f"{row['found']} of {row['rings']} {row['name']}" for row in rows)
    return {
        "planted": planted,
        "found": found,
        "listed": sum(row["listed"] for row in rows),
        "flavours": rows,
        "curve": curve,
        "sentence": f"{found} of {planted} planted rings would have been found: {told}.",
    }
