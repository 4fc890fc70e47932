"""Messages that are copies of earlier ones of the same account."""

from __future__ import annotations

import polars as pl

SHINGLE = 4
"""Words in a row that are compared."""
COPIED = 0.5
"""A message is copied if this share of its shingles stood in earlier ones of the account."""


def copied_messages(words: pl.DataFrame) -> pl.DataFrame:
    """Say of each message with four words or more whether it is a copy.

    Parameters
    ----------
    words
        From `words_in_order`, whole accounts.

    Returns
    -------
    pl.DataFrame
        account, message, copied (Boolean).
    """
    word = pl.col("word").hash()
    after = [word.shift(-step) for step in range(SHINGLE)]
    inside = pl.col("message").shift(1 - SHINGLE) == pl.col("message")
    rows = words.select("message", "account", inside=inside, shingle=pl.concat_arr(after))
    rows = rows.filter("inside").select("message", "account", pl.col("shingle").hash())
    first = pl.col("message").min().over("account", "shingle")
    rows = rows.with_columns(copied=pl.col("message") > first)
    return rows.group_by("account", "message", maintain_order=True).agg(
        pl.col("copied").mean() >= COPIED
    )
