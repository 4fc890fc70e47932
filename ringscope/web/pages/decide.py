"""Deciding on a ring: the same functions and the same journal as the command line."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from ingest.errors import SettingsError

from ...verdicts import decide
from ...verdicts.record import Verdict
from ..people import remember, signer
from ..rendering import place_of, ring_url

router = APIRouter()
Text = Annotated[str, Form()]


@router.post("/rings/{ring_id}/decide")
def on_ring(
    request: Request,
    ring_id: str,
    act: Text,
    who: Text = "",
    why: Text = "",
    until: Text = "",
    member: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Write a decision on a ring down and show the ring again."""
    if not why.strip():
        raise SettingsError("a decision needs a reason: others will read it")
    store, who = place_of(request).deciding(), signer(request, who)
    made: Verdict
    if act == "confirm":
        made = decide.confirm(store, ring_id, who=who, why=why)
    elif act == "reject":
        made = decide.reject(store, ring_id, who=who, why=why)
    elif act == "split":
        if not member:
            raise SettingsError("to split a ring, tick the members that belong apart first")
        made = decide.split(store, ring_id, [member], who=who, why=why)
    elif act == "shared-place":
        made = decide.shared_place(store, ring_id, who=who, why=why, expiry=day_of(until))
    else:
        raise SettingsError(f"no decision {act[:40]!r}")
    request.state.did = f"{made.name} {made.act} {ring_id}"
    return going_on(request, f"{ring_url(ring_id)}?done={made.name}", who)


@router.post("/apart")
def apart(request: Request, a: Text, b: Text, who: Text = "", why: Text = "") -> Response:
    """Write down that two accounts are not linked."""
    if not why.strip():
        raise SettingsError("a decision needs a reason: others will read it")
    who = signer(request, who)
    made = decide.not_linked(place_of(request).deciding(), a, b, who=who, why=why)
    request.state.did = f"{made.name} {made.act}"
    return going_on(request, f"/why?a={quote(a, safe='')}&b={quote(b, safe='')}", who)


@router.post("/journal/undo")
def undo(request: Request, name: Text, who: Text = "", why: Text = "") -> Response:
    """Take a decision back."""
    who = signer(request, who)
    made = decide.undo(place_of(request).deciding(), name, who=who, why=why)
    request.state.did = f"{made.name} {made.act} {name[:20]}"
    return going_on(request, "/journal", who)


def going_on(request: Request, url: str, who: str) -> Response:
    """Go on to a page, and remember the name for the next decision."""
    return remember(RedirectResponse(url, 303), request, who)


def day_of(text: str) -> date | None:
    """A day from a form; None if it is blank.

    Raises
    ------
    SettingsError
        It is no day.
    """
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError:
        raise SettingsError(f"{text[:20]!r} is no day; write 2026-12-31") from None
