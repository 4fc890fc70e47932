"""Search over rings, accounts, identifiers and message templates."""

from __future__ import annotations

from typing import Any

import polars as pl
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ...report.messages import masked
from ..reading import Reading
from ..rendering import page, reading_of

router = APIRouter()
MOST = 40
LONGEST = 200


@router.get("/search", response_class=HTMLResponse)
def search(request: Request, q: str = "") -> HTMLResponse:
    """The page; htmx asks for the results alone while somebody types."""
    words = q.strip()[:LONGEST]
    hits = found(reading_of(request), words)
    data: dict[str, Any] = {"words": words, "found": hits, "most": MOST}
    alone = bool(request.headers.get("hx-request"))
    return page(request, "results.html" if alone else "search.html", data)


def found(reading: Reading, words: str) -> dict[str, list[dict[str, Any]]]:
    """Rows that contain the words, exact hits first; nothing for less than two characters."""
    if len(words) < 2:
        return {"rings": [], "accounts": [], "identifiers": [], "templates": []}
    frames = reading.frames
    accounts = reading.run.frame("accounts").select("account_id", "username", "email", "phone")
    hits = _holding(accounts, words, "account_id", "username", "email", "phone")
    scored = frames["scores"].select("account_id", "risk", "ring_id")
    identifiers = _holding(frames["identifiers"], words, "value")
    templates = _holding(frames["templates"], words, "template", "example")
    return {
        "rings": _holding(frames["rings"], words, "ring_id", "reading").to_dicts(),
        "accounts": hits.join(scored, "account_id", "left", maintain_order="left").to_dicts(),
        "identifiers": identifiers.to_dicts(),
        "templates": templates.with_columns(masked("example")).to_dicts(),
    }


def _holding(frame: pl.DataFrame, words: str, *columns: str) -> pl.DataFrame:
    low = words.lower()
    text = [pl.col(name).cast(pl.String).str.to_lowercase() for name in columns]
    holds = pl.any_horizontal(part.str.contains(low, literal=True) for part in text)
    exact = pl.any_horizontal(part == low for part in text).fill_null(value=False)
    return (
        frame.filter(holds.fill_null(value=False))
        .sort(~exact, columns[0], nulls_last=True)
        .head(MOST)
    )


@router.get("/identifiers", response_class=HTMLResponse)
def identifier(request: Request, kind: str, value: str) -> HTMLResponse:
    """One identifier: who used it, when, in which rings."""
    reading = reading_of(request)
    users = (
        reading.frames["sightings"]
        .filter((pl.col("kind") == kind) & (pl.col("value") == value))
        .join(reading.frames["scores"], "account_id", "left")
        .sort("risk", "account_id", descending=[True, False], nulls_last=True)
    )
    facts = reading.frames["identifiers"].filter(
        (pl.col("kind") == kind) & (pl.col("value") == value)
    )
    rings = (
        reading.order.members.join(users.select("account_id"), "account_id", "semi")
        .group_by("ring_id")
        .agg(pl.len().alias("members"))
        .sort("members", "ring_id", descending=[True, False])
    )
    data = {
        "kind": kind,
        "value": value,
        "facts": facts.row(0, named=True) if facts.height else None,
        "users": users.head(5 * MOST).to_dicts(),
        "total": users.height,
        "rings": rings.to_dicts(),
        "example": _example(reading, kind, value),
    }
    return page(request, "identifier.html", data, status=200 if facts.height else 404)


def _example(reading: Reading, kind: str, value: str) -> str:
    """The masked example of a template; blank for other kinds."""
    if kind != "template":
        return ""
    rows = reading.frames["templates"].filter(pl.col("template") == value)
    return str(rows.select(masked("example")).to_series().first() or "")
