"""What answers hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel

Moment = Annotated[datetime, AfterValidator(lambda at: at.replace(tzinfo=UTC))]
"""Times are UTC inside without saying so; outside they say so."""


class Told(BaseModel):
    """An error in words; nothing of the inside."""

    error: str


class Alive(BaseModel):
    """The program runs."""

    status: str
    version: str


class Ready(BaseModel):
    """What new accounts are compared with."""

    ready: bool
    run: str
    accounts: int = 0
    columns: list[str] = []


class Link(BaseModel):
    """A link of a new account to a known one."""

    account_id: str
    weight: float
    kinds: str
    risk: float
    ring_id: str


class Shared(BaseModel):
    """An identifier of a new account that the run knows."""

    kind: str
    value: str
    accounts: int
    treatment: str
    links: bool


class Refused(BaseModel):
    """A cell that could not be read."""

    column: str
    value: str
    reason: str


class Scored(BaseModel):
    """What a run says of one new account."""

    account_id: str
    risk: float
    by_links: float
    by_itself: float | None
    known: bool
    linked: int
    rings: list[str]
    links: list[Link]
    shared: list[Shared]
    refused: list[Refused]
    says: str


class Scores(BaseModel):
    """Scores in the order of the request; run is the one that they were compared with."""

    run: str
    ignored: list[str]
    accounts: list[Scored]


class JobState(BaseModel):
    """A batch: state is running, done or failed; done in [0, 1]."""

    job: str
    state: str
    done: float
    error: str = ""


class RingRow(BaseModel):
    """One ring of the current run."""

    ring_id: str
    size: int
    core_size: int | None
    risk: float | None
    status: str
    reading: str | None
    innocent_reading: str | None
    surprise: float | None
    expected_honest: float | None
    link_kinds: str | None
    first_seen: Moment | None
    last_seen: Moment | None
    labelled_spam: int | None
    labelled_honest: int | None
    why: str | None
    verdicts: list[str] = []


class Rings(BaseModel):
    """A page of rings in the order of work."""

    run: str
    total: int
    rings: list[RingRow]


class Statement(BaseModel):
    """A heading and what there is to say under it."""

    title: str
    sentences: list[str]


class RingPage(BaseModel):
    """A ring with its evidence."""

    run: str
    ring: RingRow
    statements: list[Statement]
    shared: list[dict[str, Any]]
    members: list[dict[str, Any]]


class AccountPage(BaseModel):
    """An account with its evidence."""

    run: str
    account: dict[str, Any]
    statements: list[Statement]
    contributions: list[dict[str, Any]]
    identifiers: list[dict[str, Any]]
    links: list[dict[str, Any]]


class WhyPage(BaseModel):
    """What links two accounts, or why nothing does."""

    run: str
    sentence: str
    path: list[str]
    shared: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    obstacles: list[str]


class VerdictRow(BaseModel):
    """A decision; in_force is false for undos and for what was taken back."""

    verdict: str
    act: str
    who: str
    when: str
    why: str
    ring_id: str
    run: str
    accounts: list[str]
    identifiers: list[list[str]]
    groups: list[list[str]]
    until: str
    undoes: str
    in_force: bool


class Verdicts(BaseModel):
    """Decisions, the latest last."""

    verdicts: list[VerdictRow]
