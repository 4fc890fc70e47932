"""Strays: accounts of a group that signed up at another time than the rest of it.

One who is also in more doubt than the others is a bystander, as whoever got a phone of the
operation second-hand. One who shares with the others only what is for sale, a message kit, belongs
to whoever else bought it at that time.
"""

from __future__ import annotations

import polars as pl

from .fragments import SOLD

FEWEST = 4
"""Members below which a group has no time of its own."""
QUARTER = 0.25
FAR = 3.0
"""Distances between the quartiles of a group by which a stray is off them: what Tukey calls far out
(Exploratory Data Analysis, 1977)."""
SLACK = 0.01
"""Share of all sign-ups that is added to that."""
AS_RISKY = 0.8
"""Part of the mean risk of a group that a stray must have to be a member."""


def part_strays(
    members: pl.DataFrame, risk: pl.Series, created_at: pl.Series, shared: pl.DataFrame
) -> pl.DataFrame:
    """Drop the strays in doubt from each group, and part those who share only what is for sale.

    Time is counted in sign-ups: a week of many is longer than a week of few.

    Parameters
    ----------
    members
        ring, account; an account is in one ring at most.
    risk
        Of each account, in [0, 1].
    created_at
        Sign-up of each account; who has none is no stray.
    shared
        a, b, kind: what pairs of accounts share.

    Returns
    -------
    DataFrame
        ring (UInt32, numbered anew), account; sorted. The parted strays of a group are a ring of
        those before it and one of those after it, of whatever size.
    """
    signed_up = created_at.rank() / max(created_at.len() - created_at.null_count(), 1)
    placed = members.select(
        "ring",
        "account",
        risk=pl.lit(risk).gather("account"),
        side=_side(pl.lit(signed_up).gather("account")),
    )
    doubted = pl.col("risk") < AS_RISKY * pl.col("risk").mean().over("ring")
    kept = placed.filter(~((pl.col("side") != 0) & doubted))
    firm = _firmly_tied(members, shared)
    side = pl.when(pl.col("account").is_in(firm.implode())).then(0).otherwise("side")
    return (
        kept.select(
            ring=(pl.struct("ring", side.alias("side")).rank("dense") - 1).cast(pl.UInt32),
            account="account",
        )
    ).sort("ring", "account")


def _side(signed_up: pl.Expr) -> pl.Expr:
    """-1 for strays before the time of their group, 1 for those after it, 0 for the others."""
    first = signed_up.quantile(QUARTER, "linear").over("ring")
    last = signed_up.quantile(1 - QUARTER, "linear").over("ring")
    slack = FAR * (last - first) + SLACK
    early, late = signed_up < first - slack, signed_up > last + slack
    timed = pl.len().over("ring") >= FEWEST
    return pl.when(timed & early).then(-1).when(timed & late).then(1).otherwise(0)


def _firmly_tied(members: pl.DataFrame, shared: pl.DataFrame) -> pl.Series:
    """Accounts that share something with another member that is not for sale."""
    place = members.select("ring", a="account")
    inner = (
        shared.filter(pl.col("kind") != SOLD)
        .join(place, "a")
        .join(place.rename({"a": "b"}), "b")
        .filter(pl.col("ring") == pl.col("ring_right"))
    )
    return pl.concat([inner["a"], inner["b"]]).unique()
