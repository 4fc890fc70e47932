"""Features of messages for spam classification, one row a message.

After P. Mishra, "Correlated Feature Selection for Tweet Spam Classification" (2019); equation
numbers are the paper's. It names 23 features beside the text (and counts 21): eight of the message,
ten of its sender, and five counts of the sender's profile, which are given where the table has
them. Percentages are in [0, 100], as in the paper.

The features of a sender are taken over all messages of the sender in the table. Who splits messages
into training and test has to split by sender, or the sender's features tell which is which.
"""

from __future__ import annotations

import polars as pl

from ingest import InputError

from ..features.frames import as_features
from .blocks import BLOCK, account_blocks
from .tweets_words import is_retweet, words_of

PROFILE = ("followers", "tweets", "favorites", "friends", "lists")
"""Counts of the sender's profile: optional columns of the messages."""

MESSAGE_COLUMNS = (
    "similarity",
    "upper_case",
    "screen_names",
    "same_name",
    "links",
    "link_to_word",
    "hour",
    "retweeted_before",
)
USER_COLUMNS = (
    "user_similarity",
    "user_upper_case",
    "user_screen_names",
    "user_same_name",
    "user_links",
    "user_link_to_word",
    "user_link_use",
    "user_retweets",
    "user_frequency",
    "user_length_deviation",
)


def message_features(messages: pl.DataFrame) -> pl.DataFrame:
    """Features of each message and of its sender.

    Messages are put in order of time per account (then of text), so the order of the rows is of no
    consequence. A blank text is a message without words.

    Parameters
    ----------
    messages
        account (row number or id), ts (Datetime), text (String), and any of `PROFILE` (counts of
        at least 0).

    Returns
    -------
    pl.DataFrame
        One row per message in the order of the input, Float32; null where there is nothing to
        divide by (no words, no names, no earlier message).

        similarity
            Equations 1 and 2: mean over the n earlier messages of the sender of PS = 100 ns / nt;
            ns: different plain words that both have, nt: different plain words of this message.
            Links, screen names and hashtags do not count.
        upper_case
            Equation 3: 100 nu / nt; nu: plain words in capitals, nt: words.
        screen_names, links
            How many the message has.
        same_name
            Equation 6 within the message: 100 different screen names / screen names.
        link_to_word
            Equation 4: 100 nl / nt; nl: links, nt: words, links among them.
        hour
            Time of day in [0, 24), UTC.
        retweeted_before
            1 where an earlier message of the sender is a retweet, else 0.
        user_similarity, user_upper_case, user_link_to_word, user_links, user_screen_names
            Means over the sender's messages.
        user_same_name
            Equation 6 over all messages of the sender.
        user_link_use
            Equation 5: 100 nl / nt; nl: messages with a link, nt: messages.
        user_retweets
            Percentage of messages that are retweets.
        user_frequency
            Messages per day from the first to the last, at least one day.
        user_length_deviation
            Standard deviation of the length in characters; needs two messages.

    Raises
    ------
    InputError
        A column is missing or of the wrong type, an account or a time is blank, a count is
        negative.
    """
    rows = _measured(messages)
    users = rows.group_by("account", maintain_order=True).agg(_user_columns())
    found = rows.join(users, "account", maintain_order="left", validate="m:1").sort("place")
    given = [name for name in PROFILE if name in messages.columns]
    return as_features(found.select(*MESSAGE_COLUMNS, *USER_COLUMNS, *given))


def sender_features(messages: pl.DataFrame) -> pl.DataFrame:
    """The ten features of senders (see `message_features`): account and `USER_COLUMNS`.

    Raises
    ------
    InputError
        As `message_features`.
    """
    return _measured(messages).group_by("account", maintain_order=True).agg(_user_columns())


def _measured(messages: pl.DataFrame) -> pl.DataFrame:
    """Messages in order of account and time, with the counts and features of each."""
    ordered = _checked(messages).sort("account", "ts", "text", maintain_order=True)
    ordered = ordered.with_row_index("row").with_columns(
        earlier=pl.int_range(pl.len(), dtype=pl.UInt32).over("account")
    )
    per_message = pl.concat([_counts(block) for block in account_blocks(ordered, BLOCK)])
    rows = ordered.join(per_message, "row", maintain_order="left", validate="1:1")
    return rows.with_columns(_message_columns())


