"""Pairs of texts that are nearly the same: MinHash candidates, exact check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
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
_CHECKED_AT_ONCE = 1 << 17
_SIGNED_AT_ONCE = 1 << 13


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
    """MinHash each text (Broder, 1997) over the weighted copies of its sets."""
    indptr, indices = sets.matrix.indptr, sets.matrix.indices
    keys = np.zeros((len(indptr) - 1, BANDS), dtype=np.uint32)
    sketch = np.zeros((len(indptr) - 1, 2 * BANDS), dtype=np.uint8)
    for start in range(0, len(keys), _SIGNED_AT_ONCE):
        stop = min(start + _SIGNED_AT_ONCE, len(keys))
        columns = indices[indptr[start] : indptr[stop]]
        copies = sets.weights[columns]
        ends = np.concatenate([[0], np.cumsum(copies)])
        number = np.arange(ends[-1]) - np.repeat(ends[:-1], copies)
        hashes = mix(np.repeat(sets.hashes[columns], copies) + mix(number.astype(np.uint64)))
        offsets = ends[indptr[start : stop + 1] - indptr[start]].astype(np.uint64)
        digests = np.array(
            rensa.RMinHash.digest_matrix_from_flat_token_hashes(
                hashes, offsets, BANDS * ROWS, seed
            ).to_rows(),
            dtype=np.uint64,
        ).reshape(stop - start, BANDS, ROWS)
        key = np.zeros((stop - start, BANDS), dtype=np.uint64)
        for row in range(ROWS):
            key = mix(key ^ digests[:, :, row])
        keys[start:stop] = key >> np.uint64(32)
        sketch[start:stop] = digests[:, :, :2].reshape(stop - start, -1) & np.uint64(0xFF)
    return Signatures(keys, sketch)


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
    least = threshold - 3 * np.sqrt(threshold * (1 - threshold) / (2 * BANDS))
    sizes = sets.sizes()
    found = [np.zeros(0, dtype=np.int64)]
    for band in range(BANDS):
        for a, b in _bucket_pairs(signatures.keys[:, band]):
            small, large = np.minimum(sizes[a], sizes[b]), np.maximum(sizes[a], sizes[b])
            keep = (small >= threshold * large) & (small > 0)
            if first is not None:
                keep &= a < first
            a, b = a[keep], b[keep]
            keep = (signatures.sketch[a] == signatures.sketch[b]).mean(axis=1) >= least
            found.append((a[keep] << 32) | b[keep])
    keys = np.sort(np.concatenate(found))
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)]]
    a, b = keys >> 32, keys & 0xFFFFFFFF
    exact = _similarity(sets, a, b, sizes)
    keep = exact >= threshold
    return Pairs(a[keep], b[keep], exact[keep])


def _similarity(
    sets: WordSets, a: NDArray[np.int64], b: NDArray[np.int64], sizes: NDArray[np.float64]
) -> NDArray[np.float64]:
    weighted = sets.matrix.copy()
    weighted.data = sets.weights[weighted.indices].astype(np.float64)
    shared = np.zeros(len(a))
    for start in range(0, len(a), _CHECKED_AT_ONCE):
        block = slice(start, start + _CHECKED_AT_ONCE)
        both = weighted[a[block]].multiply(sets.matrix[b[block]])
        shared[block] = np.asarray(both.sum(axis=1)).ravel()
    return np.asarray(shared / (sizes[a] + sizes[b] - shared), dtype=np.float64)


def _bucket_pairs(
    keys: NDArray[np.uint32],
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield (first, second) row numbers that share a key, first < second."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(keys)])
    lengths = np.diff(np.concatenate([starts, [len(ordered)]]))
    starts, lengths = starts[lengths > 1], lengths[lengths > 1]
    first, length = np.repeat(starts, lengths), np.repeat(lengths, lengths)
    rank = np.arange(len(first)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    for step in range(SMALL_BUCKET):
        compare = (rank > step) & ((length <= SMALL_BUCKET) | (step < REPRESENTATIVES))
        if not compare.any():
            return
        yield order[first[compare] + step], order[first[compare] + rank[compare]]
