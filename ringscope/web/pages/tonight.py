"""Tonight: what changed, and the rings in the order of work."""

from __future__ import annotations

from typing import Any

import polars as pl
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ..reading import Reading
from ..rendering import page, place_of, reading_of
from .notes import note_of
from .verdicts import decided

router = APIRouter()
SHOWN = 100
CHANGES = 60
_ORDER = ("born", "returned", "merged", "split", "grew", "status", "shrank", "dormant", "dissolved")


@router.get("/", response_class=HTMLResponse)
def tonight(request: Request, status: str = "", q: str = "", all: int = 0) -> HTMLResponse:  # noqa: A002
    """The queue of rings; htmx asks for the table alone while a filter is typed."""
    reading = reading_of(request)
    rings = queue(reading, decided(place_of(request)), status, q)
    data = {
        "headline": reading.headline,
        "rings": rings if all else rings[:SHOWN],
        "total": len(rings),
        "status": status,
        "filter": q,
        "counts": _counts(reading),
    }
    if request.headers.get("hx-request"):
        return page(request, "queue.html", data)
    more = {"changes": changes(reading), "note": note_of(place_of(request))}
    return page(request, "tonight.html", data | more)


def queue(
    reading: Reading, verdicts: dict[str, list[dict[str, Any]]], status: str, words: str
) -> list[dict[str, Any]]:
    """Rings in the order of work: undecided ones first, by the spam that they are expected to hold.

    Parameters
    ----------
    reading
        The run.
    verdicts
        Decisions in force by ring.
    status
        Only rings of this status; "open": those that nobody decided on; blank: all.
    words
        Only rings whose row or members contain this text.
    """
    rows = [row | {"verdicts": verdicts.get(row["id"], [])} for row in reading.rings()]
    if status == "open":
        rows = [row for row in rows if not row["verdicts"] and row["status"] != "rejected"]
    elif status:
        rows = [row for row in rows if row["status"] == status]
    if words.strip():
        inside = _with_member(reading, words.strip())
        rows = [row for row in rows if row["id"] in inside or _mentions(row, words.strip())]
    return sorted(rows, key=lambda row: bool(row["verdicts"]))


def _mentions(row: dict[str, Any], words: str) -> bool:
    text = " ".join([row["id"], row["reading"], row["innocent"], row["status"], *row["kinds"]])
    return words.lower() in text.lower()


def _with_member(reading: Reading, words: str) -> set[str]:
    members = reading.order.members
    low = words.lower()
    fits = pl.col("account_id").str.to_lowercase().str.contains(low, literal=True)
    named = pl.col("username").str.to_lowercase().str.contains(low, literal=True)
    return set(members.filter(fits | named.fill_null(value=False))["ring_id"])


def _counts(reading: Reading) -> dict[str, int]:
    statuses = reading.frames["rings"]["status"].fill_null("ring")
    return dict(statuses.value_counts(sort=True).iter_rows())


def changes(reading: Reading) -> dict[str, Any]:
    """What happened to rings in the night of this run.

    Returns
    -------
    dict
        known (whether the run tells), total, rows (ring_id, event, cause, ...), and counts per
        event, the most telling first.
    """
    if not reading.has("ring_events"):
        return {"known": False, "total": 0, "rows": [], "counts": []}
    events = reading.run.frame("ring_events").filter(pl.col("night") == reading.name)
    place = {name: number for number, name in enumerate(_ORDER)}
    ordered = events.with_columns(
        place=pl.col("event").replace_strict(place, default=len(_ORDER), return_dtype=pl.Int64)
    ).sort("place", "ring_id")
    tally = ordered.group_by("event", maintain_order=True).len()
    present = set(reading.frames["rings"]["ring_id"])
    rows = ordered.head(CHANGES).to_dicts()
    return {
        "known": True,
        "total": events.height,
        "rows": [row | {"present": row["ring_id"] in present} for row in rows],
        "counts": tally.rows(),
    }
