"""The story of a ring in time: one line per moment that a reader would mark."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl

from ..words import count, duration
from .naming import called

NAMED = 8
"""Identifiers of which the first common use is told, the strongest first."""
SCHEMA: dict[str, Any] = {"time": pl.Datetime("us"), "what": pl.String}


def moments(members: pl.DataFrame, sightings: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    """Tell when the ring came to be.

    Parameters
    ----------
    members
        account_id, joined (sign-up; null where unknown).
    sightings
        account_id, kind, value, first_seen, last_seen.
    shared
        What the members share, strongest first: kind, value.

    Returns
    -------
    polars.DataFrame
        time, what; in order of time.
    """
    inside = sightings.join(members.select("account_id"), "account_id", "semi")
    rows = _sign_ups(members) + _first_uses(inside, shared)
    first, last = inside["first_seen"].min(), inside["last_seen"].max()
    if isinstance(first, datetime):
        rows.append((first, "first member seen with an identifier"))
    if isinstance(last, datetime):
        rows.append((last, "last member seen with an identifier"))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("time", "what")


def _sign_ups(members: pl.DataFrame) -> list[tuple[datetime, str]]:
    times = members["joined"].drop_nulls().sort().to_list()
    if not times:
        return []
    if len(times) == 1:
        return [(times[0], "one member signs up; of the others the time is not known")]
    half = (len(times) + 1) // 2
    span = times[half - 1] - times[0]
    rows = [(times[0], "first member signs up"), (times[-1], "last member signs up")]
    if 2 < half < len(times):
        within = f"half of the members have signed up ({half:,} within {duration(span)})"
        rows.append((times[half - 1], within))
    return rows


def _first_uses(inside: pl.DataFrame, shared: pl.DataFrame) -> list[tuple[datetime, str]]:
    """When each of the strongest identifiers was first seen with a second member."""
    second = (
        inside.join(shared.head(NAMED).select("kind", "value"), ["kind", "value"])
        .drop_nulls("first_seen")
        .sort("first_seen", "account_id")
        .group_by("kind", "value")
        .agg(
            pl.col("first_seen").slice(1, 1).first().alias("time"),
            pl.col("account_id").n_unique().alias("members"),
        )
        .drop_nulls("time")
        .sort("time", "kind", "value")
    )
    return [
        (time, f"{called(kind, value)} seen with a second member, {count(n, 'member')} in the end")
        for kind, value, time, n in second.select("kind", "value", "time", "members").iter_rows()
    ]
