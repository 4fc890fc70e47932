"""Messages as sets of words, word pairs and word triples, hashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from graph import mix, plain_words, stable_hashes

LONGEST = 3
"""Words of a gram."""
MIN_MESSAGES = 5
"""Messages below which a gram is left out: what hardly recurs tells nothing about the next one."""
MAX_MESSAGES = 40
"""Different messages of an account that are read."""
MAX_WORDS = 120
"""Words of a message that are read."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Grams:
    """Which message holds which gram.

    Attributes
    ----------
    account
        (messages,) account of each message; equal messages of one account are one.
    keys
        (grams,) uint64, sorted: what a gram is, the same on every machine and in every run. The
        text cannot be read off it.
    matrix
        (messages, grams) float32, 1 where the message holds the gram.
    """

    account: NDArray[np.int64]
    keys: NDArray[np.uint64]
    matrix: sparse.csr_array

    def aligned(self, keys: NDArray[np.uint64]) -> sparse.csr_array:
        """The matrix in the columns of other, sorted keys; grams that are not there are dropped."""
        known = np.isin(self.keys, keys)
        place = np.searchsorted(keys, self.keys)
        entries = self.matrix.tocoo()
        kept = known[entries.col]
        rows, columns = entries.row[kept], place[entries.col[kept]]
        shape = (self.matrix.shape[0], len(keys))
        return sparse.csr_array((entries.data[kept], (rows, columns)), shape=shape)


def message_grams(
    messages: pl.DataFrame,
    *,
    min_messages: int = MIN_MESSAGES,
    keys: NDArray[np.uint64] | None = None,
) -> Grams:
    """Cut messages into grams of one to three successive words.

    Parameters
    ----------
    messages
        account, text. The order of the rows does not matter.
    min_messages
        Messages that have to hold a gram for it to count.
    keys
        The grams that count, sorted, however many messages hold them.
    """
    texts = (
        messages.select("account", words=plain_words(messages["text"]))
        .filter(pl.col("words").fill_null("") != "")
        .unique()
        .sort("account", "words")
        .group_by("account", maintain_order=True)
        .head(MAX_MESSAGES)
    )
    message, word = _words(texts["words"])
    counts = pl.len().over("gram") >= min_messages
    if keys is not None:
        counts = pl.col("gram").is_in(pl.Series(keys).implode())
    found = [
        # By length: all grams of all messages at once would be the largest frame of a run.
        _grams(message, word, length).unique().filter(counts)
        for length in range(1, LONGEST + 1)
    ]
    if keys is None:
        keys = pl.concat([rows["gram"].unique() for rows in found]).unique().sort().to_numpy()
    held = [_held(rows, keys, texts.height) for rows in found]
    matrix = sparse.csr_array(sum(held[1:], start=held[0]))
    matrix.data[:] = 1  # two grams of different length with one hash are one
    return Grams(texts["account"].to_numpy().astype(np.int64), keys, matrix)


def _held(rows: pl.DataFrame, keys: NDArray[np.uint64], messages: int) -> sparse.csr_array:
    """Which message holds which gram, from message and gram without repetition."""
    rows = rows.sort("message", "gram")
    column = np.searchsorted(keys, rows["gram"].to_numpy()).astype(np.int32)
    count = np.bincount(rows["message"].to_numpy(), minlength=messages)
    starts = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
    ones = np.ones(len(column), dtype=np.float32)
    return sparse.csr_array((ones, column, starts), shape=(messages, len(keys)))


def _words(texts: pl.Series) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
    """Message number and hash of every word, in order."""
    split = texts.str.split(" ").list.head(MAX_WORDS)
    words = split.explode().to_frame("word")
    distinct = words["word"].unique()
    hashed = pl.DataFrame({"word": distinct, "hash": stable_hashes(distinct)})
    word = words.join(hashed, on="word", how="left", maintain_order="left")["hash"].to_numpy()
    number = np.arange(len(texts), dtype=np.int32)
    return np.repeat(number, split.list.len().to_numpy()), word


def _grams(message: NDArray[np.int32], word: NDArray[np.uint64], length: int) -> pl.DataFrame:
    """message, gram: runs of so many words within a message."""
    message, gram = _runs(message, word, length)
    return pl.DataFrame({"message": message, "gram": gram})


def grams_of_few(texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
    """Grams of a handful of texts, as `message_grams` cuts them, without a table.

    Parameters
    ----------
    texts
        Letters alone, as `graph.plain_words` leaves them.

    Returns
    -------
    message, gram
        Place of the text and gram, with repetition.
    """
    words = [text.split(" ")[:MAX_WORDS] for text in texts]
    message = np.repeat(np.arange(len(words), dtype=np.int32), [len(some) for some in words])
    word = stable_hashes(word for some in words for word in some)
    runs = [_runs(message, word, length) for length in range(1, LONGEST + 1)]
    return np.concatenate([run[0] for run in runs]), np.concatenate([run[1] for run in runs])


def _runs(
    message: NDArray[np.int32], word: NDArray[np.uint64], length: int
) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
    """Message and gram of so many successive words, where they lie within one message."""
    count = max(len(word) - length + 1, 0)
    gram = word[:count]
    for step in range(1, length):
        gram = mix(gram * _FACTOR + word[step : step + count])
    whole = message[:count] == message[length - 1 : length - 1 + count]
    return message[:count][whole], gram[whole]
