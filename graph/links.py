"""Links: what sharing identifiers is worth, pair by pair.

One shared identifier gives `weight of its kind x rarity x overlap in time`. Several of one kind
count like independent chances (1 - product of 1 - weight), since two addresses of one home are
hardly more than one; kinds add up, since agreement of different kinds is what chance does not do.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from .kinds import Kind, kinds
from .ruled import ALLOWED_WORTH, ruled
from .sharing import DAYS, shared_pairs
from .sightings import Sightings

MIN_EVIDENCE = 0.02
"""A shared identifier worth less is no evidence."""
MIN_LINK = 0.02


def gather_evidence(
    sightings: Sightings,
    created_at: pl.Series,
    specificity: pl.DataFrame,
    policy: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Weigh every identifier that two accounts share.

    Parameters
    ----------
    sightings
        Accounts times identifiers.
    created_at
        Sign-up per account; null where unknown.
    specificity
        identifier, specificity in [0, 1] for kinds whose rarity is their wording; other such
        identifiers are not evidence.
    policy
        What people decided about single identifiers, see `ruled.POLICY`.

    Returns
    -------
    evidence
        a, b (a < b), identifier, kind, weight in (0, 1], first_seen, last_seen; sorted.
    popularity
        identifier, popularity: accounts at the same time, mean over its accounts.
    """
    evidence, popularity = [], []
    rows = ruled(sightings.identifiers, policy)
    ignored = rows.filter(pl.col("treatment") == "ignore")
    allowed = rows.filter(pl.col("treatment") == "allow")["identifier"]
    for kind in kinds().values():
        identifiers = sightings.identifiers.filter(pl.col("kind") == kind.name)
        identifiers = identifiers.join(ignored, "identifier", "anti", maintain_order="left")
        if kind.rarity == "wording":
            specific = specificity.filter(pl.col("specificity") > 0)
            identifiers = identifiers.join(specific, "identifier")
        pairs, popular = shared_pairs(sightings.rows, identifiers, kind, allowed)
        rare = _rarity(pairs, identifiers, kind, rows)
        weight = kind.weight * pl.col("rarity") * pl.col("overlap") * _signup_decay(kind)
        signup = pl.lit(created_at)
        evidence.append(
            rare.with_columns(signup_a=signup.gather("a"), signup_b=signup.gather("b"))
            .with_columns(weight=weight, kind=pl.lit(kind.name))
            .filter(pl.col("weight") >= MIN_EVIDENCE)
            .select("a", "b", "identifier", "kind", "weight", "first_seen", "last_seen")
        )
        popularity.append(popular)
    return pl.concat(evidence).sort("a", "b", "identifier"), pl.concat(popularity)


def link_accounts(evidence: pl.DataFrame) -> pl.DataFrame:
    """Add evidence up to links.

    Returns
    -------
    DataFrame
        a, b (UInt32, a < b), weight (> 0; above 1 when kinds agree), kinds ("device;ip"); sorted.
    """
    return (
        weights_by_kind(evidence)
        .group_by("a", "b", maintain_order=True)
        .agg(pl.col("weight").sum(), pl.col("kind").alias("kinds"))
        .with_columns(pl.col("kinds").list.join(";"))
        .filter(pl.col("weight") >= MIN_LINK)
    )


def weights_by_kind(evidence: pl.DataFrame) -> pl.DataFrame:
    """Add evidence up per pair and kind, identifiers of one kind like independent chances.

    Returns
    -------
    DataFrame
        a, b, kind, weight in (0, 1]; sorted.
    """
    rows = evidence.select("a", "b", "kind", "weight").sort("a", "b", "kind", "weight")
    if rows.is_empty():
        return rows
    starts = rows.select(pl.struct("a", "b", "kind").rle_id().is_first_distinct().arg_true())
    first = starts.to_series().to_numpy()
    # A product per group takes Polars ten times as long.
    weight = 1 - np.multiply.reduceat(1 - rows["weight"].to_numpy(), first)
    return rows.select("a", "b", "kind")[first].with_columns(weight=weight)


def _rarity(
    pairs: pl.DataFrame, identifiers: pl.DataFrame, kind: Kind, rows: pl.DataFrame
) -> pl.DataFrame:
    own = rows.filter(pl.col("kind") == kind.name).select("identifier", "limit")
    pairs = pairs.join(own, "identifier", "left", maintain_order="left")
    if kind.rarity == "wording":
        specific = identifiers.select("identifier", rarity="specificity")
        below_cap = pl.col("popularity") <= pl.col("limit").fill_null(kind.hub_cap)
        return pairs.join(specific, "identifier").filter(below_cap)
    # An allowed identifier fades like its kind, but only so far.
    allowed = pl.col("limit").is_infinite().fill_null(False)
    cap = pl.when(allowed).then(float(kind.hub_cap)).otherwise("limit")
    floor = pl.when(allowed).then(ALLOWED_WORTH).otherwise(0.0)
    common = pl.col("limit").is_null()
    # A product, see `DAYS`.
    steep = pl.when(common).then(1 / math.log(kind.hub_cap / 2)).otherwise(1 / (cap / 2).log())
    worth = 1 - (pl.col("popularity") / 2).log() * steep
    return pairs.with_columns(rarity=worth.clip(floor, 1))


def _signup_decay(kind: Kind) -> pl.Expr:
    if kind.signup_half_life_days is None:
        return pl.lit(1.0)
    apart = (pl.col("signup_a") - pl.col("signup_b")).dt.total_microseconds().abs() * DAYS
    return (-apart.fill_null(0) * (math.log(2) / kind.signup_half_life_days)).exp()
