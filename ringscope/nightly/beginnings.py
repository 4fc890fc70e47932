"""How rings begin and grow: born, returned, grew, merged, each with the identifier that did it."""

from __future__ import annotations

import polars as pl

from .causes import clock, on, strongest, thing, ties
from .pairs import Pair, told

_UNTIED = "no single identifier ties them"


def born(pair: Pair) -> pl.DataFrame:
    """Rings that were never there before, and rings that came out of another (`split`)."""
    fresh = pair.identity.names.filter(~pl.col("known")).select(ring_id="stable_id")
    members = pair.new.join(fresh, "ring_id", "semi").join(pair.split, "ring_id", "anti")
    return told(_tied_inside(pair, members), "born", pair)


def returned(pair: Pair) -> pl.DataFrame:
    """Rings that were there before, but not last night."""
    known = pair.identity.names.filter("known").select(ring_id="stable_id")
    back = known.join(pair.old, "ring_id", "anti").join(pair.split, "ring_id", "anti")
    return told(_tied_inside(pair, pair.new.join(back, "ring_id", "semi")), "returned", pair)


def _tied_inside(pair: Pair, members: pl.DataFrame) -> pl.DataFrame:
    """Rings with the identifier that ties most of their members."""
    sides = members.select("account_id", key="ring_id")
    found = strongest(ties(pair.tonight, sides, sides))
    said = pl.format("{} ties {} of {} accounts since {}", thing(), "tied", "size", on("since"))
    rings = members.select("size", "ring_id").unique().sort("ring_id")
    return rings.join(found, left_on="ring_id", right_on="key", how="left").select(
        "ring_id", "kind", "value", "since", accounts="size",
        cause=pl.when(pl.col("kind").is_null()).then(pl.lit(_UNTIED)).otherwise(said),
    )  # fmt: skip


def grew(pair: Pair) -> pl.DataFrame:
    """Rings with new members that no merged ring brought along."""
    both = ["ring_id", "account_id"]
    went_on = pair.new.join(pair.old, "ring_id", "semi")
    brought = _moved(pair).select("ring_id", "account_id")
    came = went_on.join(pair.old, both, "anti").join(brought, both, "anti")
    stayed = went_on.join(pair.old, both, "semi")
    left, right = (side.select("account_id", key="ring_id") for side in (came, stayed))
    found = strongest(ties(pair.tonight, left, right))
    count = came.group_by("ring_id").agg(accounts=pl.len()).sort("ring_id")
    said = pl.format(
        "{} ties {} of {} new accounts to it since {}", thing(), "tied", "accounts", on("since")
    )
    plain = pl.format("{} new accounts are tied to it over others", "accounts")
    rows = count.join(found, left_on="ring_id", right_on="key", how="left").with_columns(
        cause=pl.when(pl.col("kind").is_null()).then(plain).otherwise(said)
    )
    return told(rows, "grew", pair)


def merged(pair: Pair) -> pl.DataFrame:
    """Rings that became one: told of the ring that goes on and of those that ended in it.

    The cause is an identifier between both sides, one that is new since last night if there is any.
    """
    ended = _moved(pair).with_columns(key=pl.format("{} {}", "old_id", "ring_id"))
    core = pair.new.join(pair.old, ["ring_id", "account_id"], "semi")
    right = core.join(pair.merged, "ring_id").select(
        "account_id", key=pl.format("{} {}", "old_id", "ring_id")
    )
    found = ties(pair.tonight, ended.select("key", "account_id"), right)
    fresh = (pl.col("since") > clock(pair.before["sightings"])).fill_null(value=False)
    found = strongest(
        found.with_columns(fresh=fresh).sort(
            "key", "fresh", descending=[False, True], maintain_order=True
        )
    )
    new = pl.format("{} appeared in both on {}", thing(), on("since"))
    old = pl.format(
        "{}, in both since {}, ties {} of {} accounts", thing(), on("since"), "tied", "accounts"
    )
    rows = (
        ended.group_by("key", "old_id", "ring_id")
        .agg(accounts=pl.len())
        .sort("key")
        .join(found, "key", "left", maintain_order="left")
        .with_columns(
            cause=pl.when(pl.col("kind").is_null())
            .then(pl.lit("accounts that are new to both tie them"))
            .when("fresh")
            .then(new)
            .otherwise(old)
        )
    )
    facts = ["accounts", "kind", "value", "since", "cause"]
    sides = [
        rows.select(*facts, ring_id=one, others=other)
        for one, other in (("ring_id", "old_id"), ("old_id", "ring_id"))
    ]
    return told(pl.concat(sides), "merged", pair)


def _moved(pair: Pair) -> pl.DataFrame:
    """Members that a ring which ended brought into another: old_id, ring_id, account_id."""
    had = pair.old.select("account_id", old_id="ring_id")
    return (
        pair.merged.join(had, "old_id")
        .join(pair.new, ["ring_id", "account_id"], "semi")
        .sort("old_id", "account_id")
    )
