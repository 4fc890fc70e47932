"""The words of messages: links, screen names, hashtags, capitals, and those that say something.

A word is what stands between blanks and holds a letter or a digit. It is one of link, screen name
(`@name`), hashtag (`#topic`) or plain word, in this order. All patterns run in Polars' regular
expressions, in linear time, on the first `LONGEST` characters of a message.
"""

from __future__ import annotations

import polars as pl

from ..features.content import LINK
from .blocks import LONGEST

NAME = r"(?:^|[^\w@])@(\w+)"
TAG = r"(?:^|[^\w&])#\w"
EDGES = r"^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$"
RETWEET = r"^\s*RT\b|\bRT\s*:?\s*@\w"
"""A message that passes on another: it begins with RT, or RT stands before a screen name."""


def words_of(texts: pl.DataFrame) -> pl.DataFrame:
    """Split messages into words and tell what each is.

    Parameters
    ----------
    texts
        row (unique number of a message) and text (String).

    Returns
    -------
    pl.DataFrame
        One row per word in the order of the text: row, link (Boolean), name (the screen name in
        lower case, null for other words), capital (a plain word of at least two capitals and no
        small letter), key (a plain word in lower case without the punctuation around it; null for
        links, names, hashtags and the mark RT).
    """
    text = pl.col("text").str.head(LONGEST).str.replace_all(r"\s+", " ").str.strip_chars(" ")
    words = texts.select("row", word=text.str.split(" ")).explode("word", empty_as_null=True)
    words = words.filter(pl.col("word").str.contains(r"[\p{L}\p{N}]"))
    word, link, name = pl.col("word"), pl.col("link"), pl.col("name")
    words = words.with_columns(link=word.str.contains(LINK))
    words = words.with_columns(name=pl.when(~link).then(word.str.extract(NAME, 1)))
    plain = ~link & name.is_null() & ~word.str.contains(TAG) & (word != "RT")
    return words.select(
        "row",
        "link",
        name=name.str.to_lowercase(),
        capital=plain & _all_capitals(word),
        key=pl.when(plain).then(word.str.replace_all(EDGES, "").str.to_lowercase()),
    )


def is_retweet(text: pl.Expr) -> pl.Expr:
    """Say whether a message passes on another one."""
    return text.str.head(LONGEST).str.contains(RETWEET)


def _all_capitals(word: pl.Expr) -> pl.Expr:
    return word.str.contains(r"\p{Lu}.*\p{Lu}") & ~word.str.contains(r"\p{Ll}")
