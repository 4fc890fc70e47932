"""Re-wording: each sending of a text has other words here and there."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest import Tables

from .tables import accounts_of, changed

WORD = r"^\p{L}+$"
"""What counts as a word; links, numbers and handles are left as they are."""


def paraphrase(
    tables: Tables, truth: pl.DataFrame, rng: np.random.Generator, *, share: float
) -> Tables:
    """Replace a share of the words of what spam accounts send, anew in each message.

    The words that take their place are drawn from what honest accounts write, each as often as
    it is written, so that no strange words betray them.
    """
    spam = tables.messages["account"].is_in(accounts_of(tables, truth, 1).implode())
    theirs = tables.messages.filter(spam)
    honest = (
        tables.messages.filter(~spam).select(word=pl.col("text").str.split(" ")).explode("word")
    )
    vocabulary = honest.filter(pl.col("word").str.contains(WORD))["word"].sort()
    if theirs.is_empty() or vocabulary.is_empty():
        return tables
    words = theirs.with_row_index("row").with_columns(word=pl.col("text").str.split(" "))
    words = words.explode("word").select("row", "word")
    drawn = vocabulary.gather(rng.integers(0, len(vocabulary), words.height))
    hit = pl.Series(rng.random(words.height) < share) & words["word"].str.contains(WORD)
    word = pl.when(hit).then(drawn).otherwise("word")
    texts = (
        words.with_columns(word=word)
        .group_by("row", maintain_order=True)
        .agg(pl.col("word").str.join(" "))["word"]
    )
    rest = tables.messages.filter(~spam)
    return changed(tables, messages=pl.concat([rest, theirs.with_columns(text=texts)]))
