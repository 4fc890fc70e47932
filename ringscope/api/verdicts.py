"""Verdicts: the same functions and the same journal as the command line and the pages."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from ingest.errors import SettingsError

from ..store import Store
from ..verdicts import decide
from ..verdicts.record import UNDO, Verdict, taken_back
from .access import Caller, needs
from .answers import VerdictRow, Verdicts
from .shapes import Decision
from .state import place_of

router = APIRouter(tags=["verdicts"])
READ = Annotated[Caller, Depends(needs("read"))]
DECIDE = Annotated[Caller, Depends(needs("decide"))]


@router.get("/verdicts")
def verdicts(
    request: Request, _: READ, limit: Annotated[int, Query(ge=0, le=1000)] = 300
) -> Verdicts:
    """What was decided, by whom and why; also what was taken back."""
    store = place_of(request).store
    every = decide.verdicts_of(store) if store else ()
    gone = taken_back(every)
    return Verdicts(verdicts=[_row(one, gone) for one in (every[-limit:] if limit else ())])


@router.post("/verdicts", status_code=201)
def make(request: Request, given: Decision, caller: DECIDE) -> VerdictRow:
    """Decide; the next night obeys."""
    if not given.why.strip():
        raise SettingsError("a decision needs a reason: others will read it")
    made = _made(place_of(request).deciding(), given, caller.name)
    request.state.did = f"{made.name} {made.act} {made.ring_id}".strip()
    return _row(made, set())


def _made(store: Store, given: Decision, who: str) -> Verdict:
    if given.act == "undo":
        return decide.undo(store, given.verdict or "", who=who, why=given.why)
    if given.act == "not-linked":
        if len(given.accounts) != 2:
            raise SettingsError("not-linked is about two accounts; name both")
        return decide.not_linked(store, *given.accounts, who=who, why=given.why)
    if not given.ring_id:
        raise SettingsError(f"{given.act} is about a ring; name it as ring_id")
    if given.act == "split":
        return decide.split(store, given.ring_id, given.groups, who=who, why=given.why)
    if given.act == "shared-place":
        until = _day(given.until) if given.until else None
        return decide.shared_place(store, given.ring_id, who=who, why=given.why, expiry=until)
    act = decide.confirm if given.act == "confirm" else decide.reject
    return act(store, given.ring_id, who=who, why=given.why)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise SettingsError(f"{said!r} is no day; write 2026-12-31") from None


def _row(verdict: Verdict, gone: set[int]) -> VerdictRow:
    return VerdictRow(
        verdict=verdict.name,
        act=verdict.act,
        who=verdict.who,
        when=f"{verdict.when}Z",
        why=verdict.why,
        ring_id=verdict.ring_id,
        run=verdict.run,
        accounts=list(verdict.accounts),
        identifiers=[list(pair) for pair in verdict.identifiers],
        groups=[list(group) for group in verdict.groups],
        until=verdict.expiry,
        undoes=f"v{verdict.undoes}" if verdict.act == UNDO else "",
        in_force=verdict.act != UNDO and verdict.n not in gone,
    )
