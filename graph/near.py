"""Pairs of texts that are nearly the same: MinHash candidates, exact check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import rensa
from numpy.typing import NDArray

from .shingles import Shingles, mix

BANDS, ROWS = 48, 4
"""Bands of the locality-sensitive hash: a pair with similarity s is a candidate with probability
1 - (1 - s^4)^48, which is .955 at .5, .999 at .6 and .07 at .2."""
SMALL_BUCKET = 12
"""Texts that share a band are all compared with each other up to this many; in a larger bucket
each text is compared with the first few only, which keeps the work linear."""
REPRESENTATIVES = 6
_BLOCK = 1 << 18
_SKETCH = 48


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows (a < b, sorted) with their weighted Jaccard similarity in [0, 1]."""

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    similarity: NDArray[np.float64]


def near_pairs(shingles: Shingles, threshold: float, *, seed: int = 0) -> Pairs:
    """Find pairs of texts whose weighted Jaccard similarity is at least a threshold.

    The similarity of two texts is the weight of the shingles that both have over the weight of
    those that either has. MinHash (Broder, 1997) over weighted copies of the shingles finds
    candidates; each is then checked exactly, so no returned pair is below the threshold.

    Parameters
    ----------
    shingles
        Texts in order of importance: in a crowded bucket the first ones stand for all.
    threshold
        Smallest similarity, in (0, 1]. Made for .4 and above: below, candidates get lost.
    """
    digests = _digests(shingles, seed)
    sketch = np.ascontiguousarray(digests[:, :: digests.shape[1] // _SKETCH].astype(np.uint8))
    # Three standard deviations of the sketch's estimate: keeps all but 1 pair in 700.
    least = threshold - 3 * np.sqrt(threshold * (1 - threshold) / sketch.shape[1])
    sizes = shingles.sizes()
    found = [np.zeros(0, dtype=np.int64)]
    for band in range(BANDS):
        for a, b in _bucket_pairs(_band_keys(digests, band)):
            small, large = np.minimum(sizes[a], sizes[b]), np.maximum(sizes[a], sizes[b])
            keep = small >= threshold * large
            a, b = a[keep], b[keep]
            keep = (sketch[a] == sketch[b]).mean(axis=1) >= least
            found.append((a[keep] << 32) | b[keep])
    keys = np.sort(np.concatenate(found))
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)]]
    return _checked(shingles, keys >> 32, keys & 0xFFFFFFFF, sizes, threshold)


def similarity(
    shingles: Shingles, a: NDArray[np.int64], b: NDArray[np.int64], sizes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Compute the weighted Jaccard similarity of given pairs of rows, exactly."""
    weighted = shingles.matrix.copy()
    weighted.data = shingles.weights[weighted.indices].astype(np.float64)
    shared = np.zeros(len(a))
    for start in range(0, len(a), _BLOCK):
        block = slice(start, start + _BLOCK)
        both = weighted[a[block]].multiply(shingles.matrix[b[block]])
        shared[block] = np.asarray(both.sum(axis=1)).ravel()
    return np.asarray(shared / (sizes[a] + sizes[b] - shared), dtype=np.float64)


def _checked(
    shingles: Shingles,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    sizes: NDArray[np.float64],
    threshold: float,
) -> Pairs:
    exact = similarity(shingles, a, b, sizes)
    keep = exact >= threshold
    return Pairs(a[keep], b[keep], exact[keep])


def _digests(shingles: Shingles, seed: int) -> NDArray[np.uint32]:
    """MinHash of each text over the weighted copies of its shingles, in blocks of rows."""
    indptr, indices = shingles.matrix.indptr, shingles.matrix.indices
    blocks = [np.zeros((0, BANDS * ROWS), dtype=np.uint32)]
    for start in range(0, len(indptr) - 1, 1 << 14):
        stop = min(start + (1 << 14), len(indptr) - 1)
        columns = indices[indptr[start] : indptr[stop]]
        copies = shingles.weights[columns]
        ends = np.concatenate([[0], np.cumsum(copies)])
        number = np.arange(ends[-1]) - np.repeat(ends[:-1], copies)
        hashes = mix(np.repeat(shingles.hashes[columns], copies) + mix(number.astype(np.uint64)))
        offsets = ends[indptr[start : stop + 1] - indptr[start]].astype(np.uint64)
        matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(
            hashes, offsets, BANDS * ROWS, seed
        )
        blocks.append(np.array(matrix.to_rows(), dtype=np.uint32))
    return np.concatenate(blocks)


def _band_keys(digests: NDArray[np.uint32], band: int) -> NDArray[np.uint64]:
    key = np.zeros(len(digests), dtype=np.uint64)
    for column in range(band * ROWS, (band + 1) * ROWS):
        key = mix(key ^ digests[:, column])
    return key


def _bucket_pairs(
    keys: NDArray[np.uint64],
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield (first, second) row numbers that share a key, first < second."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    lengths = np.diff(np.concatenate([starts, [len(ordered)]]))
    crowded = lengths > 1
    starts, lengths = starts[crowded], lengths[crowded]
    first, length = np.repeat(starts, lengths), np.repeat(lengths, lengths)
    rank = np.arange(len(first)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    for step in range(SMALL_BUCKET):
        compare = (rank > step) & ((length <= SMALL_BUCKET) | (step < REPRESENTATIVES))
        if not compare.any():
            return
        yield order[first[compare] + step], order[first[compare] + rank[compare]]
