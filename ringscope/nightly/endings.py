"""How rings shrink, fall apart and end: split, shrank, dissolved, dormant and awake again."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from .causes import AS_WAS, clock, last_sight, on, strongest, thing, ties, what_became
from .pairs import Pair, told

FELL = 0.05
"""Fall of a risk that explains why an account left."""
QUIET = timedelta(days=7)
"""Time without any sighting of a member after which a ring is dormant."""


def split(pair: Pair) -> pl.DataFrame:
    """Rings of which a part became a ring of its own: told of both.

    The cause is what tied the parts last night, and what has become of it.
    """
    parts = pair.split.with_columns(key=pl.format("{} {}", "old_id", "ring_id"))
    was = pair.old.select("account_id", old_id="ring_id")
    new = pair.new.select("account_id", "ring_id")
    part = parts.join(new, "ring_id").join(was, ["old_id", "account_id"], "semi")
    rest = parts.select("key", "old_id").join(new, left_on="old_id", right_on="ring_id")
    left, right = (side.select("key", "account_id") for side in (part, rest))
    rows = (
        part.group_by("key", "old_id", "ring_id")
        .agg(accounts=pl.len())
        .sort("key")
        .join(_what_tied(pair, left, right), "key", "left", maintain_order="left")
        .with_columns(cause=_tied_until(pl.lit("nothing tied the parts directly")))
    )
    facts = ["accounts", "kind", "value", "since", "cause"]
    sides = [
        rows.select(*facts, ring_id=one, others=other)
        for one, other in (("ring_id", "old_id"), ("old_id", "ring_id"))
    ]
    return told(pl.concat(sides), "split", pair)


def shrank(pair: Pair) -> pl.DataFrame:
    """Rings that lost members other than to a ring which split from them."""
    both = ["ring_id", "account_id"]
    went_on = pair.old.join(pair.new, "ring_id", "semi")
    apart = pair.split.join(pair.new, "ring_id").select("account_id", ring_id="old_id")
    gone = went_on.join(pair.new, both, "anti").join(apart, both, "anti")
    stayed = went_on.join(pair.new, both, "semi")
    return told(_lost(pair, gone, stayed), "shrank", pair)


def dissolved(pair: Pair) -> pl.DataFrame:
    """Rings that are there no more, nor mostly in another."""
    ended = pair.merged.select(ring_id="old_id")
    gone = pair.old.join(pair.new, "ring_id", "anti").join(ended, "ring_id", "anti")
    return told(_lost(pair, gone, gone), "dissolved", pair)


def _lost(pair: Pair, gone: pl.DataFrame, stayed: pl.DataFrame) -> pl.DataFrame:
    """Per ring: how many left, where they are now, and what tied them before."""
    left, right = (side.select("account_id", key="ring_id") for side in (gone, stayed))
    where = _whereabouts(pair, gone)
    tied = pl.format("; {} had tied {} of them, {}", thing(), "tied", "became")
    # Where risks fell and the tie is as it was, the tie explains nothing.
    tells = pl.col("kind").is_not_null() & ((pl.col("loose") > 0) | (pl.col("became") != AS_WAS))
    return where.join(
        _what_tied(pair, left, right), left_on="ring_id", right_on="key", how="left"
    ).with_columns(cause=pl.concat_str("where", pl.when(tells).then(tied).otherwise(pl.lit(""))))


def _whereabouts(pair: Pair, gone: pl.DataFrame) -> pl.DataFrame:
    """ring_id, accounts, others (rings they are in now), where (in words)."""
    risk = pl.col("risk").round(2)
    then, now = (
        frames["scores"].select("account_id", risk.alias(name))
        for frames, name in ((pair.before, "then"), (pair.tonight, "now"))
    )
    place = pair.new.select("account_id", other="ring_id")
    known = (
        gone.select("ring_id", "account_id")
        .join(then, "account_id", "left")
        .join(now, "account_id", "left")
        .join(place, "account_id", "left")
        .sort("ring_id", "account_id")
    )
    absent = pl.col("now").is_null()
    moved = ~absent & pl.col("other").is_not_null()
    loose = ~absent & ~moved
    fell = loose & (pl.col("then") - pl.col("now") >= FELL)
    counted = known.group_by("ring_id", maintain_order=True).agg(
        accounts=pl.len(),
        others=pl.col("other").drop_nulls().unique().sort().str.join(";"),
        absent=absent.sum(),
        moved=moved.sum(),
        fell=fell.sum(),
        loose=(loose & ~fell).sum(),
        then=pl.col("then").filter(fell).mean().round(2),
        now=pl.col("now").filter(fell).mean().round(2),
    )
    rings = pl.col("others").str.replace_all(";", ", ", literal=True)
    parts = {
        "absent": pl.format("{} no longer in the data", "absent"),
        "moved": pl.format("{} in {} now", "moved", rings),
        "fell": pl.format(
            "the risk of {} fell from {} to {}{}",
            "fell",
            "then",
            "now",
            pl.when(pl.col("fell") > 1).then(pl.lit(" on average")).otherwise(pl.lit("")),
        ),
        "loose": pl.format("{} no longer tied closely enough", "loose"),
    }
    said = [pl.when(pl.col(name) > 0).then(text) for name, text in parts.items()]
    return counted.select(
        "ring_id",
        "accounts",
        "loose",
        others=pl.col("others").replace("", None),
        where=pl.concat_str(said, separator=", ", ignore_nulls=True),
    )


def _what_tied(pair: Pair, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """The strongest tie of last night between two sides, with what became of it."""
    then = strongest(ties(pair.before, left, right))
    now = ties(pair.tonight, left, right)
    return what_became(then, pair.tonight["identifiers"], now)


def _tied_until(otherwise: pl.Expr) -> pl.Expr:
    said = pl.format("{} tied both until {}; {}", thing(), on("until"), "became")
    return pl.when(pl.col("kind").is_null()).then(otherwise).otherwise(said)


def dormant(pair: Pair) -> pl.DataFrame:
    """Rings of which nobody has been seen for `QUIET`, told once; some are found asleep."""
    then, now = _quiet(pair)
    fell_asleep = now.filter("quiet").join(then.filter("quiet"), "ring_id", "anti")
    said = pl.format(
        "none of its {} accounts was seen after {}, when {} used {}",
        "size", on("last"), "seen", thing(),
    )  # fmt: skip
    rows = fell_asleep.join(pair.sizes.drop("size_before"), "ring_id").select(
        "ring_id", "kind", "value", since="last", accounts="size", cause=said
    )
    return told(rows, "dormant", pair)


def awake(pair: Pair) -> pl.DataFrame:
    """Rings that were dormant and of which somebody is seen again."""
    then, now = _quiet(pair)
    back = now.filter(~pl.col("quiet")).join(
        then.filter("quiet").select("ring_id", pause="last"), "ring_id"
    )
    said = pl.format(
        "seen again on {}, when {} used {}, after a pause since {}",
        on("last"), "seen", thing(), on("pause"),
    )  # fmt: skip
    rows = back.select("ring_id", "kind", "value", since="last", accounts="seen", cause=said)
    return told(rows, "returned", pair)


def _quiet(pair: Pair) -> tuple[pl.DataFrame, pl.DataFrame]:
    """When the rings of each night were last seen, and whether that was long ago.

    Of last night only rings that are there tonight.
    """
    went_on = pair.old.join(pair.new, "ring_id", "semi")
    sides = (pair.before, went_on), (pair.tonight, pair.new)
    then, now = (
        last_sight(frames["sightings"], members).with_columns(
            quiet=clock(frames["sightings"]) - pl.col("last") > QUIET
        )
        for frames, members in sides
    )
    return then, now
