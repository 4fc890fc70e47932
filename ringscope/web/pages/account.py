"""One account: its score by part and by fact, known spam near it, what it shares; why A B."""

from __future__ import annotations

from typing import Any

import polars as pl
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ...evidence import AccountEvidence, account_evidence
from ...report.messages import masked
from ...words import day_column, percent
from ..rendering import page, reading_of

router = APIRouter()
LINKS = 100
IDENTIFIERS = 200
FACTS = 14


@router.get("/accounts/{account_id:path}", response_class=HTMLResponse)
def account(request: Request, account_id: str) -> HTMLResponse:
    """The page of one account."""
    found = account_evidence(reading_of(request).run, account_id)
    seen = found.identifiers.head(IDENTIFIERS).with_columns(
        day_column("first_seen"), day_column("last_seen"), masked("example")
    )
    data = {
        "facts": found.facts,
        "score_parts": found.parts,
        "bars": bars(found),
        "found": found,
        "identifiers": seen.to_dicts(),
        "links": found.links.head(LINKS).to_dicts(),
    }
    return page(request, "account.html", data)


def bars(found: AccountEvidence) -> list[dict[str, Any]]:
    """What moved the score as bars: says, family, contribution, width in [0, 50] (half a rail)."""
    shown = found.contributions.head(FACTS)
    largest = shown.select(pl.col("contribution").abs().max()).item() or 1.0
    return [
        row | {"width": round(50 * abs(row["contribution"]) / largest, 1)}
        for row in shown.iter_rows(named=True)
    ]


@router.get("/why", response_class=HTMLResponse)
def why(request: Request, a: str = "", b: str = "") -> HTMLResponse:
    """What links two accounts, or why nothing does."""
    data: dict[str, Any] = {"a": a.strip(), "b": b.strip(), "why": None}
    if data["a"] and data["b"]:
        found = reading_of(request).run.why(data["a"], data["b"], native=True)
        data |= {
            "why": found,
            "shared": _rows(found.shared, "first_a", "last_a", "first_b", "last_b"),
            "steps": _rows(found.steps, "first_seen", "last_seen"),
        }
    return page(request, "why.html", data)


def _rows(frame: Any, *times: str) -> list[dict[str, Any]]:
    table: pl.DataFrame = frame
    shown = table.with_columns(day_column(name) for name in times)
    if "example" in shown.columns:
        shown = shown.with_columns(masked("example"))
    return [row | {"weight_words": _weight(row["weight"])} for row in shown.to_dicts()]


def _weight(weight: float | None) -> str:
    return "does not count" if weight is None else percent(weight)
