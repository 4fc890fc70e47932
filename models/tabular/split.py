"""Which rows train, which choose, which judge."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

TEST, VALIDATION = 0.2, 0.2


class Split(NamedTuple):
    """Row numbers, ascending.

    Models are fitted on `train`, get calibration and threshold on `validation`, and are judged on
    `test`. `cuts` holds, for honest and for spam rows, the highest draw of a test row.
    """

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    cuts: tuple[float, float]


def draws(ids: pl.Series, *, seed: int) -> NDArray[np.float64]:
    """Give each id a number in [0, 1) that depends on nothing but the id and the seed."""
    key = seed.to_bytes(8, "little")
    digest = b"".join(hashlib.blake2b(i.encode(), digest_size=8, key=key).digest() for i in ids)
    return np.frombuffer(digest, dtype="<u8").astype(np.float64) / 2.0**64


def stratified(ids: pl.Series, labels: NDArray[np.integer], *, seed: int) -> Split:
    """Split rows 60/20/20, each part with the same share of spam.

    The rows of a class go to test, validation and training in the order of the draws of their
    ids. So a row that judged once judges again when the table grows, but for a few at the border.

    Parameters
    ----------
    ids
        Unique ids, shape (rows,).
    labels
        1 spam, 0 honest, shape (rows,).
    seed
        Same seed and table, same split.
    """
    drawn = draws(ids, seed=seed)
    parts: tuple[list[NDArray[np.int64]], ...] = ([], [], [])
    cuts = []
    for label in (0, 1):
        rows = np.flatnonzero(labels == label)
        rows = rows[np.argsort(drawn[rows], kind="stable")]
        ends = [round(TEST * len(rows)), round((TEST + VALIDATION) * len(rows))]
        for part, piece in zip(parts, np.split(rows, ends), strict=True):
            part.append(piece)
        cuts.append(float(drawn[rows[ends[0] - 1]]))
    test, validation, train = (np.sort(np.concatenate(part)) for part in parts)
    return Split(train, validation, test, (cuts[0], cuts[1]))


def unseen(
    ids: pl.Series, labels: NDArray[np.integer], cuts: tuple[float, float], *, seed: int
) -> NDArray[np.bool_]:
    """Say which rows a model with these cuts had as test rows, or would have had."""
    return draws(ids, seed=seed) <= np.where(labels == 1, cuts[1], cuts[0])
