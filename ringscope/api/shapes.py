"""What requests hold, with examples; every text and list has a limit."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

MOST_AT_ONCE = 500
"""Accounts of one request to score; more go as a job."""
Text = Annotated[str, Field(max_length=1000)]
Name = Annotated[str, Field(min_length=1, max_length=256)]
Values = Annotated[list[Text], Field(max_length=50)]
Message = Annotated[str, Field(max_length=20_000)]
Cell = float | Annotated[str, Field(max_length=256)] | None

ACCOUNT: dict[str, JsonValue] = {
    "account_id": "new-1",
    "created_at": "2026-05-14T09:30:00Z",
    "email": "emma.silva5696@mail.example",
    "username": "emma.silva5696",
    "phone": "+4915112345678",
    "country": "DE",
    "device_ids": ["d-17"],
    "ips": ["203.0.113.9"],
    "instrument_ids": [],
    "messages": ["Hello, still available? Write to me at ..."],
    "columns": {"photos": 0, "channel": "campaign"},
}
_ACCOUNTS: dict[str, JsonValue] = {"accounts": [ACCOUNT]}


class Fields(BaseModel):
    """One account as it signs up; all but its id may be left out."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [ACCOUNT]})

    account_id: Name = Field(description="Its name; one that the run has counts as the same.")
    created_at: Text | None = Field(None, description="Sign-up: ISO 8601 or epoch seconds.")
    seen_at: Text | None = Field(
        None, description="When the devices, addresses and instruments were used; default: now."
    )
    email: Text | None = None
    username: Text | None = None
    phone: Text | None = None
    country: Text | None = Field(None, description="Two letters.")
    device_ids: Values = []
    ips: Values = []
    instrument_ids: Values = []
    messages: Annotated[list[Message], Field(max_length=20)] = Field(
        [], description="What it has written first."
    )
    columns: Annotated[dict[Name, Cell], Field(max_length=200)] = Field(
        {}, description="Further columns of the account table that the run was trained on."
    )


class ToScore(BaseModel):
    """Accounts to score."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_ACCOUNTS]})

    accounts: Annotated[list[Fields], Field(min_length=1, max_length=MOST_AT_ONCE)]
    links: Annotated[int, Field(ge=0, le=100, description="Links to tell of each.")] = 20


class Batch(BaseModel):
    """Accounts to score as a job."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_ACCOUNTS]})

    accounts: Annotated[list[Fields], Field(min_length=1, max_length=20_000)]


class Decision(BaseModel):
    """A verdict. Who decides is the owner of the key."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"act": "confirm", "ring_id": "R-1a2b3c4d", "why": "same kit as in May"},
                {"act": "not-linked", "accounts": ["a1", "b1"], "why": "flatmates"},
                {"act": "undo", "verdict": "v3", "why": "wrong ring"},
            ]
        },
    )

    act: Literal["confirm", "reject", "split", "shared-place", "not-linked", "undo"]
    why: Annotated[str, Field(min_length=1, max_length=2000, description="For others to read.")]
    ring_id: Name | None = Field(None, description="For confirm, reject, split, shared-place.")
    accounts: Annotated[list[Name], Field(max_length=2)] = Field(
        [], description="For not-linked: the two."
    )
    groups: Annotated[list[Annotated[list[Name], Field(max_length=5000)]], Field(max_length=50)] = (
        Field([], description="For split: the members of each part; with one, the others are one.")
    )
    until: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = Field(
        None, description="For shared-place: first day on which it no longer holds."
    )
    verdict: Annotated[str, Field(pattern=r"^v[0-9]{1,9}$")] | None = Field(
        None, description="For undo: its name."
    )