def _checked(messages: pl.DataFrame) -> pl.DataFrame:
    """Place in the input, account, ts, text and the profile counts, or one error."""
    needed = ("account", "ts", "text")
    if missing := [name for name in needed if name not in messages.columns]:
        raise InputError(f"messages: no column {missing[0]!r}; needed are {', '.join(needed)}")
    if not isinstance(messages.schema["ts"], pl.Datetime):
        raise InputError(f"messages: column 'ts' is {messages.schema['ts']}; give times (Datetime)")
    if messages.schema["text"] not in (pl.String, pl.Null):
        raise InputError(f"messages: column 'text' is {messages.schema['text']}; give text")
    for name in ("account", "ts"):
        if blank := messages[name].null_count():
            raise InputError(f"messages: {blank:,} blank cells in column {name!r}; leave them out")
    given = [name for name in PROFILE if name in messages.columns]
    for name in given:
        if not messages.schema[name].is_numeric():
            raise InputError(f"messages: column {name!r} is {messages.schema[name]}; give numbers")
        if bad := int((messages[name] < 0).sum()):
            raise InputError(f"messages: {bad:,} negative counts in column {name!r}")
    text = pl.col("text").cast(pl.String).fill_null("")
    rows = messages.select(*needed, *given).with_columns(text)
    return rows.with_row_index("place")


def _counts(block: pl.DataFrame) -> pl.DataFrame:
    """Whole numbers per message: words, capitals, links, names, names_different, seen, keys.

    `seen` adds up, over the different plain words of a message, in how many earlier messages of
    the sender each stands. Divided by words and earlier messages that is the mean of equation 2
    over them, without comparing any two messages.
    """
    words = words_of(block.select("row", "text"))
    counts = words.group_by("row").agg(
        words=pl.len(),
        capitals=pl.col("capital").sum(),
        links=pl.col("link").sum(),
        screen_names=pl.col("name").count(),
        names_different=pl.col("name").drop_nulls().n_unique(),
    )
    keys = words.select("row", key=pl.col("key").hash()).filter(words["key"].is_not_null())
    keys = keys.unique().sort("row").join(block.select("row", "account"), "row")
    before = pl.int_range(pl.len(), dtype=pl.UInt32).over("account", "key", order_by="row")
    seen = keys.with_columns(before=before).group_by("row")
    seen_counts = seen.agg(seen=pl.col("before").cast(pl.UInt64).sum(), keys=pl.len())
    names = words.select("row", "name").drop_nulls().join(block.select("row", "account"), "row")
    first = names.unique(["account", "name"], keep="first", maintain_order=True)
    new_names = first.group_by("row").len("names_new")
    found = block.select("row")
    for part in (counts, seen_counts, new_names):
        found = found.join(part, "row", "left", maintain_order="left")
    return found.fill_null(0)


def _message_columns() -> list[pl.Expr]:
    words, earlier = pl.col("words"), pl.col("earlier")
    retweet = is_retweet(pl.col("text")).cast(pl.UInt32)
    minutes = pl.col("ts").dt.hour().cast(pl.Float64) * 60 + pl.col("ts").dt.minute()
    return [
        _percent(pl.col("seen"), pl.col("keys").cast(pl.Float64) * earlier).alias("similarity"),
        _percent(pl.col("capitals"), words).alias("upper_case"),
        _percent(pl.col("names_different"), pl.col("screen_names")).alias("same_name"),
        _percent(pl.col("links"), words).alias("link_to_word"),
        (minutes / 60).alias("hour"),
        ((retweet.cum_sum().over("account") - retweet) > 0)
        .cast(pl.Float32)
        .alias("retweeted_before"),
        retweet.alias("retweet"),
        pl.col("text").str.len_chars().alias("length"),
    ]


def _user_columns() -> list[pl.Expr]:
    days = (pl.col("ts").max() - pl.col("ts").min()).dt.total_seconds() / 86_400
    means = ("similarity", "upper_case", "screen_names", "links", "link_to_word")
    return [
        *(pl.col(name).mean().alias(f"user_{name}") for name in means),
        _percent(pl.col("names_new").sum(), pl.col("screen_names").sum()).alias("user_same_name"),
        (100 * (pl.col("links") > 0).mean()).alias("user_link_use"),
        (100 * pl.col("retweet").mean()).alias("user_retweets"),
        (pl.len() / days.clip(1.0)).alias("user_frequency"),
        pl.when(pl.len() > 1).then(pl.col("length").std(ddof=0)).alias("user_length_deviation"),
    ]


def _percent(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(100 * part.cast(pl.Float64) / whole)
