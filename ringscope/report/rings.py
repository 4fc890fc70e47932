"""Rings as the report shows them: ranked, in words, with their details."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from graph import NONE_FITS

from ..evidence.shared import shared_identifiers
from ..evidence.timeline import timeline
from ..words import chance, day, kind_words, percent, period
from .drawing import drawings
from .evidence import evidence_rows
from .frames import Frames
from .members import all_members, member_rows, search_index, sign_ups

FOUND = ("ring", "confirmed", "contested")
SUSPECTED = ("suspected",)
BRIEF_ROWS = 300
_LEAST_SUSPECTED = 15


@dataclass(frozen=True)
class Ranked:
    """Ring frames in the order of the report.

    Attributes
    ----------
    found, suspected, rejected
        Rows of `rings` by status, most risk x size first.
    members
        Members of all of them (`all_members`).
    """

    found: pl.DataFrame
    suspected: pl.DataFrame
    rejected: pl.DataFrame
    members: pl.DataFrame


def ranked(frames: Frames) -> Ranked:
    """Rings by status, each ranked by risk x size: the expected number of spam accounts."""
    worth = pl.col("risk").fill_null(0.0) * pl.col("size").fill_null(0)
    ordered = (
        frames["rings"]
        .with_columns(worth.alias("worth"))
        .sort("worth", "surprise", "ring_id", descending=[True, True, False], nulls_last=True)
    )
    status = pl.col("status").fill_null("ring")
    return Ranked(
        found=ordered.filter(status.is_in(FOUND)),
        suspected=ordered.filter(status.is_in(SUSPECTED)),
        rejected=ordered.filter(~status.is_in(FOUND + SUSPECTED)),
        members=all_members(frames),
    )


def ring_sections(frames: Frames, order: Ranked, max_rings: int) -> dict[str, Any]:
    """The ring lists of the report.

    Parameters
    ----------
    frames
        Conformed frames.
    order
        Result of `ranked`.
    max_rings
        Rings and suspected groups with full details; the others get one line each.

    Returns
    -------
    dict
        rings, suspected (with details), further_rings, further_suspected, rejected (one line
        each, `BRIEF_ROWS` at most), index (search words by ring_id).
    """
    found = order.found.head(max_rings)
    suspected = order.suspected.head(max(max_rings - found.height, _LEAST_SUSPECTED))
    detailed = pl.concat([found, suspected]).select("ring_id")
    details = ring_details(frames, order.members.join(detailed, on="ring_id", how="semi"))
    shown = pl.concat([order.found, order.suspected, order.rejected]).select("ring_id")
    return {
        "rings": [
            ring_row(row) | details.get(row["ring_id"], _NOTHING) for row in found.to_dicts()
        ],
        "suspected": [
            ring_row(row) | details.get(row["ring_id"], _NOTHING) for row in suspected.to_dicts()
        ],
        "further_rings": _brief(order.found.slice(found.height)),
        "further_suspected": _brief(order.suspected.slice(suspected.height)),
        "rejected": _brief(order.rejected),
        "index": search_index(order.members.join(shown, on="ring_id", how="semi")),
    }


_NOTHING: dict[str, Any] = {"members": [], "evidence": [], "shared": 0, "timeline": None}


def ring_details(frames: Frames, members: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Members, evidence, sign-ups and drawing of each ring, by ring_id."""
    shared = shared_identifiers(frames, members)
    evidence = evidence_rows(shared, frames["templates"])
    many = dict(shared.group_by("ring_id").len().iter_rows())
    rows = member_rows(members)
    times = sign_ups(members)
    graphs = drawings(frames, members, shared)
    return {
        ring: {
            "members": rows[ring],
            "evidence": evidence.get(ring, []),
            "shared": many.get(ring, 0),
            "timeline": timeline(times.get(ring, []), graphs[ring]["size"]),
            "graph": graphs[ring],
        }
        for ring in rows
    }


def _brief(frame: pl.DataFrame) -> dict[str, Any]:
    rows = frame.head(BRIEF_ROWS).to_dicts()
    return {"total": frame.height, "rows": [ring_row(row) for row in rows]}


def ring_row(row: dict[str, Any]) -> dict[str, Any]:
    """A ring in one line: figures, words and readings."""
    size, core = row["size"] or 0, row["core_size"] or 0
    return {
        "id": row["ring_id"],
        "size": size,
        "core": core,
        "fringe": size - core,
        "risk": row["risk"],
        "risk_words": percent(row["risk"]),
        "worth": row["worth"],
        "reading": row["reading"] or "no plain reading",
        "innocent": _innocent(row["innocent_reading"]),
        "surprise": min(row["surprise"] or 0.0, 999.0),
        "chance": chance(row["surprise"]),
        "kinds": [kind_words(kind, 2) for kind in (row["link_kinds"] or "").split(";") if kind],
        "status": row["status"] or "ring",
        "seen": period(row["first_seen"], row["last_seen"]),
        "first": row["first_seen"].isoformat() if row["first_seen"] else "",
        "first_day": day(row["first_seen"]),
        "last_day": day(row["last_seen"]),
        "spam": row["labelled_spam"] or 0,
        "honest": row["labelled_honest"] or 0,
        "expected_honest": row["expected_honest"],
        "why": row["why"] or "",
    }


def _innocent(reading: str | None) -> str:
    """The innocent reading; nothing where none fits."""
    return "" if reading in (None, NONE_FITS) else str(reading)
