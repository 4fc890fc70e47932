"""Pairs of texts that are nearly the same: MinHash candidates, exact check."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl
import rensa
from numpy.typing import NDArray

from .words import WordSets, mix

BANDS, ROWS = 32, 4
"""Bands of the locality-sensitive hash: a pair with similarity s is a candidate with probability
1 - (1 - s^4)^32, which is .988 at .6, .9998 at .7 and .05 at .2."""
SMALL_BUCKET = 12
"""Texts that share a band are all compared with each other up to this many; in a larger bucket
each text is compared with the first few only, which keeps the work linear."""
REPRESENTATIVES = 6
_CHECKED_AT_ONCE = 1 << 14
_HASHED_AT_ONCE = 1 << 13
_SIGNED_AT_ONCE = 1 << 10


@dataclass(frozen=True)
class Signatures:
    """What stands for each text in the search for candidates.

    Attributes
    ----------
    keys
        (texts, bands) uint32: texts with an equal key in any band are candidates.
    sketch
        (texts, 2 x bands) uint8: the share of equal entries estimates the similarity.
    """

    keys: NDArray[np.uint32]
    sketch: NDArray[np.uint8]

    def followed_by(self, other: Signatures, rows: NDArray[np.int64]) -> Signatures:
        """Return these signatures with the given rows of others below."""
        keys = np.concatenate([self.keys, other.keys[rows]])
        return Signatures(keys, np.concatenate([self.sketch, other.sketch[rows]]))


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows (a < b, sorted) with their weighted Jaccard similarity in [0, 1]."""

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    similarity: NDArray[np.float64]


def sign(sets: WordSets, *, seed: int = 0) -> Signatures:
    """MinHash each text (Broder, 1997) over the weighted copies of its words.

    The smallest hash of a set is the smallest over its elements, so each word is hashed once.
    """
    indptr, indices = sets.matrix.indptr, sets.matrix.indices
    words = _word_digests(sets, seed)
    length = np.diff(indptr)
    keys = np.zeros((len(length), BANDS), dtype=np.uint32)
    sketch = np.zeros((len(length), 2 * BANDS), dtype=np.uint8)
    by_length = np.argsort(-length, kind="stable")

    def fill(start: int) -> None:
        texts = by_length[start : start + _SIGNED_AT_ONCE]
        digests = np.full((len(texts), BANDS * ROWS), 0xFFFFFFFF, dtype=np.uint32)
        for place in range(length[texts[0]]):
            long = texts[length[texts] > place]
            smallest = digests[: len(long)]
            np.minimum(smallest, words[indices[indptr[long] + place]], out=smallest)
        keys[texts], sketch[texts] = _banded(digests)

    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        list(pool.map(fill, range(0, int((length > 0).sum()), _SIGNED_AT_ONCE)))
    return Signatures(keys, sketch)


def _word_digests(sets: WordSets, seed: int) -> NDArray[np.uint32]:
    """Smallest hashes of each word that occurs, over its copies: (words, BANDS x ROWS)."""
    digests = np.zeros((len(sets.hashes), BANDS * ROWS), dtype=np.uint32)
    occurring = np.flatnonzero(np.bincount(sets.matrix.indices, minlength=len(digests)))
    for start in range(0, len(occurring), _HASHED_AT_ONCE):
        words = occurring[start : start + _HASHED_AT_ONCE]
        copies = sets.weights[words]
        ends = np.concatenate([[0], np.cumsum(copies)])
        number = np.arange(ends[-1]) - np.repeat(ends[:-1], copies)
        hashes = mix(np.repeat(sets.hashes[words], copies) + mix(number.astype(np.uint64)))
        digests[words] = rensa.RMinHash.digest_matrix_from_flat_token_hashes(
            hashes, ends.astype(np.uint64), BANDS * ROWS, seed
        ).to_rows()
    return digests


