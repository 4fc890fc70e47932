"""Bystanders: accounts that are in more doubt than a group to which they are not closely tied.

They are the relatives, the customers, and whoever's card was stolen: the fewer members an account
is linked to, the surer it must be itself. Strays, who signed up at another time than the rest, must
be about as risky as the group, for phones and addresses change hands. A stray who shares nothing
but a message kit, which is for sale, is not of this operation even then.
"""

from __future__ import annotations

import polars as pl

from .fragments import SOLD

FEWEST = 4
"""Members below which nobody stands out of a group by time or by links."""
AS_RISKY, USUAL, CLOSE = 0.85, 0.5, 0.3
"""Parts of the mean risk of a group that a member must have: strays and who is linked to one member
at most; everybody else; and who is linked to `MOST` of the others."""
MOST = 0.5
FIRM = 0.2
"""Link weight below which a link ties nobody to a group: a crowded address, a common text."""
QUARTER = 0.25
FAR = 3.0
"""Distances between the quartiles of a group by which a stray is off them: what Tukey calls far out
(Exploratory Data Analysis, 1977)."""
SLACK = 0.01
"""Share of all sign-ups that is added to that."""


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
    placed = members.with_columns(side=_side(pl.lit(signed_up).gather("account")))
    kept = placed.filter((pl.col("side") == 0) | (_compared(risk) >= AS_RISKY))
    firm = _firmly_tied(members, shared)
    side = pl.when(pl.col("account").is_in(firm.implode())).then(0).otherwise("side")
    label = pl.struct("ring", side.alias("side")).rank("dense") - 1
    return kept.select(label.cast(pl.UInt32).alias("ring"), "account").sort("ring", "account")


def drop_bystanders(members: pl.DataFrame, risk: pl.Series, links: pl.DataFrame) -> pl.DataFrame:
    """Drop the accounts that are too little risky for how loosely they are tied to their group.

    Parameters
    ----------
    members
        ring, account; an account is in one ring at most.
    risk
        Of each account, in [0, 1].
    links
        a, b, weight.

    Returns
    -------
    DataFrame
        The other members.
    """
    inner = inside(members, links.filter(pl.col("weight") >= FIRM))
    ends = pl.concat([inner["a"], inner["b"]]).value_counts(name="mates").rename({"a": "account"})
    size, mates = pl.len().over("ring"), pl.col("mates").fill_null(0)
    bar = (
        pl.when(size < FEWEST)
        .then(USUAL)
        .when(mates >= MOST * (size - 1))
        .then(CLOSE)
        .when(mates < 2)
        .then(AS_RISKY)
        .otherwise(USUAL)
    )
    placed = members.join(ends, "account", "left", maintain_order="left")
    return placed.filter(_compared(risk) >= bar).select("ring", "account")


def _compared(risk: pl.Series) -> pl.Expr:
    """Risk of each member as a multiple of the mean of its group."""
    own = pl.lit(risk).gather("account")
    return own / own.mean().over("ring")


def inside(members: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Those of the pairs (a, b, ...) that are of accounts of one ring (ring, account)."""
    place = members.select("ring", a="account")
    joined = pairs.join(place, "a").join(place.rename({"a": "b"}), "b")
    return joined.filter(pl.col("ring") == pl.col("ring_right"))


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
    inner = inside(members, shared.filter(pl.col("kind") != SOLD))
    return pl.concat([inner["a"], inner["b"]]).unique()
