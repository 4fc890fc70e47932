"""How unlikely is it that two people write the same text by themselves?"""

from __future__ import annotations

import math

import polars as pl

from ingest import normalise_text

SMOOTHING = 2.0
"""Weight of the shorter context in the longer one's estimate, in accounts."""
MARGIN = 4.0
RANGE = 6.0
MAX_WORDS = 120
"""Words of an example that count."""
_FACTOR = pl.lit(0x9E3779B97F4A7C15, dtype=pl.UInt64)
"""Makes one hash of the hashes of successive words: hash x factor + next hash, modulo 2^64."""


def wording_surprise(messages: pl.DataFrame, assignment: pl.Series, templates: int) -> pl.DataFrame:
    """Rate each template by how hard its wording is to explain without a common source.

    A word model (interpolated trigrams, counted in accounts) is learned from the accounts outside
    the template; the template's text of middle length gets -log10 of its probability. Stock
    phrases are likely under it however long they are; words nobody else puts together are not.
    Two accounts write the text by chance with about 10^-information, and there are messages^2 / 2
    pairs of messages, so specificity starts where information exceeds log10 of that number by
    `MARGIN`.

    Parameters
    ----------
    messages
        account, text.
    assignment
        Template number per message, null for none.
    templates
        Number of templates.

    Returns
    -------
    DataFrame
        One row per template number: information (log10 units), specificity in [0, 1].
    """
    texts = messages.select(
        "account", template=assignment, words=plain_words(messages["text"])
    ).unique()
    tokens = _tokens(texts)
    shared = (
        texts.drop_nulls("template")
        .group_by("template")
        .agg(
            pl.col("account").n_unique().alias("accounts"),
            pl.col("words").sort_by(pl.col("words").str.len_chars(), "words"),
        )
        .filter(pl.col("accounts") > 1)
        .select("template", pl.col("words").list.get(pl.col("words").list.len() // 2))
    )
    information = _information(_tokens(shared), tokens, messages["account"].n_unique())
    pairs = 2 * math.log10(max(messages.height, 2)) - math.log10(2)
    specificity = ((pl.col("information") - pairs - MARGIN) / RANGE).clip(0, 1)
    return (
        pl.DataFrame({"template": pl.int_range(templates, dtype=pl.UInt32, eager=True)})
        .join(information, "template", "left", maintain_order="left")
        .with_columns(pl.col("information").fill_null(0.0))
        .with_columns(specificity.alias("specificity"))
    )


def plain_words(text: pl.Series) -> pl.Series:
    """Reduce messages to their letters, with `<url>` and the like for what changes (String)."""
    unique = text.unique()
    words = pl.DataFrame({"text": unique, "words": bare_words(unique)})
    return text.to_frame("text").join(words, "text", "left", maintain_order="left")["words"]


def bare_words(text: pl.Series) -> pl.Series:
    """`plain_words`, each text on its own: better where hardly any text comes twice (String)."""
    letters = pl.col("text").str.replace_all(r"[^\p{L}<>]+", " ").str.strip_chars()
    return pl.DataFrame({"text": normalise_text(text)}).select(letters).to_series()


def _tokens(texts: pl.DataFrame) -> pl.DataFrame:
    """One row per word with hashes of the 1-, 2- and 3-gram that end in it and their contexts."""
    words = (pl.lit("^ ^ ") + pl.col("words") + " $").str.split(" ").list.head(MAX_WORDS)
    word, size = pl.col("word"), pl.col("word").list.len()
    rows = (
        texts.with_columns(word=words.list.eval(pl.element().hash(1)))
        .with_columns(
            before=word.list.slice(0, size - 2),
            previous=word.list.slice(1, size - 2),
            word=word.list.slice(2),
        )
        .drop("words")
        .explode("before", "previous", "word")
    )
    before = pl.col("before") * _FACTOR + pl.col("previous")
    return rows.select(
        pl.exclude("before", "previous", "word"),
        one="word",
        two=pl.col("previous") * _FACTOR + word,
        three=before * _FACTOR + word,
        context_one="previous",
        context_two=before,
    )


def _information(shared: pl.DataFrame, tokens: pl.DataFrame, accounts: int) -> pl.DataFrame:
    """-log10 probability of each template's text under the accounts outside the template."""
    rows = shared
    templates = shared.select("template").unique()
    for gram, columns in (
        ("one", ("one", "context_one")), ("two", ("two", "context_two")), ("three", ("three",)),
    ):  # fmt: skip
        asked = pl.concat([shared.select(pl.col(column).alias(gram)) for column in columns])
        used = tokens.select("account", "template", gram).join(asked.unique(), gram, "semi")
        senders = pl.col("account").n_unique()
        everywhere = used.group_by(gram).agg(senders.alias("n"))
        inside = used.join(templates, "template", "semi")
        within = inside.group_by("template", gram).agg(senders.alias("m"))
        for column in columns:
            outside = pl.col("n").fill_null(0).cast(pl.Float64) - pl.col("m").fill_null(0)
            rows = (
                rows.join(everywhere, left_on=column, right_on=gram, how="left")
                .join(within, left_on=["template", column], right_on=["template", gram], how="left")
                .with_columns(outside.alias(f"n_{column}"))
                .drop("n", "m")
            )
    vocabulary = tokens["one"].n_unique()
    one = (pl.col("n_one") + 0.5) / (accounts + 0.5 * vocabulary)
    two = (pl.col("n_two") + SMOOTHING * one) / (pl.col("n_context_one") + SMOOTHING)
    three = (pl.col("n_three") + SMOOTHING * two) / (pl.col("n_context_two") + SMOOTHING)
    return rows.group_by("template").agg(-three.clip(1e-12, 1.0).log(10).sum().alias("information"))
