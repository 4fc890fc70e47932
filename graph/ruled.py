"""Hub policy by people: what somebody decided about single identifiers."""

from __future__ import annotations

from typing import Any

import polars as pl

from .kinds import kinds

POLICY: dict[str, Any] = {
    "kind": pl.String,
    "value": pl.String,
    "treatment": pl.String,
    "limit": pl.UInt32,
    "reason": pl.String,
    "who": pl.String,
    "when": pl.Datetime("us"),
    "expiry": pl.Datetime("us"),
}
"""Columns of a hub policy. treatment: ignore (links nobody), cap (a hub above `limit` accounts at
the same time instead of the limit of its kind), allow (never a hub)."""
ALLOWED = 2000
"""Accounts from which on an identifier cannot be allowed: its pairs would be too many."""
ALLOWED_WORTH = 0.5
"""An allowed identifier keeps at least this share of the worth of a rare one."""


def no_policy() -> pl.DataFrame:
    """Return a policy without rows."""
    return pl.DataFrame(schema=POLICY)


def ruled(identifiers: pl.DataFrame, policy: pl.DataFrame | None) -> pl.DataFrame:
    """Find the identifiers that a policy speaks of.

    Parameters
    ----------
    identifiers
        See `Sightings.identifiers`.
    policy
        Rows with the columns `POLICY`, at most one per kind and value; None: nobody decided.

    Returns
    -------
    DataFrame
        identifier, accounts, and the columns of `POLICY`, with `limit` as Float64: accounts at the
        same time above which it is a hub (0: ignored, infinite: allowed).
    """
    found = identifiers.select("identifier", "accounts", "kind", "value").join(
        no_policy() if policy is None else policy.select(*POLICY), ["kind", "value"]
    )
    limit = (
        pl.when(treatment="ignore").then(0.0)
        .when(treatment="allow").then(float("inf"))
        .otherwise(pl.col("limit"))
    )  # fmt: skip
    countable = (pl.col("treatment") != "allow") | (pl.col("accounts") <= ALLOWED)
    return found.filter(countable).with_columns(limit=limit.cast(pl.Float64)).sort("identifier")


def limits(identifiers: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Add `cap` (Float64): accounts at the same time above which each identifier is a hub.

    Parameters
    ----------
    identifiers
        identifier, kind and anything else.
    rows
        What `ruled` found.
    """
    entries = kinds().values()
    caps = pl.DataFrame(
        {"kind": [k.name for k in entries], "cap": [k.hub_cap for k in entries]},
        schema_overrides={"cap": pl.Float64},
    )
    return (
        identifiers.join(caps, "kind", maintain_order="left")
        .join(rows.select("identifier", "limit"), "identifier", "left", maintain_order="left")
        .with_columns(pl.coalesce("limit", "cap").alias("cap"))
        .drop("limit")
    )
