"""Pairs of accounts that share an identifier, and how popular it was while they did."""

from __future__ import annotations

import polars as pl

from .kinds import Kind

COMPARED = 5
"""Identifiers with more accounts than this times the hub cap are not compared pair by pair."""
MIN_OVERLAP = 1 / 16
DAYS = 1 / 86_400e6
"""One microsecond in days, to multiply with: how Polars divides by a number depends, in the last
bit, on the number of rows, and evidence must not depend on what it is weighed together with."""
_BOTH = pl.max_horizontal("first_seen", "first_b"), pl.min_horizontal("last_seen", "last_b")
"""The later of two first uses, and the earlier of two last uses."""


def shared_pairs(
    rows: pl.DataFrame,
    identifiers: pl.DataFrame,
    kind: Kind,
    allowed: pl.Series | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pair the accounts of each identifier of one kind.

    Two accounts that used an address months apart are not linked by it: the overlap is 1 while
    both used it and halves with each half-life between the end of one use and the start of the
    other. An identifier's popularity for an account is 1 plus the sum of its overlaps, so an
    address that passes from one to the next stays as rare as it was at any time.

    Parameters
    ----------
    rows
        Sightings (see `Sightings.rows`); those of other kinds are ignored.
    identifiers
        See `Sightings.identifiers`.
    kind
        The kind to pair.
    allowed
        Identifiers that people allowed: compared however many accounts use them.

    Returns
    -------
    pairs
        a, b (UInt32, a < b), identifier, overlap in [`MIN_OVERLAP`, 1], popularity (of the pair,
        geometric mean), first_seen, last_seen (when both used it; null where they never did at
        the same time or the time is unknown).
    popularity
        identifier, popularity: mean over its accounts, for the identifiers that were compared.
    """
    few = pl.col("accounts") <= COMPARED * kind.hub_cap
    if allowed is not None:
        few |= pl.col("identifier").is_in(allowed.implode())
    small = identifiers.filter(few & (pl.col("accounts") >= 2))
    seen = (
        rows.join(small.select("identifier"), "identifier", "semi")
        .select("identifier", "account", "first_seen", "last_seen")
        .sort("identifier", "account")
    )
    other = seen.select("identifier", b="account", first_b="first_seen", last_b="last_seen")
    pairs = (
        seen.rename({"account": "a"})
        .join(other, "identifier", maintain_order="left_right")
        .filter(pl.col("a") < pl.col("b"))
    )
    start, end = _BOTH
    if kind.half_life_days is None:
        overlap = pl.lit(1.0)
    else:
        gap = ((start - end).dt.total_microseconds() * DAYS).clip(0).fill_null(0)
        overlap = (-gap * (0.6931471805599453 / kind.half_life_days)).exp()
    pairs = pairs.select("a", "b", "identifier", overlap=overlap, **together())
    of_account = _popularity(pairs)
    pairs = (
        pairs.filter(pl.col("overlap") >= MIN_OVERLAP)
        .join(of_account.rename({"account": "a", "popularity": "of_a"}), ["identifier", "a"])
        .join(of_account.rename({"account": "b", "popularity": "of_b"}), ["identifier", "b"])
        .with_columns(popularity=(pl.col("of_a") * pl.col("of_b")).sqrt())
        .drop("of_a", "of_b")
        .sort("a", "b", "identifier")
    )
    mean = of_account.group_by("identifier").agg(pl.col("popularity").sort().mean())
    return pairs, mean.sort("identifier")


def together() -> dict[str, pl.Expr]:
    """first_seen, last_seen of a pair: when both used it, null where they never did.

    From the columns first_seen, last_seen of one account and first_b, last_b of the other.
    """
    start, end = _BOTH
    return {
        "first_seen": pl.when(start <= end).then(start),
        "last_seen": pl.when(start <= end).then(end),
    }


def _popularity(pairs: pl.DataFrame) -> pl.DataFrame:
    """1 + sum of overlaps per account and identifier, added up in the order of the pairs."""
    ends = [pairs.select("identifier", "overlap", account=end) for end in ("a", "b")]
    return (
        pl.concat(ends)
        .group_by("identifier", "account", maintain_order=True)
        .agg((1 + pl.col("overlap").sum()).alias("popularity"))
    )