def _banded(digests: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Keys and sketches of texts with these smallest hashes."""
    banded = digests.astype(np.uint64).reshape(-1, BANDS, ROWS)
    key = np.zeros(banded.shape[:2], dtype=np.uint64)
    for row in range(ROWS):
        key = mix(key ^ banded[:, :, row])
    sketch = banded[:, :, :2].reshape(len(banded), -1) & np.uint64(0xFF)
    return (key >> np.uint64(32)).astype(np.uint32), sketch.astype(np.uint8)


def near_pairs(
    sets: WordSets, signatures: Signatures, threshold: float, *, first: int | None = None
) -> Pairs:
    """Find pairs of texts whose weighted Jaccard similarity is at least a threshold.

    The similarity of two texts is the weight of the words that both have over the weight of
    those that either has. Signatures give candidates; each is then checked exactly, so no
    returned pair is below the threshold.

    Parameters
    ----------
    sets
        Texts in order of importance: in a crowded bucket the first ones stand for all.
    signatures
        Of these texts.
    threshold
        Smallest similarity, in (0, 1]. Made for .55 and above: below, candidates get lost.
    first
        If given, only pairs with at least one of the first so many texts.
    """
    # Three standard deviations of the sketch's estimate: keeps all but 1 pair in 700.
    least = 2 * BANDS * threshold - 3 * np.sqrt(2 * BANDS * threshold * (1 - threshold))
    sizes = sets.sizes()
    first = len(sizes) if first is None else first

    def candidates(band: int) -> NDArray[np.int64]:
        found = [np.zeros(0, dtype=np.int64)]
        for a, b in _bucket_pairs(signatures.keys[:, band], first):
            small, large = np.minimum(sizes[a], sizes[b]), np.maximum(sizes[a], sizes[b])
            keep = (small >= threshold * large) & (small > 0)
            a, b = a[keep], b[keep]
            equal = np.take(signatures.sketch, a, axis=0) == np.take(signatures.sketch, b, axis=0)
            keep = np.count_nonzero(equal, axis=1) >= least
            found.append((a[keep] << 32) | b[keep])
        return np.concatenate(found)

    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        keys = np.sort(np.concatenate(list(pool.map(candidates, range(BANDS)))))
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)]]
    a, b = keys >> 32, keys & 0xFFFFFFFF
    exact = _similarity(sets, a, b, sizes)
    keep = exact >= threshold
    return Pairs(a[keep], b[keep], exact[keep])


def _similarity(
    sets: WordSets, a: NDArray[np.int64], b: NDArray[np.int64], sizes: NDArray[np.float64]
) -> NDArray[np.float64]:
    weights = sets.weights.astype(np.float64)

    def common(start: int) -> NDArray[np.float64]:
        block = slice(start, start + _CHECKED_AT_ONCE)
        return np.asarray(sets.matrix[a[block]].multiply(sets.matrix[b[block]]) @ weights)

    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        blocks = list(pool.map(common, range(0, len(a), _CHECKED_AT_ONCE)))
    shared = np.concatenate([np.zeros(0), *blocks])
    return np.asarray(shared / (sizes[a] + sizes[b] - shared), dtype=np.float64)


def _bucket_pairs(
    keys: NDArray[np.uint32], first: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield (a, b) row numbers that share a key, a < b and a < first."""
    # Sorting whole numbers is ten times as fast as a stable argsort.
    ordered = np.sort((keys.astype(np.int64) << 31) | np.arange(len(keys)))
    order = ordered & 0x7FFFFFFF
    ordered >>= 31
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(keys)])
    lengths = np.diff(np.concatenate([starts, [len(ordered)]]))
    wanted = (lengths > 1) & (order[starts] < first)
    starts, lengths = starts[wanted], lengths[wanted]
    begin, length = np.repeat(starts, lengths), np.repeat(lengths, lengths)
    rank = np.arange(len(begin)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    for step in range(SMALL_BUCKET):
        compare = (rank > step) & ((length <= SMALL_BUCKET) | (step < REPRESENTATIVES))
        if not compare.any():
            return
        a, b = order[begin[compare] + step], order[begin[compare] + rank[compare]]
        yield a[a < first], b[a < first]
