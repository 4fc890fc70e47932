"""The members of each ring: role, stability, risk, and why each is in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl

from ..words import day_column
from .frames import Frames

ROWS = 100


def all_members(frames: Frames) -> pl.DataFrame:
    """Members of every ring with what is known about the account, core and risk first.

    Returns
    -------
    polars.DataFrame
        ring_id, account_id, username, role, stability, confidence, risk, joined, created_at,
        label, reasons.
    """
    return (
        frames["ring_members"]
        .join(frames["scores"].select("account_id", "risk", "reasons"), on="account_id", how="left")
        .join(frames["accounts"], on="account_id", how="left")
        .sort(
            "ring_id", "role", "risk", "stability", "account_id",
            descending=[False, False, True, True, False], nulls_last=True,
        )
    )  # fmt: skip


def member_rows(members: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """The first `ROWS` members of each ring as rows to print, by ring_id."""
    head = members.group_by("ring_id", maintain_order=True).head(ROWS)
    rows = head.with_columns(day_column("joined"), day_column("created_at"))
    return {
        str(ring): part.drop("ring_id").to_dicts()
        for (ring,), part in rows.partition_by("ring_id", as_dict=True).items()
    }


def sign_ups(members: pl.DataFrame) -> dict[str, list[datetime]]:
    """Known sign-up times of the members, by ring_id."""
    times = members.drop_nulls("created_at").group_by("ring_id").agg("created_at")
    return dict(times.iter_rows())


def search_index(members: pl.DataFrame) -> dict[str, list[str]]:
    """Every member as "account_id username", by ring_id: what the search box looks through."""
    name = pl.concat_str("account_id", "username", separator=" ", ignore_nulls=True)
    names = members.group_by("ring_id", maintain_order=True).agg(name.alias("names"))
    return dict(names.iter_rows())
