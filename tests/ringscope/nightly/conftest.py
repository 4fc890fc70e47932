"""Small runs, made by hand: who is in which ring, and what each identifier ties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import combinations

import polars as pl
import pytest

START = datetime(2025, 5, 1)

Frames = dict[str, pl.DataFrame]
MakeRun = Callable[..., Frames]


def frames(
    rings: Mapping[str, str],
    uses: Mapping[str, str],
    *,
    day: int = 10,
    first: Mapping[str, int] | None = None,
    last: Mapping[str, int] | None = None,
    hubs: tuple[str, ...] = (),
    risk: Mapping[str, float] | None = None,
    status: Mapping[str, str] | None = None,
) -> Frames:
    """Frames of a run.

    Parameters
    ----------
    rings
        ring_id -> accounts, separated by spaces.
    uses
        Device -> accounts that use it.
    day
        Last day of the data, counted from `START`.
    first, last
        Device -> day of its first and last use; day 0 and `day` if not given.
    hubs
        Devices that are capped.
    risk
        Account -> risk, 0.9 in rings and 0.05 elsewhere if not given.
    status
        ring_id -> status, "ring" if not given.
    """
    place = {account: ring for ring, accounts in rings.items() for account in accounts.split()}
    everybody = sorted({*place, *(a for users in uses.values() for a in users.split()), "zz"})
    sights = [
        {
            "account_id": account,
            "kind": "device",
            "value": device,
            "first_seen": START + timedelta(days=(first or {}).get(device, 0)),
            "last_seen": START + timedelta(days=(last or {}).get(device, day)),
            "count": 1,
        }
        for device, users in uses.items()
        for account in users.split()
    ]
    clock = {"account_id": "zz", "kind": "device", "value": "own", "count": 1}
    sights.append(clock | {"first_seen": START, "last_seen": START + timedelta(days=day)})
    sightings = pl.DataFrame(sights, schema_overrides=_TIMES)
    identifiers = sightings.group_by("kind", "value").agg(
        pl.len().cast(pl.UInt32).alias("accounts"),
        pl.col("first_seen").min(),
        pl.col("last_seen").max(),
    )
    capped = pl.when(pl.col("value").is_in(hubs)).then(pl.lit("cap")).otherwise(pl.lit(""))
    chances = {a: (risk or {}).get(a, 0.9 if a in place else 0.05) for a in everybody}
    return {
        "rings": _rings(rings, chances, status or {}),
        "ring_members": _members(rings),
        "scores": pl.DataFrame(
            {
                "account_id": everybody,
                "risk": [chances[a] for a in everybody],
                "ring_id": [place.get(a) for a in everybody],
                "action": ["FLAG_FOR_REVIEW" if chances[a] >= 0.5 else "" for a in everybody],
                "reasons": ["low risk" for _ in everybody],
            },
            schema_overrides={"ring_id": pl.String},
        ),
        "evidence": _evidence(sights, hubs),
        "sightings": sightings,
        "identifiers": identifiers.with_columns(treatment=capped).sort("kind", "value"),
    }


_TIMES = {"first_seen": pl.Datetime("us"), "last_seen": pl.Datetime("us")}


def _members(rings: Mapping[str, str]) -> pl.DataFrame:
    rows = [(ring, account) for ring, accounts in rings.items() for account in accounts.split()]
    frame = pl.DataFrame(rows, schema={"ring_id": pl.String, "account_id": pl.String}, orient="row")
    return frame.with_columns(
        role=pl.lit("core"), stability=pl.lit(1.0), joined=pl.lit(START, pl.Datetime("us"))
    )


def _rings(
    rings: Mapping[str, str], risk: Mapping[str, float], status: Mapping[str, str]
) -> pl.DataFrame:
    rows = [
        {
            "ring_id": ring,
            "size": len(accounts.split()),
            "risk": sum(risk[a] for a in accounts.split()) / len(accounts.split()),
            "status": status.get(ring, "ring"),
            "reading": "device farm",
        }
        for ring, accounts in rings.items()
    ]
    kinds = {"ring_id": pl.String, "size": pl.UInt32, "risk": pl.Float64}
    return pl.DataFrame(rows, schema={**kinds, "status": pl.String, "reading": pl.String})


def _evidence(sights: list[dict[str, object]], hubs: tuple[str, ...]) -> pl.DataFrame:
    rows = [
        {
            "account_a": one["account_id"],
            "account_b": other["account_id"],
            "kind": "device",
            "value": one["value"],
            "shared_by": 2,
            "weight": 0.5,
            "first_seen": one["first_seen"],
            "last_seen": one["last_seen"],
        }
        for one, other in combinations(sorted(sights, key=lambda row: str(row["account_id"])), 2)
        if one["value"] == other["value"] and one["value"] not in hubs
    ]
    schema = {
        "account_a": pl.String, "account_b": pl.String, "kind": pl.String, "value": pl.String,
        "shared_by": pl.UInt32, "weight": pl.Float64, **_TIMES,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


@pytest.fixture
def make_run() -> MakeRun:
    """Make the frames of a small run; see `frames`."""
    return frames
