"""The journal: every decision with who, when and why; what was taken back stays visible."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ...verdicts.decide import verdicts_of
from ...verdicts.record import UNDO, taken_back
from ..rendering import page, place_of
from .verdicts import WORDS

router = APIRouter()
SHOWN = 300


@router.get("/journal", response_class=HTMLResponse)
def journal(request: Request) -> HTMLResponse:
    """The page; the latest decision first."""
    place = place_of(request)
    every = verdicts_of(place.store) if place.store is not None else ()
    gone = taken_back(every)
    rows: list[dict[str, Any]] = [
        {
            "name": verdict.name,
            "act": WORDS[verdict.act],
            "who": verdict.who,
            "when": verdict.when.replace("T", " "),
            "why": verdict.why,
            "ring_id": verdict.ring_id,
            "run": verdict.run,
            "accounts": list(verdict.accounts) if not verdict.ring_id else [],
            "identifiers": list(verdict.identifiers) if verdict.act == "shared-place" else [],
            "until": verdict.expiry,
            "undoes": f"v{verdict.undoes}" if verdict.act == UNDO else "",
            "gone": verdict.n in gone,
        }
        for verdict in reversed(every[-SHOWN:])
    ]
    return page(request, "journal.html", {"rows": rows, "total": len(every)})
