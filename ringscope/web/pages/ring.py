"""One ring: drawing, evidence in words, what would remain, members, its story, deciding."""

from __future__ import annotations

from typing import Any

import polars as pl
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ...case.page import other_reasons, tie, without_rows
from ...evidence import RingEvidence
from ...report.evidence import evidence_rows
from ...words import day_column, percent
from ..reading import Reading
from ..rendering import page, place_of, reading_of
from .verdicts import decided

router = APIRouter()
MEMBERS = 100
HUBS = 40
"""Hubs that can be unfolded one by one, the most shared first."""


@router.get("/rings/{ring_id}", response_class=HTMLResponse)
def ring(request: Request, ring_id: str, done: str = "") -> HTMLResponse:
    """The page of one ring."""
    reading = reading_of(request)
    evidence, row = reading.ring(ring_id)
    named = evidence.shared.with_columns(ring_id=pl.lit(ring_id))
    rows = evidence_rows(named.drop("example"), reading.frames["templates"])
    data = {
        "ring": row,
        "statements": evidence.statements,
        "rows": rows.get(ring_id, []),
        "members": member_rows(evidence, 0),
        "next": MEMBERS if row["size"] > MEMBERS else 0,
        "moments": evidence.moments.with_columns(
            pl.col("time").dt.strftime("%-d %b %Y %H:%M")
        ).to_dicts(),
        "without": without_rows(evidence),
        "orphans": evidence.members["confidence"].count(),
        "times": times(evidence, row["graph"]),
        "unfold": unfolded(reading, evidence, row["graph"]),
        "verdicts": decided(place_of(request)).get(ring_id, []),
        "events": events(reading, ring_id),
        "done": done,
    }
    return page(request, "ring_page.html", data)


@router.get("/rings/{ring_id}/members", response_class=HTMLResponse)
def members(request: Request, ring_id: str, start: int = 0) -> HTMLResponse:
    """Further members, for the end of the table."""
    evidence, row = reading_of(request).ring(ring_id)
    begin = max(start, 0)
    after = begin + MEMBERS
    data = {
        "ring": row,
        "members": member_rows(evidence, begin),
        "next": after if after < row["size"] else 0,
    }
    return page(request, "members.html", data)


def member_rows(evidence: RingEvidence, start: int) -> list[dict[str, Any]]:
    """Members as rows to print, from a place in their order on."""
    shown = evidence.members.slice(start, MEMBERS).with_columns(
        day_column("joined"), day_column("created_at")
    )
    return [
        row
        | {"tie": tie(row), "risk_words": percent(row["risk"])}
        | {"reasons": other_reasons(row["reasons"], str(evidence.facts["ring_id"]))}
        for row in shown.iter_rows(named=True)
    ]


def times(evidence: RingEvidence, graph: dict[str, Any]) -> dict[str, list[int | None]]:
    """When each drawn account signed up and each drawn identifier was first seen.

    Returns
    -------
    dict
        accounts, identifiers: seconds since 1970 in the order of the drawing, None where unknown.
    """
    joined = dict(evidence.members.select("account_id", pl.col("joined").dt.epoch("s")).iter_rows())
    first = {
        (kind, value): when
        for kind, value, when in evidence.shared.select(
            "kind", "value", pl.col("first_seen").dt.epoch("s")
        ).iter_rows()
    }
    return {
        "accounts": [joined.get(account[0]) for account in graph["accounts"]],
        "identifiers": [first.get((one[0], one[1])) for one in graph["identifiers"]],
    }


def unfolded(reading: Reading, evidence: RingEvidence, graph: dict[str, Any]) -> list[list[Any]]:
    """The hubs one by one: kind, value, members, accounts in all, places of drawn accounts."""
    hubs = (
        evidence.shared.filter("hub")
        .sort("sharing", "kind", "value", descending=[True, False, False])
        .head(HUBS)
    )
    drawn = pl.DataFrame(
        {"account_id": [account[0] for account in graph["accounts"]]},
        schema={"account_id": pl.String},
    ).with_row_index("place")
    seen = (
        reading.frames["sightings"]
        .join(drawn, "account_id")
        .join(hubs.select("kind", "value"), ["kind", "value"], "semi")
        .group_by("kind", "value")
        .agg(pl.col("place").unique().sort())
    )
    joined = hubs.join(seen, ["kind", "value"], maintain_order="left")
    return [list(row) for row in joined.select("kind", "value", "sharing", "total", "place").rows()]


def events(reading: Reading, ring_id: str) -> list[dict[str, Any]]:
    """What happened to the ring night by night, as far as the run tells; the latest first."""
    if not reading.has("ring_events"):
        return []
    found = reading.run.frame("ring_events").filter(pl.col("ring_id") == ring_id)
    return found.sort("night", descending=True, maintain_order=True).to_dicts()
