"""Orphans placed in the rings that were decided, as far as the limit on honest accounts allows."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph import kinds
from graph.rush import find_orphans

SUMMED = ("size", "orphans", "labelled_spam", "labelled_honest", "expected_honest")
"""Columns of rings to which orphans add."""


def place_orphans(
    members: pl.DataFrame,
    rings: pl.DataFrame,
    risk: NDArray[np.float64],
    accounts: pl.DataFrame,
    *,
    limit: float,
    apart: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add the accounts that a ring's rush of sign-ups assigns to it, the surest first.

    Each orphan counts as honest by what it lacks in confidence.

    Parameters
    ----------
    members, rings
        Members of candidate rings, see `graph.Rings`, and what was decided of these; only those
        called a ring are given orphans.
    risk
        (accounts,) calibrated risk in [0, 1].
    accounts
        created_at and label of each account.
    limit
        Honest accounts that may be expected in all rings together.
    apart
        See `graph.apart.APART`: whom it names is no orphan, as people decided on them.

    Returns
    -------
    members, rings
        Orphans are fringe members of stability 0 with a confidence. Size, risk, times, labels,
        expected honest members and shares of members count them in; chance and readings do not.
    """
    called = rings.filter(pl.col("status") == "ring")
    able = members.join(called.select("ring"), "ring", "semi")
    orphans = find_orphans(able, risk, accounts["created_at"], members["account"])
    if apart is not None:
        orphans = orphans.join(apart, "account", "anti")
    left = limit - float(called["expected_honest"].to_numpy().sum())
    orphans = orphans.sort("confidence", "account", descending=[True, False]).filter(
        (1 - pl.col("confidence")).cum_sum() <= left
    )
    placed = orphans.join(
        accounts.select(
            pl.int_range(pl.len(), dtype=pl.UInt32).alias("account"), "label", joined="created_at"
        ),
        "account",
        maintain_order="left",
    ).with_columns(
        risk=pl.lit(pl.Series(risk)).gather("account"),
        role=pl.lit("fringe"),
        stability=pl.lit(0.0),
    )
    everybody = pl.concat([members, placed.select(members.columns)])
    return everybody.sort("ring", "account"), _grown(rings, placed)


def _grown(rings: pl.DataFrame, orphans: pl.DataFrame) -> pl.DataFrame:
    """Rings with their orphans counted in."""
    added = orphans.group_by("ring", maintain_order=True).agg(
        pl.len().cast(pl.UInt32).alias("size_more"),
        pl.len().cast(pl.UInt32).alias("orphans_more"),
        (pl.col("label") == 1).sum().cast(pl.UInt32).alias("labelled_spam_more"),
        (pl.col("label") == 0).sum().cast(pl.UInt32).alias("labelled_honest_more"),
        (1 - pl.col("confidence")).sum().alias("expected_honest_more"),
        pl.col("risk").mean().alias("their_risk"),
        pl.col("joined").min().alias("first"),
        pl.col("joined").max().alias("last"),
    )
    grown = rings.join(added, "ring", "left", maintain_order="left")
    more = {name: pl.col(f"{name}_more").fill_null(0) for name in SUMMED}
    held = pl.col("size") / (pl.col("size") + more["size"])
    return grown.with_columns(
        *(pl.col(name) + more[name] for name in SUMMED),
        pl.col("risk") * held + pl.col("their_risk").fill_null(0.0) * (1 - held),
        *(pl.col(kind) * held for kind in kinds()),
        pl.min_horizontal("first_seen", "first").alias("first_seen"),
        pl.max_horizontal("last_seen", "last").alias("last_seen"),
    ).select(rings.columns)
