"""What the scores of accounts say about their ring, after people decided on it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from models.reasons import NOTHING

from ..output import SHOWN


def placed(scores: pl.DataFrame, rings: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Fill ring_id and ring_role: only of rings that a person should act on or look at."""
    shown = rings.filter(pl.col("status").is_in(SHOWN)).select("ring_id")
    place = members.join(shown, "ring_id").select("account_id", "ring_id", ring_role="role")
    return (
        scores.drop("ring_id", "ring_role")
        .join(place, "account_id", "left", maintain_order="left", validate="1:1")
        .select(scores.columns)
    )


def retold(
    scores: pl.DataFrame,
    members: pl.DataFrame,
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> pl.DataFrame:
    """Let the reasons name the status of the ring; those of rejected rings name it no more.

    Parameters
    ----------
    scores
        account_id, reasons (joined by "; ") and anything else.
    members
        ring_id, account_id.
    before, after
        Status by ring id: as scoring gave it, and as people decided.
    """
    old = {ring: _place(before[ring], ring) for ring in after}
    kept = {old[ring]: _place(status, ring) for ring, status in after.items()}
    lost = [old[ring] for ring, status in after.items() if status == "rejected"]
    names = pl.element().str.contains_any(lost) if lost else pl.lit(value=False)
    theirs = members.filter(pl.col("ring_id").is_in(list(after)))["account_id"].implode()
    changed = scores.filter(pl.col("account_id").is_in(theirs)).select(
        "account_id",
        retold=pl.col("reasons")
        .str.split("; ")
        .list.eval(pl.element().filter(~names))
        .list.join("; ")
        .str.replace_many(list(kept), list(kept.values())),
    )
    text = pl.when(pl.col("retold") == "").then(pl.lit(NOTHING)).otherwise("retold")
    return (
        scores.join(changed, "account_id", "left", maintain_order="left")
        .with_columns(reasons=pl.coalesce(text, "reasons"))
        .drop("retold")
    )


def _place(status: str, ring_id: str) -> str:
    """How a reason names the ring, see `models.explain`."""
    return f"in ring {ring_id} of " if status == "ring" else f"in the {status} ring {ring_id} of "
