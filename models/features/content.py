"""What an account writes: length, characters, links and handles, tricks, repetition.

All patterns run in Polars' regular expressions, which take linear time, on the first
`READ_CHARS` characters of a message. No feature and no sentence holds the text of a message.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from graph import bare_words
from ingest import Tables
from ingest.read_once import of_messages

from .frames import as_features, in_account_order

READ_CHARS = 2_000
"""Characters of a message that are read."""
VOCABULARY_MESSAGES = 20
"""Messages of an account that its vocabulary is taken from, the earliest first."""

LINK = r"(?i)https?://|www\.|\b[a-z0-9-]+\.[a-z]{2,}/"
DOMAIN = r"(?i)(?:https?://|www\.)(?:www\.)?([^\s/?#]+)"
HANDLE = r"(?:^|[\s(:])@\w{3,}"
MAIL = r"\w@\w[\w-]*\.\w"
PHONE = r"\+?\d(?:[ ().-]{0,2}\d){7}"
# The micro and ohm signs stand beside Latin letters in honest text.
MIXED = r"\p{Latin}[\p{Cyrillic}\p{Greek}--μΩ]|[\p{Cyrillic}\p{Greek}--μΩ]\p{Latin}"
# Joiners are part of emoji and of some scripts; between Latin letters they only hide.
INVISIBLE = r"[\u200B\u2060\uFEFF\u00AD]|[\p{Latin}\d][\u200C\u200D]"
EMOJI = r"\p{Extended_Pictographic}"

SHARES = {
    "links.share": LINK,
    "handles.share": HANDLE,
    "phones.share": PHONE,
    "mail_addresses.share": MAIL,
    "homoglyphs.share": MIXED,
    "invisible.share": INVISIBLE,
    "emoji.share": EMOJI,
}
CHARACTERS = {
    "digits.share": r"[0-9]",
    "punctuation.share": r"\p{P}",
    "non_ascii.share": r"[^\x00-\x7F]",
}

WORDS = {
    "length.characters": "its messages are {value:.0f} characters long on average",
    "length.characters_spread": "the length of its messages varies by {value:.0f} characters",
    "length.words": "its messages have {value:.0f} words on average",
    "length.words_spread": "the length of its messages varies by {value:.0f} words",
    "capitals.share": "{value:.0%} of the letters in its messages are capitals",
    "digits.share": "{value:.0%} of the characters in its messages are digits",
    "punctuation.share": "{value:.0%} of the characters in its messages are punctuation",
    "non_ascii.share": "{value:.0%} of the characters in its messages are outside plain Latin",
    "links.share": "{value:.0%} of its messages hold a link",
    "links.domains": "different link domains in its messages: {count:,.0f}",
    "handles.share": "{value:.0%} of its messages hold a handle of another service",
    "phones.share": "{value:.0%} of its messages hold a phone number",
    "mail_addresses.share": "{value:.0%} of its messages hold a mail address",
    "homoglyphs.share": "{value:.0%} of its messages mix alphabets within a word",
    "invisible.share": "{value:.0%} of its messages hide invisible characters",
    "emoji.share": "{value:.0%} of its messages hold emoji",
    "repeats.share": "{value:.0%} of its messages repeat an earlier one of its own",
    "vocabulary.share": "{value:.0%} of the words in its first messages are different words",
}


def content_features(tables: Tables) -> pl.DataFrame:
    """Features of the messages of each account; the number of messages is behaviour.

    Returns
    -------
    pl.DataFrame
        One row per account in account order, Float32: lengths in characters and words, shares in
        [0, 1], `links.domains` as log(1 + count). Null for accounts without messages; spreads
        and repeats need two messages.
    """
    per_account = of_messages(tables, ("content",), _of_messages)["content"]
    return as_features(in_account_order(per_account, tables.accounts.height))


def _of_messages(messages: pl.DataFrame) -> dict[str, pl.DataFrame]:
    texts = messages.select("account", "ts", pl.col("text").str.head(READ_CHARS))
    texts = texts.drop_nulls("text").sort("account", "ts", "text")
    per_account = _per_account(texts.select("account", *measures()))
    for part in (_domains(texts), _repeats(texts), _vocabulary(texts)):
        per_account = per_account.join(part, on="account", how="left")
    return {"content": per_account.with_columns(pl.col("links.domains").fill_null(0).log1p())}


@cache
def measures() -> list[pl.Expr]:
    """Whole numbers and flags of each `text`, so that sums do not depend on their order."""
    text = pl.col("text")
    flags = [text.str.contains(pattern).alias(name) for name, pattern in SHARES.items()]
    counts = [text.str.count_matches(pattern).alias(name) for name, pattern in CHARACTERS.items()]
    return [
        *flags,
        *counts,
        text.str.len_chars().alias("characters"),
        text.str.count_matches(r"\S+").alias("words"),
        text.str.count_matches(r"\p{Lu}").alias("capitals"),
        text.str.count_matches(r"\p{L}").alias("letters"),
    ]


def first_domain() -> pl.Expr:
    """The first link domain of each `text`, as `domain`; null where there is none."""
    return pl.col("text").str.extract(DOMAIN, 1).str.to_lowercase().alias("domain")


def _per_account(measured: pl.DataFrame) -> pl.DataFrame:
    several = pl.len() >= 2
    exprs = [pl.col(name).mean() for name in SHARES]
    exprs += [pl.col(name).sum() / pl.col("characters").sum() for name in CHARACTERS]
    exprs.append((pl.col("capitals").sum() / pl.col("letters").sum()).alias("capitals.share"))
    for unit in ("characters", "words"):
        spread = pl.when(several).then(pl.col(unit).std(ddof=0))
        exprs.append(pl.col(unit).mean().alias(f"length.{unit}"))
        exprs.append(spread.alias(f"length.{unit}_spread"))
    return measured.group_by("account").agg(exprs)


def _domains(texts: pl.DataFrame) -> pl.DataFrame:
    """Different link domains, the first of each message."""
    found = texts.select("account", first_domain()).drop_nulls("domain")
    return found.group_by("account").agg(pl.col("domain").n_unique().alias("links.domains"))


def _repeats(texts: pl.DataFrame) -> pl.DataFrame:
    """Messages that equal an earlier one in normal form, whatever the punctuation."""
    bare = bare_words(texts["text"])
    share = pl.when(pl.len() >= 2).then(1 - pl.col("bare").n_unique() / pl.len())
    rows = texts.select("account", bare.alias("bare"))
    return rows.group_by("account").agg(share.alias("repeats.share"))


def _vocabulary(texts: pl.DataFrame) -> pl.DataFrame:
    """Type-token ratio: different words by words."""
    first = texts.group_by("account", maintain_order=True).head(VOCABULARY_MESSAGES)
    words = first.select("account", pl.col("text").str.to_lowercase().str.split(" "))
    words = words.explode("text", empty_as_null=True).filter(pl.col("text") != "")
    share = pl.col("text").n_unique() / pl.len()
    return words.group_by("account").agg(share.alias("vocabulary.share"))
