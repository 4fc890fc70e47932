"""Two nights side by side: which ring went on, ended in another, or came out of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from .identity import MIN_SHARED, Identity

Frames = Mapping[str, pl.DataFrame]
EVENT: dict[str, pl.DataType] = {
    "ring_id": pl.String(),
    "event": pl.String(),
    "others": pl.String(),
    "size_before": pl.UInt32(),
    "size": pl.UInt32(),
    "accounts": pl.UInt32(),
    "kind": pl.String(),
    "value": pl.String(),
    "since": pl.Datetime("us"),
    "cause": pl.String(),
}
"""What is told of a ring. others: rings that it is about, joined by ";". accounts: how many it is
about. kind, value, since: the identifier that caused it, and from when on it did."""


@dataclass(frozen=True)
class Pair:
    """Two runs, one after the other, and whose rings are whose.

    Attributes
    ----------
    before, tonight
        Frames of both runs; those of tonight with stable ids.
    roll
        Members of the rings of the past (`identity.ROLL`).
    identity
        Result of `match_rings`.
    """

    before: Frames
    tonight: Frames
    roll: pl.DataFrame
    identity: Identity

    @cached_property
    def old(self) -> pl.DataFrame:
        """ring_id, account_id, size_before: the rings of last night."""
        return self.roll.filter("found").select(
            "ring_id", "account_id", size_before=pl.len().over("ring_id").cast(pl.UInt32)
        )

    @cached_property
    def new(self) -> pl.DataFrame:
        """ring_id, account_id, size: the rings of tonight."""
        return self.tonight["ring_members"].select(
            "ring_id", "account_id", size=pl.len().over("ring_id").cast(pl.UInt32)
        )

    @cached_property
    def sizes(self) -> pl.DataFrame:
        """ring_id, size_before, size (0: was or is not there) of the rings of both nights."""
        old = self.old.select("ring_id", "size_before").unique()
        new = self.new.select("ring_id", "size").unique()
        sides = pl.col("size_before", "size").fill_null(0)
        return old.join(new, "ring_id", "full", coalesce=True).with_columns(sides).sort("ring_id")

    @cached_property
    def merged(self) -> pl.DataFrame:
        """old_id, ring_id: rings whose id ended because most members are in another ring."""
        alive = self._lineage.join(self.new, left_on="old_id", right_on="ring_id", how="anti")
        into = alive.filter(2 * pl.col("shared") >= pl.col("old_size"))
        return (
            into.sort("old_id", "shared", "stable_id", descending=[False, True, False])
            .unique("old_id", keep="first", maintain_order=True)
            .select("old_id", ring_id="stable_id")
        )

    @cached_property
    def split(self) -> pl.DataFrame:
        """old_id, ring_id: rings made mostly of members of a ring that goes on without them."""
        goes_on = self._lineage.join(self.new, left_on="old_id", right_on="ring_id", how="semi")
        apart = goes_on.filter(
            ~pl.col("kept"),
            pl.col("shared") >= MIN_SHARED,
            2 * pl.col("shared") >= pl.col("size"),
        ).join(self.old, left_on="stable_id", right_on="ring_id", how="anti")
        return (
            apart.sort("stable_id", "shared", "old_id", descending=[False, True, False])
            .unique("stable_id", keep="first", maintain_order=True)
            .select("old_id", ring_id="stable_id")
        )

    @property
    def _lineage(self) -> pl.DataFrame:
        return self.identity.lineage.filter("found")


def told(frame: pl.DataFrame, event: str, pair: Pair) -> pl.DataFrame:
    """Complete rows of (ring_id, accounts, cause, ...) to events; missing columns stay empty."""
    sized = frame.join(pair.sizes, "ring_id", "left", maintain_order="left").with_columns(
        event=pl.lit(event)
    )
    lacking = [
        pl.lit(None, kind).alias(name) for name, kind in EVENT.items() if name not in sized.columns
    ]
    return sized.with_columns(lacking).select(
        pl.col(name).cast(kind) for name, kind in EVENT.items()
    )
