"""What is drawn of a ring: accounts, the identifiers that they share, and the lines between."""

from __future__ import annotations

from typing import Any

import polars as pl

from .frames import Frames

ACCOUNTS = 150
IDENTIFIERS = 80
DIRECT_LINKS = 300


def drawings(
    frames: Frames, members: pl.DataFrame, shared: pl.DataFrame
) -> dict[str, dict[str, Any]]:
    """The drawing of each ring as small lists, for cytoscape.js.

    Of a ring with more than `ACCOUNTS` members the strongest part is drawn: core first, then by
    the weight of the links inside the ring, with the identifiers that it uses. Hubs are folded
    into one node per kind. Links that no drawn identifier explains are drawn from account to
    account.

    Parameters
    ----------
    frames
        Conformed frames (`links`, `sightings`).
    members
        ring_id, account_id, username, role, risk, label of the rings to draw.
    shared
        Result of `shared_identifiers`.

    Returns
    -------
    dict
        By ring_id: accounts [id, name, core, risk, label], identifiers [kind, value, sharing,
        total], edges [account, identifier], links [account, account, kinds],
        hubs [kind, number, [accounts]], size. Numbers in edges and links are places in the lists.
    """
    inside = _inside(frames["links"], members)
    drawn = _drawn(members, inside)
    told = shared.filter(~pl.col("hub") & (pl.col("weight") > 0))
    used = frames["sightings"].join(drawn.select("ring_id", "account_id"), "account_id")
    near = told.join(used, ["ring_id", "kind", "value"], "semi", maintain_order="left")
    nodes = _numbered(near, IDENTIFIERS)
    edges = _edges(frames["sightings"], drawn, nodes)
    parts = {
        "accounts": drawn.select("ring_id", "account_id", "username", "core", "risk", "label"),
        "identifiers": nodes.select("ring_id", "kind", "value", "sharing", "total"),
        "edges": edges.select("ring_id", "account", "node"),
        "links": _direct(inside, drawn, edges),
        "hubs": _hubs(frames["sightings"], drawn, shared),
    }
    lists = {name: _lists(frame) for name, frame in parts.items()}
    sizes = dict(members.group_by("ring_id").len().sort("ring_id").iter_rows())
    return {
        ring: {"size": size} | {name: rows.get(ring, []) for name, rows in lists.items()}
        for ring, size in sizes.items()
    }


def _inside(links: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    ring_of = members.select("ring_id", "account_id")
    return links.join(ring_of, left_on="account_a", right_on="account_id").join(
        ring_of, left_on=["account_b", "ring_id"], right_on=["account_id", "ring_id"]
    )


def _drawn(members: pl.DataFrame, inside: pl.DataFrame) -> pl.DataFrame:
    ends = [
        inside.select("ring_id", pl.col(end).alias("account_id"), "weight")
        for end in ("account_a", "account_b")
    ]
    strength = (
        pl.concat(ends).group_by("ring_id", "account_id").agg(pl.col("weight").sum().round(9))
    )
    ordered = (
        members.join(strength, on=["ring_id", "account_id"], how="left")
        .with_columns(
            (pl.col("role") == "core").fill_null(value=False).cast(pl.Int8).alias("core"),
            pl.col("weight").fill_null(0.0),
            pl.col("risk").round(3),
        )
        .sort("ring_id", "core", "weight", "account_id", descending=[False, True, True, False])
    )
    return _numbered(ordered, ACCOUNTS).rename({"node": "account"})


def _numbered(frame: pl.DataFrame, most: int) -> pl.DataFrame:
    head = frame.group_by("ring_id", maintain_order=True).head(most)
    return head.with_columns(pl.int_range(pl.len()).over("ring_id").alias("node"))


def _edges(sightings: pl.DataFrame, drawn: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    return (
        drawn.select("ring_id", "account_id", "account")
        .join(sightings, on="account_id")
        .join(nodes.select("ring_id", "kind", "value", "node"), on=["ring_id", "kind", "value"])
        .select("ring_id", "account", "node")
        .unique()
        .sort("ring_id", "account", "node")
    )


def _direct(inside: pl.DataFrame, drawn: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    place = drawn.select("ring_id", "account_id", "account")
    pairs = (
        inside.join(place, left_on=["ring_id", "account_a"], right_on=["ring_id", "account_id"])
        .rename({"account": "a"})
        .join(place, left_on=["ring_id", "account_b"], right_on=["ring_id", "account_id"])
        .rename({"account": "b"})
    )
    explained = (
        pairs.select("ring_id", "a", "b")
        .join(edges.rename({"account": "a"}), on=["ring_id", "a"])
        .join(edges.rename({"account": "b"}), on=["ring_id", "b", "node"], how="semi")
    )
    return (
        pairs.join(explained, on=["ring_id", "a", "b"], how="anti")
        .sort("ring_id", "weight", "a", "b", descending=[False, True, False, False])
        .group_by("ring_id", maintain_order=True)
        .head(DIRECT_LINKS)
        .select("ring_id", "a", "b", "kinds")
    )


def _hubs(sightings: pl.DataFrame, drawn: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    hubs = shared.filter(pl.col("hub")).select("ring_id", "kind", "value")
    return (
        drawn.select("ring_id", "account_id", "account")
        .join(sightings, on="account_id")
        .join(hubs, on=["ring_id", "kind", "value"])
        .group_by("ring_id", "kind")
        .agg(pl.col("value").n_unique(), pl.col("account").unique().sort())
        .sort("ring_id", "kind")
    )


def _lists(frame: pl.DataFrame) -> dict[str, list[list[Any]]]:
    return {
        str(ring): [list(row) for row in part.drop("ring_id").rows()]
        for (ring,), part in frame.partition_by("ring_id", as_dict=True).items()
    }
