"""Causes in identifiers: what ties two sides of a ring, and what has become of it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graph.kinds import kinds

from ..words import day_column

LONGEST_VALUE = 40
AS_WAS = "alone it does not hold them together"
UNSAFE = r"[\p{C}\p{Zl}\p{Zp}]"
TIE: dict[str, pl.DataType] = {
    "key": pl.String(),
    "kind": pl.String(),
    "value": pl.String(),
    "tied": pl.UInt32(),
    "weight": pl.Float64(),
    "since": pl.Datetime("us"),
    "until": pl.Datetime("us"),
}


def ties(run: Mapping[str, pl.DataFrame], left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Find the identifiers that tie accounts of one side to accounts of the other.

    Parameters
    ----------
    run
        Frames of a run: evidence, sightings.
    left, right
        key, account_id: the two sides of each comparison; the same account may stand on both.

    Returns
    -------
    DataFrame
        Columns of `TIE`: tied counts the accounts of the left side that the identifier ties to
        the right one; since and until are the first and the last time at which both sides had
        used it. The strongest comes first within a key.
    """
    ends = ["account_a", "account_b"]
    place = ["key", "kind", "value"]
    mine = left.select("key", "account_id")
    evidence = run["evidence"].select(*ends, "kind", "value", "weight")
    both = pl.concat(
        [
            evidence.rename({one: "account_id", two: "other"}).join(mine, "account_id")
            for one, two in (ends, ends[::-1])
        ],
        how="diagonal",
    )
    found = (
        both.join(right.select("key", other="account_id"), ["key", "other"])
        .sort(*place, "account_id", "other")
        .group_by("key", "kind", "value", maintain_order=True)
        .agg(
            tied=pl.col("account_id").n_unique().cast(pl.UInt32),
            weight=pl.col("weight").sum().round(9),
        )
        .sort(
            "key", "tied", "weight", "kind", "value", descending=[False, True, True, False, False]
        )
    )
    used = [_use(run["sightings"], side, found) for side in (left, right)]
    timed = found
    for side, use in zip(("left", "right"), used, strict=True):
        timed = timed.join(use, place, "left", suffix=f"_{side}", maintain_order="left")
    return timed.with_columns(
        since=pl.max_horizontal("first", "first_right"),
        until=pl.min_horizontal("last", "last_right"),
    ).select(*TIE)


def _use(sightings: pl.DataFrame, side: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """First and last use of the identifiers by one side: key, kind, value, first, last."""
    place = ["key", "kind", "value"]
    return (
        side.select("key", "account_id")
        .join(sightings, "account_id")
        .join(found, place, "semi")
        .group_by(place)
        .agg(first=pl.col("first_seen").min(), last=pl.col("last_seen").max())
    )


def strongest(found: pl.DataFrame) -> pl.DataFrame:
    """Keep the first tie of each key."""
    return found.unique("key", keep="first", maintain_order=True)


def last_sight(sightings: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """When each ring was last seen, and with what.

    Parameters
    ----------
    sightings
        The sightings table of a run.
    members
        ring_id, account_id.

    Returns
    -------
    DataFrame
        ring_id, last, kind, value, seen (members that used it then or before), for rings of which
        a time is known.
    """
    return (
        members.select("ring_id", "account_id")
        .join(sightings, "account_id")
        .group_by("ring_id", "kind", "value")
        .agg(last=pl.col("last_seen").max(), seen=pl.col("account_id").n_unique())
        .drop_nulls("last")
        .sort(
            "ring_id", "last", "seen", "kind", "value",
            descending=[False, True, True, False, False],
        )
        .unique("ring_id", keep="first", maintain_order=True)
        .select("ring_id", "last", "kind", "value", "seen")
    )  # fmt: skip


def clock(sightings: pl.DataFrame) -> pl.Expr:
    """The last moment that a run saw, as a literal; null where no time is known."""
    return pl.lit(sightings["last_seen"].max(), pl.Datetime("us"))


def thing() -> pl.Expr:
    """An identifier in words, from the columns kind and value: "device d-77"."""
    words = {kind.name: kind.one for kind in kinds().values()}
    value = pl.col("value").fill_null("").str.replace_all(UNSAFE, " ").str.head(LONGEST_VALUE)
    plain = pl.col("kind").str.replace_all("_", " ", literal=True)
    kind = pl.col("kind").replace_strict(words, default=plain, return_dtype=pl.String)
    return pl.format("{} {}", kind, value).str.strip_chars(" ")


def on(column: str) -> pl.Expr:
    """A time in words: "14 May 2025"; "an unknown day" where it is missing."""
    return day_column(column).fill_null("an unknown day")


def what_became(found: pl.DataFrame, identifiers: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Say what has become of ties of last night, in a column `became`.

    Parameters
    ----------
    found
        Ties of last night (`TIE`), one per key.
    identifiers
        The identifiers table of tonight.
    now
        The ties between the same sides tonight (`TIE`).
    """
    state = identifiers.select("kind", "value", "accounts", "treatment")
    still = now.select("key", "kind", "value", still="tied")
    became = (
        pl.when(pl.col("treatment").is_in(["cap", "ignore"]))
        .then(pl.format("it is a hub now, used by {} accounts", "accounts"))
        .when(pl.col("accounts").is_null() & pl.col("value").is_not_null())
        .then(pl.lit("it is no longer in the data"))
        .when(pl.col("still").is_null())
        .then(pl.lit("it ties them no more"))
        .otherwise(pl.lit(AS_WAS))
    )
    return (
        found.join(state, ["kind", "value"], "left", maintain_order="left")
        .join(still, ["key", "kind", "value"], "left", maintain_order="left")
        .select(*TIE, became=became)
    )
