"""Ready account-to-account relations of the `edges` table as evidence."""

from __future__ import annotations

import math

import polars as pl

WEIGHT = 0.5
"""Worth of an edge between two accounts that have no other."""
DEGREE_CAP = 60
"""Neighbours (geometric mean over both ends) from which on an edge links nobody."""


def edge_evidence(edges: pl.DataFrame) -> pl.DataFrame:
    """Weigh each pair of accounts that an edge joins, in either direction.

    An edge between two accounts that have few is worth most; in a dense relation, such as having
    worked on the same tasks, one edge says next to nothing about who runs the accounts.

    Returns
    -------
    DataFrame
        a, b (a < b), identifier (null), kind (the edge's, or "edge"), weight, first_seen,
        last_seen; see `gather_evidence`.
    """
    pairs = (
        edges.filter(pl.col("account") != pl.col("other"))
        .select(
            a=pl.min_horizontal("account", "other"),
            b=pl.max_horizontal("account", "other"),
            kind=pl.col("kind").fill_null("edge"),
            ts="ts",
        )
        .group_by("a", "b", "kind")
        .agg(pl.col("ts").min().alias("first_seen"), pl.col("ts").max().alias("last_seen"))
    )
    ends = pl.concat([pairs.select("kind", account=end) for end in ("a", "b")])
    degree = ends.group_by("kind", "account").len("degree")
    rarity = 1 - (pl.col("degree") * pl.col("degree_b")).sqrt().log() / math.log(DEGREE_CAP)
    return (
        pairs.join(degree.rename({"account": "a"}), ["kind", "a"])
        .join(degree.rename({"account": "b", "degree": "degree_b"}), ["kind", "b"])
        .with_columns(weight=WEIGHT * rarity.clip(0, 1), identifier=pl.lit(None, dtype=pl.UInt32))
        .select("a", "b", "identifier", "kind", "weight", "first_seen", "last_seen")
    )
