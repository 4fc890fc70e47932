"""How formally an account writes, and where that changes."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .language import SMALL_WORDS

EACH_SIDE = 8
"""Messages before a change, and after it."""
CHAT = "u ur r pls plz thx ty gonna wanna gotta cuz bcz bro sir lol ok k im dont cant wont idk asap"
FORMAL = "dear regards sincerely kindly furthermore therefore experience opportunity project"
MEASURES = {
    "capital_start": 0.2,
    "full_stop": 0.2,
    "word_length": 0.5,
    "small_words": 0.1,
    "chat_words": 0.05,
    "formal_words": 0.05,
}
"""Measures with their least spread: what differs by less between messages of one person is even."""


def style_changes(measured: pl.DataFrame) -> pl.DataFrame:
    """The largest lasting change of style per account.

    Each measure of a message is put on the scale of its spread within accounts. For every place
    with `EACH_SIDE` messages on both sides, the means before and after are compared (root mean
    square over the measures); the largest counts.

    Parameters
    ----------
    measured
        From `measures`; of all accounts.

    Returns
    -------
    pl.DataFrame
        account and change, in standard deviations; accounts with enough messages only.
    """
    size = pl.len().over("account")
    measured = measured.filter(size >= 2 * EACH_SIDE).sort("account", "message")
    account = measured["account"]
    if not len(account):
        return pl.DataFrame(schema={"account": pl.UInt32, "change": pl.Float64})
    change = _largest(_scaled(measured), account.rle_id().to_numpy().astype(np.int64))
    return pl.DataFrame({"account": account.unique(maintain_order=True), "change": change})


def measures(ordered: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Measure how formal each message is.

    Parameters
    ----------
    ordered
        message, account, text.
    words
        Their words, from `words_in_order`.

    Returns
    -------
    pl.DataFrame
        message, account and `MEASURES` (Float32; shares in [0, 1], letters), for messages with
        words.
    """
    small = [word for line in SMALL_WORDS.values() for word in line.split()]
    word = pl.col("word")
    counted = words.group_by("message", "account").agg(
        word_length=word.str.len_chars().mean(),
        small_words=word.is_in(small).mean(),
        chat_words=word.is_in(CHAT.split()).mean(),
        formal_words=word.is_in(FORMAL.split()).mean(),
    )
    text = pl.col("text").str.strip_chars()
    ends = ordered.select(
        "message",
        capital_start=text.str.contains(r"^[^\p{L}]*\p{Lu}").cast(pl.Float64),
        full_stop=text.str.contains(r"[.!?]$").cast(pl.Float64),
    )
    found = counted.join(ends, "message").sort("message")
    return found.select("message", "account", pl.col(list(MEASURES)).cast(pl.Float32))


def _scaled(measured: pl.DataFrame) -> NDArray[np.float64]:
    """The measures by their spread within accounts, or their least spread."""
    exact = [pl.col(name).cast(pl.Float64) for name in MEASURES]
    values = measured.select(one - one.mean().over("account") for one in exact).to_numpy()
    spread = np.sqrt((values**2).mean(axis=0))
    return np.asarray(values / np.maximum(spread, list(MEASURES.values())))


def _largest(values: NDArray[np.float64], account: NDArray[np.int64]) -> NDArray[np.float64]:
    """Largest distance of the means before and after a place, per account.

    Parameters
    ----------
    values
        (messages, measures), sorted by account and time.
    account
        (messages,) numbers 0, 1, ... without gaps, rising.
    """
    start = np.flatnonzero(np.diff(account, prepend=-1))
    total = np.diff(np.append(start, len(account)))[account]
    before = np.arange(1, len(account) + 1) - start[account]
    summed = np.cumsum(values, axis=0)
    base = np.vstack([np.zeros(values.shape[1]), summed])[start]
    own = summed - base[account]
    whole = np.add.reduceat(values, start, axis=0)[account]
    after = total - before
    fits = (before >= EACH_SIDE) & (after >= EACH_SIDE)
    gap = own / before[:, None] - (whole - own) / np.maximum(after, 1)[:, None]
    distance = np.where(fits, np.sqrt((gap**2).mean(axis=1)), 0.0)
    return np.asarray(np.maximum.reduceat(distance, start))
