"""Texts as sets of words, weighted by how rare the words are.

Sets of words found the message kits of planted rings as well as sets of words and neighbouring
word pairs did, at half the work and memory: a dropped word costs one element instead of three.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from ingest import in_slices

MAX_WORDS = 400
"""Words of a text that count; the rest of a longer text is ignored."""
HEAVIEST = 4
"""Largest weight of a word."""

_SPACELESS = r"([\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}])"
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True)
class WordSets:
    """Which words each text has, and what each word weighs.

    Attributes
    ----------
    matrix
        Texts x words, 1.0 where the text has the word; columns sorted within a row.
    hashes
        (words,) uint64: what a word is, independent of the other texts.
    weights
        (words,) int64 in 1..4: whole numbers, so that a weighted set is a set of copies.
    """

    matrix: sparse.csr_array
    hashes: NDArray[np.uint64]
    weights: NDArray[np.int64]

    def sizes(self) -> NDArray[np.float64]:
        """Return the weight of each text: the sum over its words, shape (texts,)."""
        return np.asarray(self.matrix @ self.weights.astype(np.float64))

    def head(self, count: int) -> WordSets:
        """Return the first texts only."""
        return WordSets(self.matrix[:count], self.hashes, self.weights)


def bare_words(texts: pl.Series) -> pl.Series:
    """Reduce normalised texts to words with one space between them.

    Punctuation goes; characters of scripts written without spaces count as words of their own;
    a text without any word keeps its symbols (emoji), one word each.
    """
    return in_slices(_bare, texts).alias("words")


def _bare(texts: pl.Series) -> pl.Series:
    spaced = texts.fill_null("").str.replace_all(_SPACELESS, " $1 ").str.replace_all(r"['’`]", "")
    words = spaced.str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars(" ")
    wordless = (words == "").arg_true()
    symbols = texts.gather(wordless).fill_null("").str.replace_all(r"[^\p{So}]", "")
    return words.scatter(wordless, _squeeze(symbols.str.replace_all("", " ")))


def word_sets(texts: pl.Series) -> WordSets:
    """Cut texts into words.

    Parameters
    ----------
    texts
        Distinct texts as `bare_words` returns them. Only the first 400 words of each count.
    """
    split = texts.str.split(" ").list.head(MAX_WORDS)
    words = split.explode().to_frame("word")
    distinct = words["word"].unique()
    hashes, number = np.unique(stable_hashes(distinct), return_inverse=True)
    numbered = pl.DataFrame({"word": distinct, "column": number.astype(np.int32)})
    column = words.join(numbered, on="word", how="left", maintain_order="left")["column"]
    starts = np.concatenate([[0], np.cumsum(split.list.len().to_numpy())]).astype(np.int32)
    matrix = sparse.csr_array(
        (np.ones(len(column)), column.to_numpy(writable=True), starts),
        shape=(len(texts), len(hashes)),
    )
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return WordSets(matrix, hashes, rarity(matrix))


def rarity(matrix: sparse.csr_array) -> NDArray[np.int64]:
    """Weigh each column by how few rows have it: 1 (common) to 4 (at most 1 row in 250).

    The weight is the inverse document frequency (Sparck Jones, 1972) in steps of 1.5 nats. Steps
    lose no quality against the plain logarithm and keep the number of copies small.
    """
    rows = max(1, matrix.shape[0])
    having = np.bincount(matrix.indices, minlength=matrix.shape[1])
    steps = np.log(rows / np.maximum(having, 1)) / 1.5 + 0.3
    return np.asarray(np.clip(np.rint(steps), 1, HEAVIEST), dtype=np.int64)


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble 64-bit values so that related inputs give unrelated outputs (splitmix64)."""
    mixed = values + _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX
    return np.asarray(mixed ^ (mixed >> np.uint64(27)), dtype=np.uint64)


def _squeeze(texts: pl.Series) -> pl.Series:
    return texts.str.replace_all(r"\s+", " ").str.strip_chars()


def stable_hashes(words: Iterable[str]) -> NDArray[np.uint64]:
    """Hash distinct words; unlike Polars' own hash the values do not change with its version."""
    digests = b"".join(hashlib.blake2b(word.encode(), digest_size=8).digest() for word in words)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
