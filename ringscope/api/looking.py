"""Rings, accounts, and what links two of them: the evidence that the pages show."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Depends, Path, Query, Request

from ..evidence import account_evidence
from ..evidence.ring import Statement
from ..verdicts.decide import verdicts_of
from ..verdicts.record import in_force
from .access import Caller, needs
from .answers import AccountPage, RingPage, RingRow, Rings, WhyPage
from .state import place_of

router = APIRouter(tags=["look"])
READ = Annotated[Caller, Depends(needs("read"))]
Id = Annotated[str, Path(max_length=300)]
Many = Annotated[int, Query(ge=0, le=1000)]
STATUS = Literal["ring", "suspected", "confirmed", "contested", "rejected"]


@router.get("/rings")
def rings(
    request: Request,
    _: READ,
    status: STATUS | None = None,
    limit: Many = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Rings:
    """Rings in the order of work: those first in which a day's work stops most spam."""
    reading = place_of(request).reading()
    order = reading.order
    frames = [order.found, order.suspected, order.rejected]
    found = pl.concat([frame.select(order.found.columns) for frame in frames])
    if status:
        found = found.filter(status=status)
    verdicts = _verdicts(request)
    rows = found.slice(offset, limit).to_dicts()
    return Rings(
        run=reading.name,
        total=found.height,
        rings=[_row(row, verdicts) for row in rows],
    )


@router.get("/rings/{ring_id}")
def ring(request: Request, ring_id: Id, _: READ, limit: Many = 200) -> RingPage:
    """One ring: why it is one, what its members share, who they are."""
    reading = place_of(request).reading()
    evidence, _row_shown = reading.ring(ring_id)
    return RingPage(
        run=reading.name,
        ring=_row(evidence.facts, _verdicts(request)),
        statements=_said(evidence.statements),
        shared=_plain(evidence.shared, limit),
        members=_plain(evidence.members, limit),
    )


@router.get("/accounts/{account_id:path}")
def account(request: Request, account_id: Id, _: READ, limit: Many = 200) -> AccountPage:
    """One account: its score, what moved it, its identifiers and links."""
    reading = place_of(request).reading()
    found = account_evidence(reading.run, account_id)
    return AccountPage(
        run=reading.name,
        account=_plain(pl.DataFrame([found.facts], infer_schema_length=None), 1)[0],
        statements=_said(found.statements),
        contributions=_plain(found.contributions, limit),
        identifiers=_plain(found.identifiers, limit),
        links=_plain(found.links, limit),
    )


@router.get("/why")
def why(
    request: Request,
    a: Annotated[str, Query(min_length=1, max_length=300, examples=["a1"])],
    b: Annotated[str, Query(min_length=1, max_length=300, examples=["b1"])],
    _: READ,
) -> WhyPage:
    """What links two accounts, or why nothing does."""
    reading = place_of(request).reading()
    found = reading.run.why(a, b, native=True)
    return WhyPage(
        run=reading.name,
        sentence=found.sentence,
        path=list(found.path),
        shared=_plain(found.shared, 1000),
        steps=_plain(found.steps, 1000),
        obstacles=list(found.obstacles),
    )


def _row(facts: dict[str, Any], verdicts: dict[str, list[str]]) -> RingRow:
    row = {name: facts.get(name) for name in RingRow.model_fields}
    return RingRow.model_validate(row | {"verdicts": verdicts.get(facts["ring_id"], [])})


def _verdicts(request: Request) -> dict[str, list[str]]:
    """Names of the decisions in force, by ring."""
    store = place_of(request).store
    found: dict[str, list[str]] = {}
    for verdict in in_force(verdicts_of(store)) if store else ():
        found.setdefault(verdict.ring_id, []).append(f"{verdict.name} {verdict.act}")
    return found


def _said(statements: tuple[Statement, ...]) -> list[Any]:
    return [{"title": one.title, "sentences": list(one.sentences)} for one in statements]


def _plain(frame: Any, limit: int) -> list[dict[str, Any]]:
    """Rows as JSON can hold them: no figure is null, and times say that they are UTC."""
    table: pl.DataFrame = frame
    figures = pl.col(pl.Float32, pl.Float64).fill_nan(None)
    times = pl.col(pl.Datetime).dt.replace_time_zone("UTC")
    return table.head(limit).with_columns(figures, times).to_dicts()
