"""Hosts: accounts that are tied to a group by their own things alone.

Whoever wants an honest account to look guilty uses its device, its address or its card; a thief
does the same for gain. That account used them before the group did and more than any of it, and
uses nothing of the others. An operation changes what it uses, so that hardly any of its accounts
is tied to the rest in this way.
"""

from __future__ import annotations

import polars as pl

from .bystanders import inside

OWN = 0.5
"""Part of its link weight to the group from which what an account owns makes it a host."""
AS_RISKY = 1.0
"""Part of the mean risk of its guests, all members who are no hosts, that a host must have to be
one of them."""
FEWEST = 3
"""Guests from which they are a group without their hosts."""


def drop_hosts(
    members: pl.DataFrame, risk: pl.Series, evidence: pl.DataFrame, sightings: pl.DataFrame
) -> pl.DataFrame:
    """Drop the hosts that are less risky than the guests of their group.

    Parameters
    ----------
    members
        ring, account; an account is in one ring at most.
    risk
        Of each account, in [0, 1].
    evidence
        a, b, identifier, weight: what pairs of accounts share.
    sightings
        account, identifier, first_seen, count.

    Returns
    -------
    DataFrame
        ring, account of the other members, in their order.
    """
    own = pl.col("weight").filter(pl.col("owner") == pl.col("account")).sum()
    owned = (
        _ties(members, evidence)
        .join(_owners(members, sightings), ["ring", "identifier"], "left")
        .group_by("account")
        .agg(host=own > OWN * pl.col("weight").sum())
    )
    told = members.join(owned, "account", "left", maintain_order="left").with_columns(
        pl.col("host").fill_null(False), risk=pl.lit(risk).gather("account")
    )
    guest = ~pl.col("host")
    alone = guest.sum().over("ring") < FEWEST
    bar = AS_RISKY * pl.col("risk").filter(guest).mean().over("ring")
    return told.filter(guest | alone | (pl.col("risk") >= bar)).select("ring", "account")


def _ties(members: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """ring, account, identifier, weight: what ties each member to each other one."""
    inner = inside(members, evidence)
    ends = (inner.select("ring", "identifier", "weight", account=end) for end in ("a", "b"))
    return pl.concat(ends)


def _owners(members: pl.DataFrame, sightings: pl.DataFrame) -> pl.DataFrame:
    """ring, identifier, owner: who alone of a group used it most, if nobody of it did before."""
    count, first, each = pl.col("count"), pl.col("first_seen"), ("ring", "identifier")
    most = count == count.max().over(each)
    return (
        sightings.join(members, "account")
        .filter(most & (most.sum().over(each) == 1) & (first == first.min().over(each)))
        .select("ring", "identifier", owner="account")
    )
