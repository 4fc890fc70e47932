"""One hand or one roof: what accounts share although they are not at one place.

Families, offices and campuses share phones and cards, too, but hardly ever without sharing an
address. How seldom a kind is shared without one is counted in the data itself.
"""

from __future__ import annotations

import polars as pl

from .kinds import kinds


def shared_apart(shared: pl.DataFrame) -> pl.DataFrame:
    """Rate what pairs share that are under no common roof.

    Of the pairs that share a kind, some share a kind that means one place as well (`roof` in
    `kinds.yaml`). The fewer do not, the more it tells where one does not: each kind that a pair
    shares is worth its weight times -log10 of the share of pairs without a roof (with one more
    counted on each side). A kind that nobody shares under a roof is worth nothing here.

    Parameters
    ----------
    shared
        a, b, kind, weight: what each pair shares by each kind, as by `links.weights_by_kind`.

    Returns
    -------
    DataFrame
        a, b (a < b), worth (> 0) for each pair without a common roof; sorted.
    """
    roofs = [name for name, kind in kinds().items() if kind.roof]
    shared = shared.with_columns(roofed=pl.col("kind").is_in(roofs).any().over("a", "b"))
    apart = shared.filter(~pl.col("roofed"))
    all_pairs = shared.group_by("kind").len("pairs")
    seldom = (
        all_pairs.join(apart.group_by("kind").len("apart"), "kind", "left")
        .with_columns(share=(pl.col("apart").fill_null(0) + 1) / (pl.col("pairs") + 2))
        .select("kind", seldom=-pl.col("share").log10())
    )
    return (
        apart.join(seldom, "kind", "left", maintain_order="left")
        .group_by("a", "b", maintain_order=True)
        .agg(worth=(pl.col("weight") * pl.col("seldom")).sum())
        .filter(pl.col("worth") > 0)
    )
