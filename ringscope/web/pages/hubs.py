"""Hub policy: what is capped or ignored and why; what a change would do, before it is made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from ingest.errors import SettingsError

from ...hubs import decide
from ...hubs.policy import rows_of, standing
from ...hubs.preview import preview
from ...report.quality import hub_rows
from ...verdicts.decide import verdicts_of
from ...verdicts.record import in_force
from ..people import signer
from ..rendering import page, place_of, reading_of
from .decide import day_of, going_on

router = APIRouter()
Text = Annotated[str, Form()]
RINGS = 40


@router.get("/hubs", response_class=HTMLResponse)
def hubs(request: Request, kind: str = "", value: str = "") -> HTMLResponse:
    """The policy, and a form to change it."""
    place, reading = place_of(request), reading_of(request)
    rows: list[dict[str, Any]] = []
    if place.store is not None:
        today = datetime.now(UTC).date()
        rows = [row.record() for row in standing(rows_of(place.store), today)]
    found = hub_rows(reading.frames["hubs"])
    data = {"hubs": found, "policy": rows, "kind": kind, "value": value, "known": None}
    if kind and value:
        data["known"] = _known(request, kind, value)
    return page(request, "hubs.html", data)


@router.post("/hubs/preview", response_class=HTMLResponse)
def look(
    request: Request,
    kind: Text,
    value: Text,
    treatment: Text = "ignore",
    limit: Text = "",
) -> HTMLResponse:
    """What a change of the policy would do to links and rings; nothing is written."""
    place = place_of(request)
    store = place.deciding()
    change = decide.proposed(
        store, treatment, kind, value.strip(), who="preview", reason="preview", limit=_limit(limit)
    )
    verdicts = in_force(verdicts_of(store))
    found = preview(reading_of(request).run, change, verdicts)
    rings = found.rings
    data = {
        "change": change.record(),
        "links": found.links,
        "rings": rings.head(RINGS).to_dicts(),
        "total": rings.height,
        "changed": rings.filter(pl.col("status_before") == "ring").height,
    }
    return page(request, "preview.html", data)


@router.post("/hubs")
def change(
    request: Request,
    kind: Text,
    value: Text,
    treatment: Text,
    who: Text = "",
    reason: Text = "",
    limit: Text = "",
    until: Text = "",
) -> Response:
    """Write a row of the policy; the next night obeys it."""
    store = place_of(request).deciding()
    if not reason.strip():
        raise SettingsError("a change of the policy needs a reason: others will read it")
    named, day, who = value.strip(), day_of(until), signer(request, who)
    if treatment == "ignore":
        decide.ignore(store, kind, named, who=who, reason=reason, expiry=day)
    elif treatment == "allow":
        decide.allow(store, kind, named, who=who, reason=reason, expiry=day)
    elif treatment == "cap":
        decide.cap(store, kind, named, _limit(limit), who=who, reason=reason, expiry=day)
    elif treatment == "expire":
        decide.expire(store, kind, named, who=who, reason=reason)
    else:
        raise SettingsError(f"no treatment {treatment[:40]!r}")
    request.state.did = f"{treatment} {kind} {named[:100]}"
    return going_on(request, "/hubs", who)


def _limit(text: str) -> int:
    """A number of accounts from a form; 0 if it is blank.

    Raises
    ------
    SettingsError
        It is no number.
    """
    if not text.strip():
        return 0
    if not text.strip().isdecimal():
        raise SettingsError(f"{text[:20]!r} is no number of accounts")
    return int(text.strip()[:9])


def _known(request: Request, kind: str, value: str) -> dict[str, Any] | None:
    rows = (
        reading_of(request)
        .frames["identifiers"]
        .filter((pl.col("kind") == kind) & (pl.col("value") == value))
    )
    return rows.row(0, named=True) if rows.height else None
