"""The words of messages in order, as numbers and in lower case."""

from __future__ import annotations

import polars as pl

from ..blocks import LONGEST


def words_in_order(ordered: pl.DataFrame) -> pl.DataFrame:
    """Split messages into words of letters only, so that numbers, links' ends and prices vanish.

    Parameters
    ----------
    ordered
        message (row number), account, text; in order.

    Returns
    -------
    pl.DataFrame
        message, account, word; in order.
    """
    text = pl.col("text").str.head(LONGEST).str.to_lowercase()
    plain = text.str.replace_all(r"[^\p{L}']+", " ").str.strip_chars(" '")
    words = ordered.select("message", "account", word=plain.str.split(" "))
    return words.explode("word", empty_as_null=True).filter(pl.col("word").str.len_bytes() > 0)
