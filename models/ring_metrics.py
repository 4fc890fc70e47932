"""Figures of rings against a known truth: B-cubed, honest accounts harmed, rings found."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

NO_RING = -1

Rings = NDArray[np.integer]


def ring_figures(truth: Rings, found: Rings, spam: NDArray[np.bool_]) -> dict[str, float]:
    """Compare found rings with true ones.

    B-cubed follows Bagga and Baldwin, "Entity-Based Cross-Document Coreferencing Using the
    Vector Space Model", 1998. Recall is the mean, over members of true rings, of the share of
    their ring that was found together with them; precision is the mean, over accounts placed in
    a ring, of the share of that ring that truly belongs with them. A ring counts as found when
    one found ring holds more than half of it and is more than half it.

    Parameters
    ----------
    truth, found
        Ring of each account, shape (accounts,); below 0 means none. A found ring of one account
        is no ring.
    spam
        Which accounts are spam, shape (accounts,); the others count as honest.

    Returns
    -------
    ring_precision, ring_recall, ring_f1 and rings_found in [0, 1] (NaN where there is no true
    ring to find), and innocents_per_1000: honest accounts placed in a ring per 1,000 of them.
    """
    found = _without_single(found)
    pairs = (
        pl.DataFrame({"truth": _alone(truth), "found": _alone(found)})
        .group_by("truth", "found")
        .len("both")
        .with_columns(
            pl.col("both").sum().over("truth").alias("true_size"),
            pl.col("both").sum().over("found").alias("found_size"),
        )
    )
    recall = _mean_share(pairs, "true_size")
    precision = _mean_share(pairs, "found_size")
    both = precision + recall
    honest = ~np.asarray(spam, dtype=bool)
    return {
        "ring_precision": precision,
        "ring_recall": recall,
        "ring_f1": 2 * precision * recall / both if both else 0.0,
        "innocents_per_1000": 1000 * float(np.mean(found[honest] >= 0)) if honest.any() else 0.0,
        "rings_found": _rings_found(pairs, truth),
    }


def _without_single(found: Rings) -> NDArray[np.int64]:
    result = found.astype(np.int64)
    named = result >= 0
    _, place, size = np.unique(result[named], return_inverse=True, return_counts=True)
    result[named] = np.where(size[place] > 1, result[named], NO_RING)
    return result


def _alone(rings: Rings) -> NDArray[np.int64]:
    """Each account without a ring gets a number of its own below 0."""
    return np.where(rings >= 0, rings, -1 - np.arange(len(rings)))


def _mean_share(pairs: pl.DataFrame, size: str) -> float:
    """Mean over the accounts of groups of two or more; each pair stands for `both` accounts."""
    grouped = pairs.filter(pl.col(size) > 1)
    if grouped.is_empty():
        return 0.0
    total = grouped.select((pl.col("both") * pl.col("both") / pl.col(size)).sum()).item()
    return float(total / grouped["both"].sum())


def _rings_found(pairs: pl.DataFrame, truth: Rings) -> float:
    rings = len(np.unique(truth[truth >= 0]))
    if not rings:
        return float("nan")
    hits = pairs.filter(
        (pl.col("truth") >= 0)
        & (pl.col("found") >= 0)
        & (2 * pl.col("both") > pl.col("true_size"))
        & (2 * pl.col("both") > pl.col("found_size"))
    )
    return hits.height / rings
