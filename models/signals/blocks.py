"""Messages in runs of whole accounts: what is split into words at a time bounds the memory."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

BLOCK = 10_000_000
"""Characters at a time, about; 100,000 messages as people write them."""
LONGEST = 2_000
"""Characters of a message that are read."""


def account_blocks(ordered: pl.DataFrame, size: int = BLOCK) -> Iterator[pl.DataFrame]:
    """Cut messages, sorted by account, into runs of whole accounts.

    Parameters
    ----------
    ordered
        account and text, and whatever else the runs should have.
    size
        Characters per run, about.

    Yields
    ------
    pl.DataFrame
        Rows that follow each other; one empty run if there are none.
    """
    weight = pl.col("text").str.len_chars().cast(pl.Int64).clip(upper_bound=LONGEST) + 1
    accounts = ordered.group_by("account", maintain_order=True).agg(weight.sum(), rows=pl.len())
    run = (pl.col("text").cum_sum() - pl.col("text")) // size
    runs = accounts.group_by(run.alias("run"), maintain_order=True).agg(pl.col("rows").sum())
    start = 0
    for rows in runs["rows"]:
        yield ordered.slice(start, rows)
        start += rows
    if not start:
        yield ordered
