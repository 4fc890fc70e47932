"""Messages in runs of whole accounts: what is split into words at a time bounds the memory."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

BLOCK = 100_000
"""Messages at a time, about."""


def account_blocks(ordered: pl.DataFrame, size: int = BLOCK) -> Iterator[pl.DataFrame]:
    """Cut messages, sorted by `account`, into runs of whole accounts with about `size` rows.

    Messages without rows are one empty run.
    """
    lengths = ordered["account"].rle().struct.field("len").cast(pl.Int64)
    block = (lengths.cum_sum() - lengths) // size
    cuts = pl.DataFrame({"block": block, "size": lengths})
    start = 0
    for rows in cuts.group_by("block", maintain_order=True).agg(pl.col("size").sum())["size"]:
        yield ordered.slice(start, rows)
        start += rows
    if not start:
        yield ordered
