"""Accounts that must not be in one ring: people said so."""

from __future__ import annotations

import igraph
import numpy as np
import polars as pl
from numpy.typing import NDArray

APART: dict[str, pl.DataType] = {
    "rule": pl.UInt32(),
    "side": pl.UInt32(),
    "account": pl.UInt32(),
}
"""One row per account that a rule names: accounts of different sides of one rule stay apart."""


def keep_apart(members: pl.DataFrame, links: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """Cut rings that hold accounts of two sides of a rule, where the fewest links are lost.

    Everybody whom the rule does not name stays with the side to which the heavier links lead: the
    cut of least weight between the two sides (Ford and Fulkerson, 1956).

    Parameters
    ----------
    members
        ring, account; an account is in one ring at most.
    links
        a, b, weight.
    apart
        See `APART`.

    Returns
    -------
    DataFrame
        ring (UInt32, numbered anew), account; sorted. No ring holds two sides of any rule.
    """
    named = members.join(apart, "account").sort("ring", "rule", "side", "account")
    sides = named.group_by("ring", "rule").agg(pl.col("side").n_unique())
    broken = named.join(sides.filter(pl.col("side") > 1), ["ring", "rule"], "semi")
    label = {
        account: number
        for (ring,), rules in broken.group_by("ring", maintain_order=True)
        for number, part in enumerate(_parts(members.filter(ring=ring), links, rules))
        for account in part
    }
    split = pl.DataFrame(
        {"account": list(label), "part": list(label.values())},
        schema={"account": pl.UInt32, "part": pl.UInt32},
    )
    return (
        members.select("ring", "account")
        .join(split, "account", "left")
        .with_columns(pl.struct("ring", pl.col("part").fill_null(0)).rank("dense").alias("ring"))
        .select((pl.col("ring") - 1).cast(pl.UInt32), "account")
        .sort("ring", "account")
    )


def _parts(ring: pl.DataFrame, links: pl.DataFrame, rules: pl.DataFrame) -> list[list[int]]:
    """Cut one ring until no part holds two sides of a rule; the parts by their first account."""
    accounts = ring["account"].implode()
    inner = links.filter(pl.col("a").is_in(accounts) & pl.col("b").is_in(accounts)).sort("a", "b")
    todo, done = [np.sort(ring["account"].to_numpy())], []
    while todo:
        part = todo.pop()
        ends = _two_sides(rules.filter(pl.col("account").is_in(part)))
        if ends is None:
            done.append(part.tolist())
        else:
            todo += _cut(part, inner, *ends)
    return sorted(done)


def _two_sides(rules: pl.DataFrame) -> tuple[NDArray[np.uint32], NDArray[np.uint32]] | None:
    """Accounts of the first side, and of all others, of the first rule that is still broken."""
    for _, rule in rules.group_by("rule", maintain_order=True):
        first = rule["side"] == rule["side"].min()
        if not first.all():
            accounts = rule["account"]
            return accounts.filter(first).to_numpy(), accounts.filter(~first).to_numpy()
    return None


def _cut(
    part: NDArray[np.uint32],
    links: pl.DataFrame,
    left: NDArray[np.uint32],
    right: NDArray[np.uint32],
) -> list[NDArray[np.uint32]]:
    """The two sides of the least cut between some accounts and some others."""
    a, b = (links[end].to_numpy() for end in ("a", "b"))
    inside = np.isin(a, part) & np.isin(b, part)
    source, sink = len(part), len(part) + 1
    ends = [(source, int(i)) for i in np.searchsorted(part, left)]
    ends += [(sink, int(i)) for i in np.searchsorted(part, right)]
    pairs = np.column_stack([np.searchsorted(part, a[inside]), np.searchsorted(part, b[inside])])
    weight = links["weight"].to_numpy()[inside]
    firm = float(weight.sum()) + 1.0
    net = igraph.Graph(n=len(part) + 2, edges=[*map(tuple, pairs.tolist()), *ends])
    cut = net.st_mincut(source, sink, [*weight.tolist(), *[firm] * len(ends)])
    first = np.zeros(len(part) + 2, dtype=bool)
    first[cut.partition[0]] = True
    return [part[first[: len(part)]], part[~first[: len(part)]]]
