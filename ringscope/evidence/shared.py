"""What the members of each ring share: one row per ring and identifier."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

HUB_TREATMENTS = ("cap", "ignore")


def shared_identifiers(frames: Mapping[str, pl.DataFrame], members: pl.DataFrame) -> pl.DataFrame:
    """Identifiers that at least two members of the same ring were seen with.

    Parameters
    ----------
    frames
        Frames `sightings`, `identifiers`, `evidence` of a run folder.
    members
        ring_id, account_id.

    Returns
    -------
    polars.DataFrame
        ring_id, kind, value, sharing (members), total (accounts anywhere), first_seen, last_seen,
        weight (sum over the ring's links, 0 = carries none), part (of the ring's weight, [0, 1]),
        hub; strongest first within a ring.
    """
    key = ["ring_id", "kind", "value"]
    seen = (
        members.select("ring_id", "account_id")
        .join(frames["sightings"], on="account_id")
        .group_by(key)
        .agg(
            pl.col("account_id").n_unique().cast(pl.Int64).alias("sharing"),
            pl.col("first_seen").min(),
            pl.col("last_seen").max(),
        )
        .filter(pl.col("sharing") >= 2)
    )
    weight = pl.col("weight").fill_null(0.0)
    total = pl.col("accounts").fill_null(pl.col("sharing"))
    return (
        seen.join(_weights(frames["evidence"], members), on=key, how="left")
        .join(frames["identifiers"], on=["kind", "value"], how="left")
        .select(
            *key,
            "sharing",
            pl.max_horizontal(total, "sharing").alias("total"),
            "first_seen",
            "last_seen",
            weight.alias("weight"),
            (weight / weight.sum().over("ring_id")).fill_nan(0.0).alias("part"),
            pl.col("treatment").is_in(HUB_TREATMENTS).fill_null(value=False).alias("hub"),
        )
        .sort(
            "ring_id", "weight", "sharing", "kind", "value",
            descending=[False, True, True, False, False],
        )
    )  # fmt: skip


def _weights(evidence: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    inside = members.select("ring_id", "account_id")
    return (
        evidence.join(inside, left_on="account_a", right_on="account_id")
        .join(inside, left_on=["account_b", "ring_id"], right_on=["account_id", "ring_id"])
        .sort("ring_id", "kind", "value", "account_a", "account_b")
        .group_by("ring_id", "kind", "value", maintain_order=True)
        .agg(pl.col("weight").sum().round(9))
    )
